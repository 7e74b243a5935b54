/** A file of the folder as the index takes it: who and when from its name, what can be heard from its head. */
import { open, type FileHandle } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { type Hearing } from '../../../shared/library/entry.ts'
import { readFully } from '../audio/file.ts'
import { recognise, type Recognised } from '../audio/format.ts'
import { isInterleaved } from '../audio/stereo.ts'
import { HEAD_BYTES, isOpen, readWavHead, soundBytes, soundMs } from '../audio/wav.ts'
import { type SourceCall } from '../index/port.ts'
import { audioKind, silentMs } from '../kinds.ts'
import { type NameParts } from '../names.ts'

/** A file without its length that stood still for longer was left so by a crash. */
const WRITTEN_MS = 60_000
/** Enough to tell what a file without a long head is. */
const SHORT_HEAD_BYTES = 4 * 1024

export interface Measured {
  readonly hearing: Extract<Hearing, 'yes' | 'growing' | 'empty' | 'format'>
  /** Null: its head does not tell, nor anybody else. */
  readonly durationMs: number | null
  readonly bytes: number
  /** When the file was made, as far as the file system knows: milliseconds since the epoch. */
  readonly bornAt: number
}

/**
 * What can be heard of a file now. `rawRate`: Hz of what does not tell its rate; null = nobody chose one. Throws what the file
 * system says.
 */
export async function measure(place: string, now: number, rawRate: number | null): Promise<Measured> {
  const handle = await open(place, 'r')
  try {
    const { size, mtimeMs, birthtimeMs } = await handle.stat()
    const bornAt = Math.floor(birthtimeMs > 0 ? Math.min(birthtimeMs, mtimeMs) : mtimeMs)
    const lively = Math.abs(now - mtimeMs) < WRITTEN_MS
    const nothing = lively ? 'growing' : 'empty'
    const told = { bytes: size, bornAt, durationMs: null }
    if (size === 0) return { ...told, hearing: nothing }
    const byteRate = audioKind(place)?.byteRate ?? null
    const bytes = await readFully(handle, 0, Math.min(size, byteRate === null ? HEAD_BYTES : SHORT_HEAD_BYTES))
    const found = recognise(bytes, extname(place).slice(1), rawRate)
    if (found.kind === 'unplayable') return { ...told, hearing: 'format' }
    if (byteRate !== null) {
      const still = Math.abs(now - mtimeMs) < Math.min(WRITTEN_MS, silentMs(byteRate))
      return { ...told, durationMs: await lengthOf(found, size, handle, rawRate), hearing: still ? 'growing' : 'yes' }
    }
    const head = readWavHead(bytes)
    if (head === null) return { ...told, hearing: 'yes' }
    const durationMs = soundMs(head, size)
    if (isOpen(head) && lively) return { ...told, durationMs, hearing: 'growing' }
    return { ...told, durationMs, hearing: soundBytes(head, size) === 0 ? 'empty' : 'yes' }
  } finally {
    await handle.close()
  }
}

/**
 * Milliseconds; null where only a player can tell, or nobody said how fast it was recorded, or too little is heard to tell: two
 * voices may lie in a `raw` file, which is half as long then.
 */
async function lengthOf(
  found: Recognised,
  size: number,
  handle: FileHandle,
  rawRate: number | null,
): Promise<number | null> {
  if (found.kind !== 'sound') return null
  const { dataAt, declared, blockBytes, blockFrames, rate, rateTold } = found.sound
  if (!rateTold && rawRate === null) return null
  const two = rateTold ? false : await isInterleaved({ read: (from, to) => readFully(handle, from, to) }, dataAt, size)
  if (two === null) return null
  const there = Math.max(0, size - dataAt)
  const blocks = Math.floor(Math.min(declared ?? there, there) / (two ? 2 * blockBytes : blockBytes))
  return Math.round((blocks * blockFrames * 1000) / rate)
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\./i

/** Named by a uuid alone, as Wazo does since 21.06: the call log tells the rest. */
export const isNamedByUuid = (path: string): boolean => UUID.test(basename(path))

/** Both sides are told, and none of them is the user. */
export function isOthers(parts: NameParts | null, own: readonly string[]): boolean {
  if (own.length === 0 || parts?.both !== true) return false
  return !parts.numbers.some(number => own.includes(number))
}

/** What a folder's names tell beyond what stands in them. */
export interface NameSense {
  readonly own: readonly string[]
  /** Whether a file whose name does not tell whose it is counts as the user's. */
  readonly strangers: boolean
  /** Names of the template are of automatic recordings alone: the code's files are named in another way here. */
  readonly automaticNames: boolean
}

/** `path`: relative to the root, with `/`. */
export function callOfFile(
  path: string,
  parts: NameParts | null,
  measured: Measured,
  { own, strangers, automaticNames }: NameSense,
): SourceCall {
  const startedAt = parts?.startedAt ?? measured.bornAt
  const { durationMs, bytes, hearing } = measured
  const { outgoing, number } = sides(parts, own)
  const numbers = parts?.numbers.filter(one => one !== '') ?? []
  return {
    source: 'folder',
    key: path,
    ownerKnown: strangers || numbers.some(number => own.includes(number)),
    conversation: null,
    startedAt,
    answeredAt: null,
    callMs: null,
    answered: null,
    outgoing,
    peer: { name: '', number },
    numbers,
    recordings: [
      {
        key: `/${path}`,
        startedAt,
        endedAt: durationMs === null ? null : startedAt + durationMs,
        durationMs,
        bytes,
        hearing,
        fileName: basename(path),
      },
    ],
    why: null,
    how: how(parts, own, automaticNames),
  }
}

/** Only what the name proves: of a pair on demand the first pressed (asterisk.md 4), and the other party may have. */
function how(parts: NameParts | null, own: readonly string[], automaticNames: boolean): SourceCall['how'] {
  if (parts === null) return null
  if (parts.kind === 'permanent') return automaticNames ? 'automatic' : null
  const [presser] = parts.numbers
  return presser !== undefined && own.includes(presser) ? 'by-me' : null
}

/** Who the other one is. A name of `*3` tells who pressed, not who called. */
function sides(parts: NameParts | null, own: readonly string[]): { outgoing: boolean | null; number: string } {
  const [first, second] = parts?.numbers ?? []
  if (parts === null || first === undefined) return { outgoing: null, number: '' }
  if (second === undefined) return { outgoing: null, number: own.includes(first) ? '' : first }
  const mineFirst = own.includes(first)
  const outgoing = parts.kind === 'permanent' && own.length > 0 ? mineFirst : null
  return { outgoing, number: mineFirst || own.length === 0 ? second : first }
}
