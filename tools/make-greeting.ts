/**
 * Makes assets/demo.ulaw, what the demo extension says: a sentence by espeak-ng (which only this tool needs), then a tone.
 * Raw mu-law, 8 kHz, mono. Run: node tools/make-greeting.ts
 */
import { writeFileSync } from 'node:fs'
import { encodeMulaw } from '../electron/demo/pbx/g711.ts'
import { sequence, silence, sine } from '../electron/demo/pbx/tones.ts'
import { spokenByEspeak } from './espeak.ts'

const sentence = 'This is Tallylight’s demo line. Press record, and watch the lamp.'
const output = new URL('../assets/demo.ulaw', import.meta.url)
const rate = 8000
const maxBytes = 60_000

const speech = spokenByEspeak(sentence, 'en-us', 150)
const greeting = encodeMulaw(sequence(silence(200), speech, silence(300), sine(880, 500, 12_000), silence(200)))
if (greeting.length > maxBytes) throw new Error(`The greeting is too long: ${greeting.length} bytes`)
writeFileSync(output, greeting)
console.log(`assets/demo.ulaw: ${greeting.length} bytes, ${(greeting.length / rate).toFixed(1)} s`)
