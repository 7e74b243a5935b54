/** Recordings whose truth is known, for what skips silence: usual lines, and those that are hard. Pure. */
import { encodeMulaw } from '../../electron/demo/pbx/g711.ts'
import { concat } from '../../electron/library/testing.ts'
import { writeWavHead } from '../../electron/library/audio/wav.ts'
import { gsmCoded } from '../support/gsmCoder.ts'
import {
  type Chance,
  frames,
  hum,
  inSixteenBits,
  longPause,
  mixInto,
  music,
  ofDb,
  pinkNoise,
  RATE,
  scaled,
  shortPause,
  type Speaker,
  type Talk,
  talk,
  usualPause,
  whiteNoise,
} from '../support/speechLike.ts'
import { spokenByEspeak } from '../../tools/espeak.ts'
import { type Span } from '../../renderer/player/quiet.ts'
import { inOrder, type Truth } from './silenceTruth.ts'

export interface Recording {
  readonly name: string
  readonly bytes: Uint8Array
  readonly extension: string
  readonly truth: Truth
}

const low: Speaker = { pitch: 105 }
const high: Speaker = { pitch: 205 }
const whisperer: Speaker = { pitch: 0, whispers: true }

type Coding = 'wav' | 'ulaw' | 'gsm'

function recording(name: string, channels: readonly Float64Array[], truth: Truth, coding: Coding = 'wav'): Recording {
  const samples = inSixteenBits(...channels)
  return { name, bytes: coded(samples, channels.length, coding), extension: coding, truth }
}

export function coded(samples: Int16Array, channels: number, coding: Coding): Uint8Array {
  switch (coding) {
    case 'wav': {
      const blockAlign = 2 * channels
      const head = { tag: 1, channels, rate: RATE, bits: 16, blockAlign, byteRate: RATE * blockAlign }
      return concat([
        writeWavHead(head, samples.byteLength),
        new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength),
      ])
    }
    case 'ulaw':
      return encodeMulaw(samples)
    case 'gsm':
      return gsmCoded(samples)
  }
}

/** One over the other. */
function mixed(...sounds: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(Math.max(...sounds.map(sound => sound.length)))
  for (const sound of sounds) mixInto(whole, sound)
  return whole
}

const after = (sound: Float64Array, ms: number, length: number): Float64Array => {
  const whole = new Float64Array(length)
  mixInto(whole, sound, frames(ms))
  return whole
}
const shifted = ({ spoken }: Talk, ms: number) => spoken.map(({ from, to }) => ({ from: from + ms, to: to + ms }))

/** Each about so long. The same in every run. */
export function silenceMaterial(seconds: number): Recording[] {
  const length = frames(seconds * 1000)
  const one = (db: number, seed: number, pause: (chance: Chance) => number = usualPause, speaker = low) =>
    talk(speaker, seconds, db, pause, seed)
  const two = (loudDb: number, quietDb: number, seed: number): [Talk, Talk] => [
    one(loudDb, seed, usualPause),
    one(quietDb, seed + 1, longPause, high),
  ]
  const [white, pink] = [whiteNoise(length, 0, 31), pinkNoise(length, 0, 32)]
  const line = (db: number) => scaled(white, ofDb(db))
  const room = (db: number) => scaled(pink, ofDb(db))
  const alone = ({ spoken }: Talk): Truth => ({ spoken, other: [] })
  const both = (some: readonly Talk[]): Truth => ({ spoken: inOrder(some.flatMap(({ spoken }) => spoken)), other: [] })
  const half = length / 2

  const usual = one(-26, 1)
  const quiet = one(-45, 2)
  const parties = two(-20, -42, 3)
  const busy = one(-22, 5, shortPause)
  const busyParties = [one(-20, 6, shortPause), one(-40, 7, longPause, high)] as const
  const noisy = one(-26, 9)
  const whispered = one(-44, 10, usualPause, whisperer)
  const short = talk(high, seconds / 2, -34, usualPause, 11)
  const held = music(half, -18, 12)
  const left = one(-28, 13, longPause)
  const right = one(-46, 14, usualPause, high)

  const bursts = (speech: Talk, noiseDb: number): Float64Array => {
    // what a line sends that is silent between what is said, some milliseconds longer than it lasts
    const heard = mixed(speech.samples, line(noiseDb))
    const open = inOrder(speech.spoken.map(({ from, to }) => ({ from: from - 20, to: to + 120 })))
    const gated = new Float64Array(length)
    for (const { from, to } of open)
      gated.set(heard.subarray(Math.max(0, frames(from)), frames(to)), Math.max(0, frames(from)))
    return gated
  }
  const comfort = (speech: Talk): Float64Array => {
    const gated = bursts(speech, -52)
    const noise = line(-60)
    return gated.map((sample, at) => (sample === 0 ? (noise[at] ?? 0) : sample))
  }
  const stepping = (quieter: number, louder: number) => {
    const [a, b] = [ofDb(quieter), ofDb(louder)]
    return pink.map((sample, at) => sample * (Math.floor(at / (half / 2)) % 2 === 0 ? a : b))
  }

  return [
    recording('usual line', [mixed(usual.samples, line(-65))], alone(usual)),
    recording('the same as mu-law', [mixed(usual.samples, line(-65))], alone(usual), 'ulaw'),
    recording('the same as gsm', [mixed(usual.samples, line(-65))], alone(usual), 'gsm'),
    recording('quiet talker', [mixed(quiet.samples, line(-68))], alone(quiet)),
    recording('quiet talker as mu-law', [mixed(quiet.samples, line(-68))], alone(quiet), 'ulaw'),
    recording('quiet talker as gsm', [mixed(quiet.samples, line(-68))], alone(quiet), 'gsm'),
    recording('a loud and a quiet party', [mixed(parties[0].samples, parties[1].samples, line(-62))], both(parties)),
    recording('hardly a pause', [mixed(busy.samples, line(-60))], alone(busy)),
    recording(
      'hardly a pause, and a quiet party',
      [mixed(busyParties[0].samples, busyParties[1].samples, line(-62))],
      both(busyParties),
    ),
    recording('mains hum', [mixed(usual.samples, hum(length, -42), line(-65))], alone(usual)),
    recording('noise of 20 dB less', [mixed(noisy.samples, room(-46))], alone(noisy)),
    recording('noise of 10 dB less', [mixed(noisy.samples, room(-36))], alone(noisy)),
    recording('noise of 10 dB less as gsm', [mixed(noisy.samples, room(-36))], alone(noisy), 'gsm'),
    recording('noise of 5 dB less', [mixed(noisy.samples, room(-31))], alone(noisy)),
    recording('noise that comes and goes', [mixed(noisy.samples, stepping(-65, -42))], alone(noisy)),
    recording('whispered', [mixed(whispered.samples, line(-66))], alone(whispered)),
    recording('nothing sent in pauses', [bursts(usual, -55)], alone(usual)),
    recording('comfort noise in pauses', [comfort(usual)], alone(usual)),
    recording(
      'on hold for half of it, then a quieter talker',
      [mixed(after(held, 0, length), after(short.samples, seconds * 500, length), line(-65))],
      { spoken: shifted(short, seconds * 500), other: [{ from: 0, to: seconds * 500 }] },
    ),
    recording(
      'music for nearly all of it, then a quieter talker',
      [
        mixed(
          after(music(Math.floor(length * 0.93), -18, 15), 0, length),
          after(talk(high, seconds * 0.07, -36, shortPause, 16).samples, seconds * 930, length),
          line(-65),
        ),
      ],
      {
        spoken: shifted(talk(high, seconds * 0.07, -36, shortPause, 16), seconds * 930),
        other: [{ from: 0, to: seconds * 930 }],
      },
    ),
    recording(
      'one leg noisy, the other a quiet talker',
      [mixed(left.samples, room(-44)), mixed(right.samples, line(-68))],
      both([left, right]),
    ),
  ]
}

/** Sentences with soft ends, and how long it is quiet after each, milliseconds. */
const SENTENCES = [
  ['en-us', 'Good morning, this is the support desk, how can I help?', 900],
  ['en-us', 'My last invoice lists a few things that I never bought from this office.', 2500],
  ['fr-fr', 'Je vous écoute, monsieur, dites-moi ce qui se passe chez vous.', 400],
  ['en-us', 'Yes.', 1200],
  ['fr-fr', 'Le numéro de la facture finit par six, je pense.', 4000],
  ['en-us', 'Half of this, perhaps, is the tax.', 700],
  ['de', 'Einen Augenblick bitte, ich sehe kurz nach, es dauert nicht lange.', 6000],
  ['en-us', 'Thanks. Enough with this stuff, let us finish.', 1000],
] as const
/** So often, at another pace each time, words a minute. */
const PACES = [120, 150, 180, 210]

/** A voice that is softer beside its loudest sample is none; espeak-ng rests at commas and full stops, digitally silent. */
const SOFTEST = 1 / 200
/** Between two sounds of a word it is quiet for less, milliseconds. */
const WITHIN_WORDS_MS = 100

/** Where a sentence sounds, from `ms` on. */
function soundingIn(samples: Int16Array, ms: number): Span[] {
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0)
  const spans: Span[] = []
  samples.forEach((sample, at) => {
    if (Math.abs(sample) < loudest * SOFTEST) return
    const now = ms + (at * 1000) / RATE
    const last = spans.at(-1)
    if (last !== undefined && now - last.to < WITHIN_WORDS_MS) spans[spans.length - 1] = { from: last.from, to: now }
    else spans.push({ from: now, to: now })
  })
  return spans
}

/** The same sentences on several lines. Throws where espeak-ng is not installed. */
export function spokenMaterial(): Recording[] {
  const said: { at: number; samples: Int16Array }[] = []
  let at = frames(1500)
  for (const pace of PACES)
    for (const [voice, sentence, pauseMs] of SENTENCES) {
      const samples = spokenByEspeak(sentence, voice, pace)
      said.push({ at, samples })
      at += samples.length + frames(pauseMs)
    }
  const spoken = said.flatMap(({ at: from, samples }) => soundingIn(samples, (from * 1000) / RATE))
  const clean = new Float64Array(at)
  // as loud as a usual talker: 23 dB under full scale while it is spoken
  for (const { at: from, samples } of said)
    mixInto(
      clean,
      Float64Array.from(samples, sample => sample / 32_768),
      from,
      ofDb(-9),
    )
  const truth: Truth = { spoken: inOrder(spoken), other: [] }
  const softer = (db: number) => scaled(clean, ofDb(db))
  const white = (db: number) => whiteNoise(at, db, 31)
  const pink = (db: number) => pinkNoise(at, db, 32)
  return [
    recording('espeak-ng: usual line', [mixed(clean, white(-65))], truth),
    recording('espeak-ng: as mu-law', [mixed(clean, white(-65))], truth, 'ulaw'),
    recording('espeak-ng: as gsm', [mixed(clean, white(-65))], truth, 'gsm'),
    recording('espeak-ng: quiet talker', [mixed(softer(-22), white(-68))], truth),
    recording('espeak-ng: mains hum', [mixed(clean, hum(at, -42), white(-65))], truth),
    recording('espeak-ng: noise of 20 dB less', [mixed(clean, pink(-43))], truth),
    recording('espeak-ng: noise of 10 dB less', [mixed(clean, pink(-33))], truth),
  ]
}
