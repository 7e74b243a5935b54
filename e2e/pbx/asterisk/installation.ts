// Where the private Asterisk lies, and the words that run it with its own loader and libraries.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'

/** Counts up when an installation that is already there no longer does. */
export const LAYOUT = 1

const Note = z.object({ layout: z.literal(LAYOUT), suite: z.string(), version: z.string() })
export type Note = z.infer<typeof Note>

export type Installation = Note & Parts

export type Parts = {
  /** What runs Asterisk; its arguments follow. */
  command: readonly [string, ...string[]]
  /** The words that run any program or library of the installation. */
  loader: readonly [string, ...string[]]
  moduleFolder: string
  /** usr/share/asterisk: documentation (without which modules do not load) and sounds. */
  shareFolder: string
}

/** TALLYLIGHT_ASTERISK, else tallylight/asterisk in the user's cache. */
export function installationFolder(env: NodeJS.ProcessEnv = process.env): string {
  const cache = env['XDG_CACHE_HOME'] || join(homedir(), '.cache')
  return env['TALLYLIGHT_ASTERISK'] || join(cache, 'tallylight', 'asterisk')
}

export const rootOf = (folder: string): string => join(folder, 'root')
export const noteOf = (folder: string): string => join(folder, 'installed.json')

/** The installation in a folder, or undefined where there is none, an unfinished or an outdated one. */
export function findInstallation(folder: string): Installation | undefined {
  if (!existsSync(noteOf(folder))) return undefined
  const note = Note.safeParse(parseJson(readFileSync(noteOf(folder), 'utf8')))
  const parts = findParts(rootOf(folder))
  return note.success && parts ? { ...note.data, ...parts } : undefined
}

/** The parts below an unpacked root; undefined when one is missing. */
export function findParts(root: string): Parts | undefined {
  const loader = first(root, ['usr/lib/*/ld-linux-*.so.*', 'usr/lib64/ld-linux-*.so.*', 'usr/lib/ld-linux-*.so.*'])
  const libraries = first(root, ['usr/lib/*-linux-gnu*'])
  const moduleFolder = first(root, ['usr/lib/*/asterisk/modules', 'usr/lib/asterisk/modules'])
  const program = first(root, ['usr/sbin/asterisk'])
  const shareFolder = first(root, ['usr/share/asterisk'])
  if (!loader || !libraries || !moduleFolder || !program || !shareFolder) return undefined
  const loading = [loader, '--library-path', `${libraries}:${join(root, 'usr/lib')}`] as const
  return { loader: loading, command: [...loading, program], moduleFolder, shareFolder }
}

/**
 * The environment of everything that is run from the installation: nothing of ours, and not the machine's OpenSSL
 * settings, which are for another version.
 */
export function ownEnvironment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env['PATH'], HOME: home, LANG: 'C.UTF-8', TZ: 'UTC', OPENSSL_CONF: '/dev/null' }
}

function first(root: string, patterns: readonly string[]): string | undefined {
  const found = patterns.flatMap(pattern => globSync(pattern, { cwd: root }).sort())[0]
  return found === undefined ? undefined : join(root, found)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
