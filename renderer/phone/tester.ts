/** Trying a device out: how loud the microphone is, how one sounds oneself, and a tune at a loudspeaker. */
import { type AudioLevel, type AudioTest, shownLevel } from '../../shared/devices.ts'
import { soundOn } from '../soundOn.ts'
import { type Devices } from './devices.ts'
import { openVoice } from './microphone.ts'

const LOOK_EVERY_MS = 100
/** Forgotten, it must not listen for ever. */
const ENDS_AFTER_MS = 60_000
/** Long enough to be told from one's own voice in the room. */
const DELAY_SECONDS = 0.6
const NOTES = [523, 659, 784]
const NOTE_SECONDS = 0.35
const LOUD = 0.15
/** Without it each note begins and ends with a click. */
const SOFT_SECONDS = 0.03

export class Tester {
  readonly #devices: Devices
  readonly #tell: (level: AudioLevel) => void
  #end: () => void = () => undefined
  /** Counts the wishes: a microphone that opens after the next one is let go. */
  #wish = 0

  constructor(devices: Devices, tell: (level: AudioLevel) => void) {
    this.#devices = devices
    this.#tell = tell
  }

  async run(what: AudioTest): Promise<void> {
    this.#wish++
    this.#end()
    this.#end = () => undefined
    switch (what) {
      case 'off':
        return
      case 'level':
        return this.#listen(false)
      case 'hear':
        return this.#listen(true)
      case 'speaker':
      case 'ringer':
        return playTune(this.#devices.idOf(what))
    }
  }

  async #listen(hear: boolean): Promise<void> {
    const wish = this.#wish
    const voice = await openVoice(this.#devices.idOf('microphone'))
    if (wish !== this.#wish) return voice.release()
    if (voice.report.state === 'silent') {
      voice.release()
      this.#tell({ level: 0, why: voice.report.why })
      return
    }
    const context = new AudioContext()
    const source = context.createMediaStreamSource(voice.stream)
    const analyser = new AnalyserNode(context, { fftSize: 2048 })
    source.connect(analyser)
    if (hear) {
      soundOn(context, this.#devices.idOf('speaker'))
      source.connect(new DelayNode(context, { delayTime: DELAY_SECONDS })).connect(context.destination)
    }
    const samples = new Float32Array(analyser.fftSize)
    const looking = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      this.#tell({ level: shownLevel(rootMeanSquare(samples)), why: null })
    }, LOOK_EVERY_MS)
    const patience = setTimeout(() => void this.run('off'), ENDS_AFTER_MS)
    // another device is chosen, or this one is plugged out: listen to the one that counts now
    const key = this.#devices.keyOf('microphone')
    const stopFollowing = this.#devices.onChange(() => {
      if (this.#devices.keyOf('microphone') !== key)
        this.run(hear ? 'hear' : 'level').catch((error: unknown) => console.error('No microphone to try', error))
    })
    this.#end = () => {
      clearInterval(looking)
      clearTimeout(patience)
      stopFollowing()
      voice.release()
      closeQuietly(context)
      this.#tell({ level: 0, why: null })
    }
  }
}

/** Resolves when it has sounded to its end. */
async function playTune(id: string | null): Promise<void> {
  const context = new AudioContext()
  soundOn(context, id)
  const start = context.currentTime + 0.05
  const ended = NOTES.map((hertz, index) => {
    const [from, until] = [start + index * NOTE_SECONDS, start + (index + 1) * NOTE_SECONDS]
    const note = new OscillatorNode(context, { frequency: hertz })
    const loud = new GainNode(context, { gain: 0 })
    loud.gain.setValueAtTime(0, from)
    loud.gain.linearRampToValueAtTime(LOUD, from + SOFT_SECONDS)
    loud.gain.setValueAtTime(LOUD, until - SOFT_SECONDS)
    loud.gain.linearRampToValueAtTime(0, until)
    note.connect(loud).connect(context.destination)
    note.start(from)
    note.stop(until)
    return new Promise<void>(resolve => note.addEventListener('ended', () => resolve(), { once: true }))
  })
  await Promise.all(ended)
  closeQuietly(context)
}

function closeQuietly(context: AudioContext): void {
  context.close().catch((error: unknown) => console.error('A sound was not closed', error))
}

const rootMeanSquare = (samples: Float32Array): number =>
  Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length)
