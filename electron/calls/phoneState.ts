/** The phone as the snapshot shows it: what the phone page last reported of itself. */
import { NO_DEVICES } from '../../shared/devices.ts'
import { type PhoneReport, type PhoneView } from '../../shared/phone.ts'

const OFF: PhoneView = { state: 'off', status: null, microphone: 'unused', silentWhy: null, devices: NO_DEVICES }

/** Folds the phone's reports of itself into what is shown. */
export class PhoneState {
  #view: PhoneView = OFF

  get view(): PhoneView {
    return this.#view
  }

  opened(): void {
    this.#view = { ...OFF, state: 'connecting' }
  }

  closed(): void {
    this.#view = OFF
  }

  /** The page died: nothing is registered any more. */
  lost(): void {
    this.#view = { ...this.#view, state: 'lost' }
  }

  report(report: Extract<PhoneReport, { kind: 'registration' | 'microphone' | 'devices' }>): void {
    if (report.kind === 'devices') {
      const { inputs, outputs, noMicrophone, missing } = report
      this.#view = { ...this.#view, devices: { inputs, outputs, noMicrophone, missing } }
    } else if (report.kind === 'registration') this.#view = { ...this.#view, ...report.registration }
    else this.#view = { ...this.#view, microphone: report.state, silentWhy: report.why }
  }
}
