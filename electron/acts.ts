/** What is pressed outside of the main window: the tray's items and the keys. Each goes the way of every press. Plain Node. */
import { effectOf } from '../shared/keyEffect.ts'
import { type KeyAction } from '../shared/keys.ts'
import { outlineOf } from '../shared/outline.ts'
import { type Press } from '../shared/recording/view.ts'
import { type SettingsChange } from '../shared/settings.ts'
import { type Snapshot } from '../shared/snapshot.ts'
import { formatOf, textFor } from '../shared/text/index.ts'
import { type Deed } from '../shared/tray.ts'

export interface ActsPorts {
  snapshot(): Snapshot
  /** Throws AppFailure where the call is gone. */
  press(call: string, press: Press): void
  mute(call: string, on: boolean): Promise<void>
  /** False: it is not being recorded. Throws AppFailure where the call is gone. */
  mark(call: string): boolean
  settings(change: SettingsChange): void
  keyed(keyed: Snapshot['shell']['keyed']): void
  /** Brings the main window to the front. */
  show(): void
  quit(): void
  log(text: string, error: unknown): void
}

export class Acts {
  readonly #ports: ActsPorts

  constructor(ports: ActsPorts) {
    this.#ports = ports
  }

  deed(deed: Deed): void {
    switch (deed.do) {
      case 'press':
        this.#press(deed.call, deed.press, deed.asks)
        return
      case 'mini-bar':
        return this.#ports.settings({ miniBar: deed.choice })
      case 'show':
        return this.#ports.show()
      case 'quit':
        return this.#ports.quit()
    }
  }

  /** A key, of a window of ours or of every program: what it did is told, with the name of its call. */
  async key(action: KeyAction): Promise<void> {
    const snapshot = this.#ports.snapshot()
    const outline = outlineOf(snapshot, textFor(snapshot.language), formatOf(snapshot.language))
    const effect = effectOf(action, outline)
    let done = effect.do !== 'nothing'
    if (effect.do === 'show') this.#ports.show()
    if (effect.do === 'press') done = this.#press(effect.call, effect.press, effect.asks)
    if (effect.do === 'mute') done = await this.#mute(effect.call, effect.on)
    if (effect.do === 'mark') done = this.#tried('mark', () => this.#ports.mark(effect.call))
    this.#ports.keyed({ action, peer: outline.peer, done, at: snapshot.at })
  }

  /** Something to be answered first is asked in the window. */
  #press(call: string, press: Press, asks: boolean): boolean {
    if (asks) {
      this.#ports.show()
      return true
    }
    return this.#tried(press, () => {
      this.#ports.press(call, press)
      return true
    })
  }

  #tried(what: string, act: () => boolean): boolean {
    try {
      return act()
    } catch (error) {
      this.#ports.log(`${what} found no call`, error)
      return false
    }
  }

  #mute(call: string, on: boolean): Promise<boolean> {
    return this.#ports.mute(call, on).then(
      () => true,
      (error: unknown) => {
        this.#ports.log('mute failed', error)
        return false
      },
    )
  }
}
