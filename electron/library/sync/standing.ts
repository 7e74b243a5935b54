/** Whether a file that was not found is gone, or only cannot be seen now: a share that is away looks like an empty one. */
import { lstat, opendir } from 'node:fs/promises'
import { errorCode } from '../failures.ts'
import { placeOf } from '../tree.ts'

/**
 * `gone`: the folders above it can be read, and it is not there. `away`: one of them cannot be read now, so nobody
 * knows. `refused`: its folder can be read, and yet the file cannot be looked at.
 */
export type Standing = 'there' | 'gone' | 'away' | 'refused'

type FolderStanding = Exclude<Standing, 'refused'>

/** The file system says that nothing is there, and not merely that it cannot tell. */
export function saysGone(error: unknown): boolean {
  const code = errorCode(error)
  return code === 'ENOENT' || code === 'ENOTDIR'
}

export interface Judge {
  /** Of a file; its path is relative to the root, with `/`. */
  file(path: string): Promise<Standing>
  /** Whether the root can be read, and holds anything: an empty one is what a share leaves behind that is not mounted. */
  rootIsThere(): Promise<boolean>
}

/** For one round: each folder is looked at once, whatever happens to it meanwhile. */
export function judge(root: string): Judge {
  const folders = new Map<string, Promise<FolderStanding>>()
  const folder = (path: string): Promise<FolderStanding> => {
    const known = folders.get(path) ?? lookAt(path)
    folders.set(path, known)
    return known
  }
  const lookAt = async (path: string): Promise<FolderStanding> => {
    if (path !== '') {
      const above = await folder(parentOf(path))
      if (above !== 'there') return above
    }
    try {
      const holds = await holdsAnything(placeOf(root, path))
      return path === '' && !holds ? 'away' : 'there'
    } catch (error) {
      return path !== '' && saysGone(error) ? 'gone' : 'away'
    }
  }
  return {
    file: async path => {
      const above = await folder(parentOf(path))
      if (above !== 'there') return above
      try {
        return (await lstat(placeOf(root, path))).isFile() ? 'there' : 'gone'
      } catch (error) {
        return saysGone(error) ? 'gone' : 'refused'
      }
    },
    rootIsThere: async () => (await folder('')) === 'there',
  }
}

/** '' for what lies in the root. */
export const parentOf = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf('/')))

async function holdsAnything(place: string): Promise<boolean> {
  const folder = await opendir(place)
  try {
    return (await folder.read()) !== null
  } finally {
    await folder.close()
  }
}
