/** Keys that work in every program, as the user set them; those that the system refuses are told. */
import { globalShortcut } from 'electron'
import { KeyAction, type Keys } from '../../shared/keys.ts'
import { log } from './log.ts'

export class GlobalKeys {
  readonly #press: (action: KeyAction) => void
  readonly #onRefused: (refused: KeyAction[]) => void
  #set = ''

  constructor(press: (action: KeyAction) => void, onRefused: (refused: KeyAction[]) => void) {
    this.#press = press
    this.#onRefused = onRefused
  }

  /** Takes what is set; nothing is done while it stays the same. */
  set(keys: Keys): void {
    const wanted = JSON.stringify(keys)
    if (wanted === this.#set) return
    this.#set = wanted
    globalShortcut.unregisterAll()
    this.#onRefused(KeyAction.options.filter(action => !this.#take(action, keys[action])))
  }

  #take(action: KeyAction, combination: string | null): boolean {
    if (combination === null) return true
    try {
      return globalShortcut.register(combination, () => this.#press(action))
    } catch (error) {
      log(`the key ${combination} cannot be had`, error)
      return false
    }
  }

  close(): void {
    globalShortcut.unregisterAll()
  }
}
