/** Times that a note speaks of: `1:35 price agreed` leads to that moment. */
import { typedTime } from './typedTime.ts'

export interface NoteTime {
  readonly ms: number
  /** What the note says beside it, short. */
  readonly words: string
}

const LONGEST_WORDS = 80
/** A window shows a few; a note may hold thousands. */
const MOST = 50

/** Every time in a note that lies within the sound, in its order. A time of day with an `h` or `am` is none. */
export function timesIn(note: string, lengthMs: number): NoteTime[] {
  const found: NoteTime[] = []
  for (const line of note.split('\n')) {
    for (const match of line.matchAll(/(?<![\d:.,])(?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?(?![\d:])/g)) {
      const ms = typedTime(match[0])
      if (ms === null || ms > lengthMs) continue
      const words = line.replace(match[0], '').replace(/\s+/g, ' ').trim().slice(0, LONGEST_WORDS)
      found.push({ ms, words })
      if (found.length === MOST) return found
    }
  }
  return found
}
