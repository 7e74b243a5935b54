/**
 * Names that every file system takes: Windows (devices, trailing dots, reserved letters), macOS (one form of Unicode, no
 * case), Linux and the encrypted and network systems on top of it. What is put into them is hostile: names of callers.
 */
import { type ExportFolders } from '../../../shared/exporting.ts'

/** Longest segment, bytes of UTF-8. Most systems take 255, eCryptfs 143, and Windows 260 for a whole path. */
export const LONGEST_BYTES = 140

/** Control and format characters (also those that turn the direction of text), line separators. */
const UNSEEN = /[\p{Cc}\p{Cf}\u2028\u2029]/gu
/** `~1` is how Windows names a file a second time. */
const RESERVED = /[<>:"/\\|?*~]/g
/** Superscript digits count too, and so does what has any ending. */
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|com[0-9¹²³]|lpt[0-9¹²³])\s*(\.|$)/i

/**
 * One segment of a path. `ending` is ours and stays whole (`.wav`, ` (2).wav`). Never empty, never more than LONGEST_BYTES,
 * never hidden, in Unicode's composed form, and the same when made safe again.
 */
export function safeSegment(wanted: string, ending = '', otherwise = 'recording'): string {
  const clean = (text: string) =>
    text
      .replace(UNSEEN, '')
      .replace(/\s+/g, ' ')
      .replace(RESERVED, '_')
      .replace(/^[ .-]+/, '')
  const room = LONGEST_BYTES - Buffer.byteLength(ending) - 1 // one for what keeps a device away
  const base = trimEnd(cut(clean(trimEnd(clean(wellFormed(wanted).normalize('NFC')))), room))
  const named = base === '' ? otherwise : base
  return `${DEVICE.test(named + ending) ? '_' : ''}${named}${ending}`
}

/** Windows drops them without a word. */
const trimEnd = (text: string) => text.replace(/[ .]+$/, '')

/** Half of a surrogate pair has no UTF-8. */
const wellFormed = (text: string) => Buffer.from(text, 'utf8').toString('utf8')

function cut(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  let [length, kept] = [0, '']
  for (const letter of text) {
    length += Buffer.byteLength(letter)
    if (length > bytes) break
    kept += letter
  }
  return kept
}

/** Two names with the same key may be the same file somewhere: case and the forms of a letter do not count. */
export const nameKey = (name: string): string => name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')

/** Hands out names of one tree, each once. */
export class Names {
  readonly #taken = new Map<string, string>()
  readonly #folders = new Map<string, string>()
  /** The number that was last tried for a name: thousands of calls may have the same. */
  readonly #counts = new Map<string, number>()

  /** `reserved`: names in the root that are not to be given. */
  constructor(reserved: readonly string[]) {
    for (const name of reserved) this.#taken.set(nameKey(name), name)
  }

  /** A folder in the root: the same for the same wish, in its first spelling. */
  folder(wanted: string): string {
    const safe = safeSegment(wanted)
    const known = this.#folders.get(nameKey(safe))
    if (known !== undefined) return known
    const name = this.#free('', wanted, '')
    this.#folders.set(nameKey(safe), name)
    return name
  }

  /** A file in a folder (empty: the root). Answers its path with `/`. `ending` begins with a dot. */
  file(folder: string, wanted: string, ending: string): string {
    const name = this.#free(folder, wanted, ending)
    return folder === '' ? name : `${folder}/${name}`
  }

  #free(folder: string, wanted: string, ending: string): string {
    const at = (name: string) => nameKey(folder === '' ? name : `${folder}/${name}`)
    const first = safeSegment(wanted, ending)
    const key = at(first)
    for (let count = this.#counts.get(key) ?? 1; ; count++) {
      const name = count === 1 ? first : safeSegment(wanted, ` (${count})${ending}`)
      if (this.#taken.has(at(name))) continue
      this.#counts.set(key, count + 1)
      this.#taken.set(at(name), name)
      return name
    }
  }
}

/** What a name may be made of. */
export interface NameFacts {
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly peer: { readonly name: string; readonly number: string }
  readonly outgoing: boolean | null
  readonly fileName: string
}

/** The variables of a template of names, this computer's time zone. `date` 2026-11-23, `time` 14-05-12: no colon. */
export function nameValues(facts: NameFacts): Readonly<Record<string, string>> {
  const { startedAt, peer, outgoing, fileName } = facts
  const { date, time } = localMoment(startedAt)
  return {
    date,
    time,
    name: peer.name.trim() || peer.number.trim(),
    number: peer.number.trim(),
    direction: outgoing === null ? '' : outgoing ? 'out' : 'in',
    file: fileName.replace(/\.[^./\\]*$/, ''),
  }
}

/** The folder that a recording belongs in; empty: the root. */
export function folderWish(folders: ExportFolders, { startedAt, peer }: NameFacts): string {
  const { date } = localMoment(startedAt)
  switch (folders) {
    case 'flat':
      return ''
    case 'day':
      return date
    case 'month':
      return date.slice(0, 7)
    case 'person':
      return `${peer.name.trim()} ${peer.number.trim()}`.trim()
  }
}

function localMoment(at: number): { date: string; time: string } {
  const moment = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return {
    date: `${moment.getFullYear()}-${two(moment.getMonth() + 1)}-${two(moment.getDate())}`,
    time: [moment.getHours(), moment.getMinutes(), moment.getSeconds()].map(two).join('-'),
  }
}

/** Its variables, for templates of names. */
export const NAME_VARIABLES: readonly string[] = Object.keys(
  nameValues({ startedAt: 0, peer: { name: '', number: '' }, outgoing: null, fileName: '' }),
)
