/** Reads file names back: who talked with whom, and when. Asterisk's `auto-...` names and those of the server's template. */
import { extname } from 'node:path'
import { type FileSight } from '../../shared/sight.ts'
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

/** What Asterisk writes (audio-and-storage.md 1), and what people convert it to. */
const types: Readonly<Record<string, string>> = {
  wav: 'audio/wav',
  wav16: 'audio/wav',
  wav49: 'audio/wav',
  gsm: 'audio/gsm',
  ulaw: 'audio/basic',
  ul: 'audio/basic',
  mu: 'audio/basic',
  pcm: 'audio/basic',
  alaw: 'application/octet-stream',
  al: 'application/octet-stream',
  au: 'audio/basic',
  g722: 'audio/G722',
  raw: 'application/octet-stream',
  sln: 'application/octet-stream',
  sln12: 'application/octet-stream',
  sln16: 'application/octet-stream',
  sln24: 'application/octet-stream',
  sln32: 'application/octet-stream',
  sln44: 'application/octet-stream',
  sln48: 'application/octet-stream',
  sln96: 'application/octet-stream',
  sln192: 'application/octet-stream',
  vox: 'application/octet-stream',
  // what nothing here decodes is listed all the same: the player says so, and hands the file out
  g723: 'audio/G723',
  g723sf: 'audio/G723',
  g729: 'audio/G729',
  ilbc: 'audio/iLBC',
  siren7: 'application/octet-stream',
  siren14: 'application/octet-stream',
  'g726-16': 'audio/G726-16',
  'g726-24': 'audio/G726-24',
  'g726-32': 'audio/G726-32',
  'g726-40': 'audio/G726-40',
  spx: 'audio/ogg',
  spx16: 'audio/ogg',
  spx32: 'audio/ogg',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  mp3: 'audio/mpeg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  aac: 'audio/aac',
}

/** The media type of an audio file's name; null: not audio, or hidden. */
export function audioType(name: string): string | null {
  return name.startsWith('.') ? null : (types[extname(name).slice(1).toLowerCase()] ?? null)
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
