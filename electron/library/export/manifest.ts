/** The list that lies beside exported files: what each is, its checksum, and what could not be had. CSV and JSON. */
import { type FailureCode } from '../../../shared/failure.ts'

export interface ManifestRow {
  /** Relative to the list, with `/`; null: there is no file, and `reason` says why. */
  readonly file: string | null
  readonly bytes: number | null
  /** Hexadecimal, of the file as it was written. */
  readonly sha256: string | null
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Of the sound, where it was measured as it was written; else as the list tells it. */
  readonly durationMs: number | null
  readonly outgoing: boolean | null
  readonly name: string
  readonly number: string
  readonly tags: readonly string[]
  readonly note: string
  readonly favourite: boolean
  /** The file's name at its source. */
  readonly original: string
  readonly reason: FailureCode | null
  /** The reason in words. */
  readonly words: string
}

const columns = [
  'file',
  'bytes',
  'sha256',
  'started',
  'seconds',
  'direction',
  'name',
  'number',
  'tags',
  'note',
  'favourite',
  'original',
  'missing because',
] as const

/** RFC 4180, UTF-8 with a mark so that spreadsheets see it; no field is a formula to any of them. */
export function manifestCsv(rows: readonly ManifestRow[]): string {
  const lines = rows.map(row => [
    row.file ?? '',
    row.bytes?.toString() ?? '',
    row.sha256 ?? '',
    isoLocal(row.startedAt),
    row.durationMs === null ? '' : (row.durationMs / 1000).toFixed(1),
    directionOf(row),
    row.name,
    row.number,
    row.tags.join(', '),
    row.note,
    row.favourite ? 'yes' : '',
    row.original,
    row.words,
  ])
  return `\ufeff${[[...columns], ...lines].map(line => `${line.map(csvField).join(',')}\r\n`).join('')}`
}

const directionOf = ({ outgoing }: ManifestRow) => (outgoing === null ? '' : outgoing ? 'outgoing' : 'incoming')

/** What begins as a formula somewhere (full-width signs too), or with the mark that says that it is none. */
const FORMULA = /^\s*['=+\-@\t\r\n|%\uff1d\uff0b\uff0d\uff20]/

/** One field: quoted where it must be, and a text to every spreadsheet. `readCsv` takes the mark off again. */
export function csvField(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n;\t]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

export function manifestJson(rows: readonly ManifestRow[], exportedAt: number): string {
  const recordings = rows.map(({ startedAt, durationMs, outgoing, words, ...row }) => ({
    ...row,
    started: isoLocal(startedAt),
    durationMs,
    direction: outgoing === null ? null : outgoing ? 'outgoing' : 'incoming',
    words: words === '' ? null : words,
  }))
  const head = { format: 'tallylight-export', version: 1, exported: isoLocal(exportedAt) }
  return `${JSON.stringify({ ...head, recordings }, null, 2)}\n`
}

/** `2026-11-23T14:05:12-05:00`: the clock of this computer, and what it is off. */
function isoLocal(at: number): string {
  const offset = -new Date(at).getTimezoneOffset()
  const two = (value: number) => String(Math.floor(Math.abs(value))).padStart(2, '0')
  const zone = `${offset < 0 ? '-' : '+'}${two(offset / 60)}:${two(offset % 60)}`
  return `${new Date(at + offset * 60_000).toISOString().slice(0, 19)}${zone}`
}
