/** Where the library learns of recordings: what every source can do. */
import { type AudioSource, type ListPage, type ListQuery } from '../../shared/recordings.ts'

/** Audio of one part, ready to be served, and the name to export it under. */
export interface OpenedPart {
  readonly source: AudioSource
  /** A bare file name, safe on every file system. */
  readonly fileName: string
}

export interface LibrarySource {
  /** A page, newest first. Throws AppFailure. */
  list(query: ListQuery): Promise<ListPage>
  /** The audio of a part that was listed before. The caller closes it. Throws AppFailure. */
  open(partId: string): Promise<OpenedPart>
  close(): Promise<void>
}

/** Letters as people type them in a search: no accents, no case. */
export function folded(text: string): string {
  // Most names are plain: 300,000 of them are searched in one go.
  const lower = text.toLowerCase()
  return /[^\u0000-\u007f]/.test(lower) ? lower.normalize('NFKD').replace(/\p{M}/gu, '') : lower
}

/**
 * A test whether any of some texts holds what was searched. Accents and case do not count, and in what looks like a
 * number neither do its spaces and signs.
 */
export function matcher(search: string): (texts: readonly string[]) => boolean {
  const wanted = folded(search.trim())
  const digits = searchedDigits(search)
  return texts =>
    wanted === '' ||
    texts.some(text => folded(text).includes(wanted) || (digits !== null && bareNumber(text).includes(digits)))
}

/** The digits of a search that is a number; null where it is not one. */
export function searchedDigits(search: string): string | null {
  const digits = bareNumber(search)
  return /^[\s+().\-/\d*#]+$/.test(search) && digits !== '' ? digits : null
}

function bareNumber(text: string): string {
  return text.replace(/[\s+().\-/]/g, '')
}

/** The last part of a name, without what a file system minds (Windows' list covers the others), never empty. */
export function safeFileName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const clean = Array.from(base, letter => (letter < ' ' || '<>:"|?*\u007f'.includes(letter) ? '_' : letter))
    .join('')
    .replace(/^\.+|[. ]+$/g, '')
    .slice(-200)
  const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(clean)
  return clean === '' ? 'recording.wav' : device ? `_${clean}` : clean
}
