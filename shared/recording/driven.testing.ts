/** A leg's recording state in a test: driven by a clock that the test owns, its commands kept. */
import { FACTS } from './facts.ts'
import { initial, reduce } from './reducer.ts'
import { type Means, type RecordingCommand, type RecordingEvent, type RecordingState, type Want } from './state.ts'

/** Today's Wazo, and a phone of ours. */
export const API: Means = {
  api: 'start-pause-resume',
  shown: true,
  phone: true,
  insertsDigits: true,
  digits: 'auto',
  dialect: 'start-pause-resume',
  recordInfo: false,
  keysByApi: 'none',
  provable: true,
  ringing: false,
  bridged: true,
  mayRecord: null,
  callee: false,
}
/** A bare Asterisk with a folder. */
export const DIGITS: Means = { ...API, api: 'none', shown: false, dialect: 'start-stop', recordInfo: true }

export class Driven {
  now = 1_000_000
  state: RecordingState
  sent: RecordingCommand[] = []
  constructor(means: Means = API) {
    this.state = initial(means, this.now)
  }
  on(event: RecordingEvent, after = 0): this {
    this.now += after
    const step = reduce(this.state, event, this.now)
    this.state = step.state
    this.sent.push(...step.commands)
    return this
  }
  see(seen: 'off' | 'recording' | 'paused', after = 0): this {
    this.now += after
    return this.on({ kind: 'evidence', seen, at: this.now })
  }
  press(want: Want, after: number = FACTS.inertMs, asked = false): this {
    return this.on({ kind: 'press', want, asked }, after)
  }
  take(): RecordingCommand[] {
    return this.sent.splice(0)
  }
}
