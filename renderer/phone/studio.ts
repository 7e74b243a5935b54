/** What all calls of the phone page share: its devices, and what the user set. */
import { type PhonePreferences } from '../../shared/phone.ts'
import { NO_CHOICE } from '../../shared/devices.ts'
import { type Devices } from './devices.ts'
import { type MicrophoneReport } from './microphone.ts'

export class Studio {
  readonly devices: Devices
  preferences: PhonePreferences = { devices: NO_CHOICE, iceServers: [], autoAnswer: false }
  readonly #tell: (report: MicrophoneReport) => void
  /** Calls that have a microphone, or silence in its place. */
  readonly #speaking = new Set<object>()

  constructor(devices: Devices, tell: (report: MicrophoneReport) => void) {
    this.devices = devices
    this.#tell = tell
  }

  prefer(preferences: PhonePreferences): void {
    this.preferences = preferences
    this.devices.prefer(preferences.devices)
  }

  /** A call speaks so from now on. */
  speaks(call: object, report: MicrophoneReport): void {
    this.#speaking.add(call)
    this.#tell(report)
  }

  /** It speaks no more. */
  ended(call: object): void {
    if (this.#speaking.delete(call) && this.#speaking.size === 0)
      this.#tell({ kind: 'microphone', state: 'unused', why: null })
  }
}
