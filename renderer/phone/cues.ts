/**
 * Cues: short sounds in the call's own output. They are made here and go to the loudspeaker alone; no part of a call's sending
 * side is ever connected to them.
 */
import { type Cue } from '../../shared/cues.ts'
import { soundOn } from '../soundOn.ts'
import { type Devices } from './devices.ts'

interface Tone {
  /** Seconds from the cue's start. */
  readonly at: number
  readonly seconds: number
  readonly hertz: number
  /** Where it glides to; the same = it stands. */
  readonly to: number
}

const tone = (at: number, seconds: number, hertz: number, to = hertz): Tone => ({ at, seconds, hertz, to })

const CUES: Readonly<Record<Cue, readonly Tone[]>> = {
  recording: [tone(0, 0.22, 523, 784)],
  paused: [tone(0, 0.05, 988), tone(0.14, 0.05, 988)],
  stopped: [tone(0, 0.22, 784, 523)],
  failed: [tone(0, 0.18, 247), tone(0.26, 0.24, 196)],
  reminder: [tone(0, 0.16, 659)],
}

/** Well below a voice; the reminder softer still. Full scale is 1. */
const LOUD: Readonly<Record<Cue, number>> = {
  recording: 0.16,
  paused: 0.16,
  stopped: 0.16,
  failed: 0.2,
  reminder: 0.08,
}
/** Without it each tone begins and ends with a click. Seconds. */
const SOFT = 0.012

export class Cues {
  #context: AudioContext | null = null
  readonly #devices: Devices
  readonly #onSounded: (cue: Cue) => void

  /** `onSounded`: the last tone has ended, by the clock of the audio. */
  constructor(devices: Devices, onSounded: (cue: Cue) => void) {
    this.#devices = devices
    this.#onSounded = onSounded
  }

  #open(): AudioContext {
    const context = new AudioContext()
    const follow = () => soundOn(context, this.#devices.idOf('speaker'))
    this.#devices.onChange(follow)
    follow()
    return context
  }

  play(cue: Cue): void {
    const context = (this.#context ??= this.#open())
    const start = context.currentTime + 0.02
    const tones = CUES[cue]
    for (const [index, { at, seconds, hertz, to }] of tones.entries()) {
      const oscillator = new OscillatorNode(context, { frequency: hertz })
      const loud = new GainNode(context, { gain: 0 })
      const [from, until] = [start + at, start + at + seconds]
      oscillator.frequency.setValueAtTime(hertz, from)
      oscillator.frequency.linearRampToValueAtTime(to, until)
      loud.gain.setValueAtTime(0, from)
      loud.gain.linearRampToValueAtTime(LOUD[cue], from + SOFT)
      loud.gain.setValueAtTime(LOUD[cue], until - SOFT)
      loud.gain.linearRampToValueAtTime(0, until)
      oscillator.connect(loud).connect(context.destination)
      oscillator.start(from)
      oscillator.stop(until)
      if (index === tones.length - 1) oscillator.addEventListener('ended', () => this.#onSounded(cue))
    }
  }
}
