/** When an index that was filled has come to rest, as it does in the app after the synchronisation. */
import { statSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'

/** Longer than its thread waits before it tidies up, milliseconds. */
const QUIET_MS = 3_000

/** Waits until nothing has been written to the index for a while. @param file of a database that is open */
export async function atRest(file: string): Promise<void> {
  const written = () =>
    [file, `${file}-wal`].map(name => statSync(name, { throwIfNoEntry: false })?.mtimeMs ?? 0).join(' ')
  for (let before = '', now = written(); before !== now; now = written()) {
    before = now
    await pause(QUIET_MS)
  }
}
