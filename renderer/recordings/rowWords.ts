/** What a row says of a call's recordings, in words. Pure. */
import { type Entry, type Part } from '../../shared/library/entry.ts'
import { type Format, type Text } from '../../shared/text/index.ts'

/**
 * The recording ran from start to end of the call when they differ by less. Pauses that were seen, and those of a recording
 * whose sound was measured, are not in its length; of others nothing is known.
 */
const WHOLE_MS = 1500
/** A recording that starts later than this into the call says so. */
const SHOWN_FROM_MS = 1000
/** From so long before the server deletes it a copy is offered: 11 of the usual 12 months. */
export const PURGE_SOON_MS = 31 * 86_400_000

export const isPlayable = (part: Part): boolean => part.kept || part.hearing === 'yes'

/** Why nothing of it can be heard, else which stretch of the call it is, and how it came to be. */
export function whatWords(entry: Entry, { recordings: words }: Text, format: Format): string {
  const [first] = entry.parts
  if (first === undefined) return words.why[entry.why ?? 'unknown'].short
  if (!entry.parts.some(isPlayable) && first.hearing !== 'yes') return words.hearingShort[first.hearing]
  const facts: string[] = []
  const { callMs, recordedMs, fromMs, parts } = entry
  if (callMs !== null && recordedMs !== null && callMs - recordedMs < WHOLE_MS && parts.length === 1)
    facts.push(words.whole)
  else if (fromMs !== null && fromMs >= SHOWN_FROM_MS) facts.push(words.from(format.duration(fromMs)))
  if (parts.length > 1) facts.push(words.parts(parts.length))
  if (entry.how !== null) facts.push(words.how[entry.how])
  if (parts.some(part => part.maybeOthers)) facts.push(words.maybeOthers)
  return facts.join(', ')
}

interface Fate {
  /** For a row: its date is seen where there is little room. */
  readonly short: string
  readonly whole: string
}

/** What the server does, or did, to the sound: said until a copy is here. Null = nothing to say. */
export function fateWords(entry: Entry, now: number, { recordings: words }: Text, format: Format): Fate | null {
  const { parts, purgedAt } = entry
  if (parts.length === 0) return null
  if (parts.every(part => part.kept))
    return parts.some(part => part.hearing === 'deleted')
      ? { short: words.deletedKept, whole: words.deletedKept }
      : null
  if (purgedAt === null || purgedAt <= now || purgedAt - now > PURGE_SOON_MS) return null
  const day = format.dayMonth(purgedAt)
  return { short: words.purgeShort(day), whole: `${words.purge(day)}. ${words.purgeKeep}` }
}

/** Milliseconds to show at the end of a row: what was recorded, else the call's. */
export const lengthOf = (entry: Entry): number | null => (entry.parts.length > 0 ? entry.recordedMs : entry.callMs)
