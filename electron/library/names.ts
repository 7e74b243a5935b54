/** Reads file names back: who talked with whom, and when. Asterisk's `auto-...` names and those of the server's template. */
import { extname } from 'node:path'
import { type FileSight } from '../../shared/sight.ts'
import { atLeast } from '../../shared/version.ts'
import { parseTemplate } from './templates/wazo.ts'

/** What a name tells. */
export interface NameParts {
  readonly kind: FileSight['kind']
  /** On demand: who pressed, then the other. Permanent: caller, then called. Those that are certain from the name. */
  readonly numbers: readonly string[]
  /** Both sides are told: without any of the user's numbers, the recording is somebody else's. */
  readonly both: boolean
  /** Milliseconds since the epoch, whole seconds; null where the name does not tell. */
  readonly startedAt: number | null
}

export interface NameReader {
  /** `path` is relative to the watched folder, with `/`. Null: no pattern explains it. */
  read(path: string): NameParts | null
}

/** Reader for a folder; an empty template means that only `auto-...` names are known. Throws as `parseTemplate`. */
export function nameReader(template: string): NameReader {
  const reader = template.trim() === '' ? null : parseTemplate(template).reader
  return {
    read: path => {
      const bare = path.slice(0, path.length - extname(path).length)
      const automatic = readAutomatic(bare.slice(bare.lastIndexOf('/') + 1))
      if (automatic !== null) return automatic
      const found = reader?.read(bare) ?? null
      if (found === null) return null
      const numbers = [found.values.get('srcnum'), found.values.get('dstnum')].filter(number => number !== undefined)
      return { kind: 'permanent', numbers, both: numbers.length === 2, startedAt: found.startedAt }
    },
  }
}

/**
 * Whether a Wazo server's template names automatic recordings alone. Until 20.16 files of `*3` are `auto-...`; then the
 * template names them too, and files of that time may lie on any later server (wazo.md 4.1, 4.7). `version`: null = not known.
 */
export function onlyAutomatic(version: string | null): boolean {
  return version !== null && /^\d+\.\d/.test(version) && !atLeast(version, [20, 17])
}

/**
 * `auto-<epoch>-<presser>-<peer>` of automixmon (asterisk.md 4). Where TOUCH_MIXMONITOR replaces the two numbers, the
 * rest cannot be told apart and no numbers are given.
 */
function readAutomatic(name: string): NameParts | null {
  const found = /^auto-(\d{9,11})-(.+)$/.exec(name)
  if (found === null) return null
  const pair = /^([0-9A-Za-z+*#_.]*)-([0-9A-Za-z+*#_.]*)$/.exec(found[2] ?? '')
  const numbers = pair === null ? [] : [pair[1] ?? '', pair[2] ?? '']
  return { kind: 'on-demand', numbers, both: pair !== null, startedAt: Number(found[1]) * 1000 }
}
