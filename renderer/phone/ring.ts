/** What the user hears of a call that comes in: a bell, or a soft double tone while he talks. Never sent to anyone. */
import { type PhoneSession } from '../../shared/phone.ts'
import { soundOn } from '../soundOn.ts'
import { type Devices } from './devices.ts'

export type Ringing = 'none' | 'bell' | 'soft'

/** What is due while these calls live. A call that we place is talk too: its own ringing must be heard. */
export function ringingOf(statuses: readonly PhoneSession['status'][]): Ringing {
  if (!statuses.includes('ringing-in')) return 'none'
  return statuses.some(status => status !== 'ringing-in' && status !== 'ended') ? 'soft' : 'bell'
}

interface Tune {
  readonly hertz: readonly number[]
  /** 0 to 1. */
  readonly loudness: number
  readonly toneSeconds: number
  readonly gapSeconds: number
  readonly everyMs: number
}

const TUNES: Readonly<Record<Exclude<Ringing, 'none'>, Tune>> = {
  bell: { hertz: [480, 620], loudness: 0.12, toneSeconds: 0.5, gapSeconds: 0.25, everyMs: 3000 },
  soft: { hertz: [440], loudness: 0.04, toneSeconds: 0.18, gapSeconds: 0.12, everyMs: 4000 },
}
/** A tone that is switched on at once clicks. */
const EDGE_SECONDS = 0.02

export class Ring {
  readonly #devices: Devices
  #ringing: Ringing = 'none'
  #context: AudioContext | null = null
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(devices: Devices) {
    this.#devices = devices
  }

  /** Sounds it until told otherwise: the bell where it is heard in the room, the soft tone in the ear. */
  sound(ringing: Ringing): void {
    if (ringing === this.#ringing) return
    this.#ringing = ringing
    clearInterval(this.#timer)
    this.#context?.close().catch((error: unknown) => console.error('The ring did not stop', error))
    this.#context = null
    if (ringing === 'none') return
    const context = new AudioContext()
    this.#context = context
    soundOn(context, this.#devices.idOf(ringing === 'bell' ? 'ringer' : 'speaker'))
    const tune = TUNES[ringing]
    play(context, tune)
    this.#timer = setInterval(() => play(context, tune), tune.everyMs)
  }
}

/** Two tones, one after the other. */
function play(context: AudioContext, { hertz, loudness, toneSeconds, gapSeconds }: Tune): void {
  for (const from of [context.currentTime, context.currentTime + toneSeconds + gapSeconds]) {
    const gain = context.createGain()
    gain.connect(context.destination)
    gain.gain.setValueAtTime(0, from)
    gain.gain.linearRampToValueAtTime(loudness / hertz.length, from + EDGE_SECONDS)
    gain.gain.setValueAtTime(loudness / hertz.length, from + toneSeconds - EDGE_SECONDS)
    gain.gain.linearRampToValueAtTime(0, from + toneSeconds)
    for (const frequency of hertz) {
      const tone = new OscillatorNode(context, { frequency })
      tone.connect(gain)
      tone.start(from)
      tone.stop(from + toneSeconds)
    }
  }
}
