/** The computer stays awake while a call lives on it: asleep, it would end it. The screen may go dark. */
import { powerSaveBlocker } from 'electron'
import { type CallView } from '../../shared/call.ts'

export class Awake {
  #blocker: number | null = null

  take(calls: readonly CallView[]): void {
    const wanted = calls.some(call => call.device === 'here')
    if (wanted === (this.#blocker !== null)) return
    if (this.#blocker === null) this.#blocker = powerSaveBlocker.start('prevent-app-suspension')
    else {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = null
    }
  }
}
