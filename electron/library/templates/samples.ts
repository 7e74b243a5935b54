/** A few names of a folder, to try a template on: the newest of the first that are found. It is only read. */
import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'
import { AppFailure } from '../../../shared/failure.ts'
import { audioKind } from '../kinds.ts'

/** Entries that are looked at, and folders below each other. */
const MOST_SEEN = 3_000
const DEEPEST = 6
/** Files that are asked for their age. */
const MOST_AGED = 300

/** Paths relative to the root, with `/`, newest first. Throws AppFailure `folder-unreadable`. */
export async function sampleNames(root: string, count: number): Promise<readonly string[]> {
  const files: string[] = []
  const folders = ['']
  let seen = 0
  for (const folder of folders) {
    try {
      for await (const entry of await opendir(join(root, folder))) {
        if (++seen > MOST_SEEN) break
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`
        if (entry.isDirectory() && path.split('/').length < DEEPEST) folders.push(path)
        else if (entry.isFile() && audioKind(entry.name) !== null) files.push(path)
      }
    } catch (error) {
      if (folder === '') throw new AppFailure('folder-unreadable', { cause: error })
      // another user's folder: its names are not for us
    }
    if (seen > MOST_SEEN) break
  }
  const aged = await Promise.all(
    files.slice(-MOST_AGED).map(async path => {
      // gone meanwhile, it is merely old
      const at = await lstat(join(root, path)).then(
        found => found.mtimeMs,
        () => 0,
      )
      return { path, at }
    }),
  )
  return aged
    .sort((a, b) => b.at - a.at)
    .slice(0, count)
    .map(({ path }) => path)
}
