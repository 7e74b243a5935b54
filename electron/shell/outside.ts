/**
 * What shows and sounds outside of the main window: tray, notifications, cues, mini bar and global keys. Each follows the one
 * snapshot; what it shows is decided in shared/, and what is pressed goes the way of every press.
 */
import { type Alarm, soundsIn } from '../../shared/alarms.ts'
import { type Cue, cueOf, isHeard } from '../../shared/cues.ts'
import { isMiniBarWanted } from '../../shared/miniBar.ts'
import { type Notice, noticesOf } from '../../shared/notices.ts'
import { type Keys } from '../../shared/keys.ts'
import { type Snapshot } from '../../shared/snapshot.ts'
import { formatOf, textFor } from '../../shared/text/index.ts'
import { trayOf, type TrayView } from '../../shared/tray.ts'

export interface OutsideParts {
  readonly tray: { draw(view: TrayView): void }
  readonly notifier: { show(notice: Notice): void; close(id: string): void }
  readonly miniBar: { set(wanted: boolean): void }
  readonly keys: { set(keys: Keys): void }
  /** For the user's own ear. */
  readonly sound: (cue: Cue) => void
  /** The main window is seen and has the focus. */
  readonly inFront: () => boolean
}

export class Outside {
  readonly #parts: OutsideParts
  #shown: Snapshot | null = null

  constructor(parts: OutsideParts) {
    this.#parts = parts
  }

  take(snapshot: Snapshot): void {
    const { tray, notifier, miniBar, keys } = this.#parts
    const text = textFor(snapshot.language)
    const format = formatOf(snapshot.language)
    const before = this.#shown
    this.#shown = snapshot
    tray.draw(trayOf(snapshot, text, format))
    keys.set(snapshot.settings.keys)
    miniBar.set(isMiniBarWanted(snapshot) && !this.#parts.inFront())
    if (before === null) return
    const { show, close } = noticesOf(before, snapshot, text, format)
    for (const id of close) notifier.close(id)
    for (const notice of show) if (notice.always || !this.#parts.inFront()) notifier.show(notice)
    const cue = cueOf(before, snapshot)
    if (cue !== null) this.#sound(cue)
  }

  /** The main window came to the front, or left it. */
  frontChanged(): void {
    if (this.#shown !== null) this.#parts.miniBar.set(isMiniBarWanted(this.#shown) && !this.#parts.inFront())
  }

  /** Time passed: an alarm that is not answered sounds again. */
  moment(alarms: readonly Alarm[], from: number, to: number): void {
    if (soundsIn(alarms, from, to)) this.#sound('failed')
  }

  #sound(cue: Cue): void {
    if (this.#shown !== null && isHeard(cue, this.#shown)) this.#parts.sound(cue)
  }
}
