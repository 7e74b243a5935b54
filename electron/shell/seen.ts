/**
 * What the shell shows outside of its windows, told on `app` to whoever listens: tray, notifications and the like cannot be
 * read back from the system, and a test has to know that they say what the window says.
 */
import { app } from 'electron'

export type SeenKind = 'tray' | 'notification' | 'cue' | 'mini-bar'

export function tellSeen(kind: SeenKind, what: unknown): void {
  app.emit(`tallylight-${kind}`, what)
}
