/** The parts of a call in their order, and what lies between them. */
import { type Part } from '../../shared/library/entry.ts'

export interface TimedPart {
  readonly part: Part
  /** What was not recorded before it, milliseconds; null = nothing worth telling, or not known. */
  readonly gapMs: number | null
}

/** Shorter gaps are the server's own. */
const GAP_MS = 1500

export const timedParts = (parts: readonly Part[]): TimedPart[] =>
  parts.map((part, index) => {
    const before = parts[index - 1]
    if (before === undefined || before.durationMs === null) return { part, gapMs: null }
    const gap = part.startedAt - (before.startedAt + before.durationMs)
    return { part, gapMs: gap >= GAP_MS ? gap : null }
  })

export const gapBefore = (parts: readonly Part[], id: string): number | null =>
  timedParts(parts).find(({ part }) => part.id === id)?.gapMs ?? null

/** A copy on this computer is heard whatever became of it elsewhere. */
export const canBeHeard = ({ hearing, kept }: Part): boolean => kept || hearing === 'yes' || hearing === 'growing'

/** It may be there when it is asked for anew. `canPlay`: this server lets users hear recordings at all. */
export const mayPass = ({ hearing }: Part, canPlay: boolean): boolean =>
  hearing === 'missing' || (hearing === 'no-media' && canPlay)

/** The next part that can be heard and is not another recording of the same stretch. */
export function nextPart(parts: readonly Part[], id: string): Part | null {
  const at = parts.findIndex(part => part.id === id)
  if (at === -1) return null
  const rest = parts.slice(at + 1)
  return rest.find(part => canBeHeard(part) && !part.maybeOthers) ?? null
}
