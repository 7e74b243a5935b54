/** Reads the administrator's policy file. A file that is there and cannot be used locks; only one that is absent does not. */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs'
import { posix, win32 } from 'node:path'
import { brokenPolicy, OPEN_POLICY, parsePolicy, type PolicyView, strictest } from '../../shared/policy.ts'

/** The largest file that is read, bytes. */
const MAX_BYTES = 64 * 1024

export interface PolicySource {
  /** As last read. */
  current(): PolicyView
  /** Reads the file anew. */
  readAgain(): PolicyView
}

/**
 * Where the file may be; each place may lock. On Windows `ProgramData` comes from the environment, which a user can
 * change for himself: so the usual place is asked too, and the variable can only add locks.
 */
export function policyPaths(platform: NodeJS.Platform, programData: string | undefined): readonly string[] {
  switch (platform) {
    case 'win32': {
      const folders = ['C:\\ProgramData', ...(programData === undefined || programData === '' ? [] : [programData])]
      return [...new Set(folders.map(folder => win32.join(folder, 'Tallylight', 'policy.json')))]
    }
    case 'darwin':
      return [posix.join('/Library/Application Support/Tallylight', 'policy.json')]
    default:
      return ['/etc/tallylight/policy.json']
  }
}

/** @param lockToo a launch switch of ours, which locks whatever the files say */
export function policySource(paths: readonly string[], lockToo: boolean): PolicySource {
  const read = (): PolicyView => {
    const found = strictest(paths.map(readOne))
    return lockToo ? { ...found, selfGrant: 'locked' } : found
  }
  let policy = read()
  return { current: () => policy, readAgain: () => (policy = read()) }
}

function readOne(path: string): PolicyView {
  let file: number
  try {
    // without O_NONBLOCK a named pipe in its place would stop the app (0 on Windows, which has none)
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    return isAbsent(error) ? OPEN_POLICY : brokenPolicy('unreadable')
  }
  try {
    if (!fstatSync(file).isFile()) return brokenPolicy('no-file')
    const bytes = Buffer.alloc(MAX_BYTES + 1)
    let length = 0
    for (;;) {
      const read = readSync(file, bytes, length, bytes.length - length, null)
      length += read
      if (length > MAX_BYTES) return brokenPolicy('too-big')
      if (read === 0) break
    }
    // a byte order mark is dropped, as Windows editors write one
    return parsePolicy(new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, length)))
  } catch (error) {
    return brokenPolicy(error instanceof TypeError ? 'no-json' : 'unreadable')
  } finally {
    closeSync(file)
  }
}

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'
