/**
 * What the user hears of a call that is not up: a bell for one that comes in, or a soft double tone while he talks; and that it
 * rings at the other side, which the server leaves to the phone (asterisk.md 3: 180 without SDP). Never sent to anyone.
 */
import { type PhoneSession } from '../../shared/phone.ts'
import { soundOn } from '../soundOn.ts'
import { type Devices } from './devices.ts'

export type Ringing = 'none' | 'bell' | 'soft'

/** What is due while these calls live. A call that we place is talk too: its own ringing must be heard. */
export function ringingOf(statuses: readonly PhoneSession['status'][]): Ringing {
  if (!statuses.includes('ringing-in')) return 'none'
  return statuses.some(status => status !== 'ringing-in' && status !== 'ended') ? 'soft' : 'bell'
}

interface Heard {
  /** It rings at the other side, and the server sends no sound of that. */
  readonly ringsOut: boolean
  readonly spoken: boolean
}

/** Whether the user is to hear that the other side rings: not into a call in which he talks. */
export const ringsBack = (calls: readonly Heard[]): boolean =>
  calls.some(call => call.ringsOut) && !calls.some(call => call.spoken)

interface Tune {
  readonly hertz: readonly number[]
  /** 0 to 1. */
  readonly loudness: number
  readonly toneSeconds: number
  /** How often, one after the other. */
  readonly times: number
  readonly gapSeconds: number
  readonly everyMs: number
}

type Sound = Ringing | 'back'

const TUNES: Readonly<Record<Exclude<Sound, 'none'>, Tune>> = {
  bell: { hertz: [480, 620], loudness: 0.12, toneSeconds: 0.5, times: 2, gapSeconds: 0.25, everyMs: 3000 },
  soft: { hertz: [440], loudness: 0.04, toneSeconds: 0.18, times: 2, gapSeconds: 0.12, everyMs: 4000 },
  // the ringing tone of North America (ITU-T E.180)
  back: { hertz: [440, 480], loudness: 0.06, toneSeconds: 2, times: 1, gapSeconds: 0, everyMs: 6000 },
}
/** A tone that is switched on at once clicks. */
const EDGE_SECONDS = 0.02

export class Ring {
  readonly #devices: Devices
  #sounding: Sound = 'none'
  #context: AudioContext | null = null
  #timer: ReturnType<typeof setInterval> | undefined

  constructor(devices: Devices) {
    this.#devices = devices
  }

  /** Sounds it until told otherwise: the bell where it is heard in the room, the others in the ear. */
  sound(sound: Sound): void {
    if (sound === this.#sounding) return
    this.#sounding = sound
    clearInterval(this.#timer)
    this.#context?.close().catch((error: unknown) => console.error('The ring did not stop', error))
    this.#context = null
    if (sound === 'none') return
    const context = new AudioContext()
    this.#context = context
    soundOn(context, this.#devices.idOf(sound === 'bell' ? 'ringer' : 'speaker'))
    const tune = TUNES[sound]
    play(context, tune)
    this.#timer = setInterval(() => play(context, tune), tune.everyMs)
  }
}

function play(context: AudioContext, { hertz, loudness, toneSeconds, times, gapSeconds }: Tune): void {
  for (let time = 0; time < times; time++) {
    const from = context.currentTime + time * (toneSeconds + gapSeconds)
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
