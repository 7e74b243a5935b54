/** What this folder's tests share: calls of a log, and a server that lists them as wazo-call-logd does. */
import { type Cdr, type CdrPage, type CdrQuery } from '../../wazo/callLog.ts'
import { type Reader } from './cdr.ts'

export const me = '68d40d60-0551-4f5c-909b-8a955c4d6f26'
export const reader: Reader = { userUuid: me, codes: ['*26'], canHear: true }

export const begun = Date.parse('2026-11-20T09:00:00Z')

/** A recorded call of a minute; each id starts a minute after the one before. */
export function cdr(id: number, change: Partial<Cdr> = {}): Cdr {
  const startedAt = begun + id * 60_000
  return {
    id,
    startedAt,
    endedAt: startedAt + 66_000,
    answeredAt: startedAt + 6_000,
    durationS: 60,
    direction: 'internal',
    status: 'answered',
    conversationId: null,
    sourceName: 'Alice Durand',
    sourceNumber: '1001',
    sourceUserUuid: me,
    destinationName: 'Hélène Roy',
    destinationNumber: '1003',
    destinationUserUuid: null,
    requestedNumber: '1003',
    recordings: [
      {
        uuid: `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
        startedAt: startedAt + 8_000,
        endedAt: startedAt + 28_000,
        deleted: false,
        filename: `rec-${id}.wav`,
      },
    ],
    ...change,
  }
}

/** A server's listing, with its filters, order and pages. `log` may change between requests. */
export function listing(log: readonly Cdr[], query: CdrQuery): CdrPage {
  const { from, until, fromId, limit = 1000, offset = 0, order = 'start', direction = 'desc' } = query
  const passing = log.filter(
    ({ id, startedAt }) =>
      id >= (fromId ?? -Infinity) && startedAt >= (from ?? -Infinity) && startedAt < (until ?? Infinity),
  )
  const value = ({ id, startedAt }: Cdr) => (order === 'id' ? id : startedAt)
  const sign = direction === 'asc' ? 1 : -1
  const ordered = [...passing].sort((a, b) => sign * (value(a) - value(b)) || b.id - a.id)
  const items = ordered.slice(offset, offset + limit)
  return { items, sent: items.length, filtered: passing.length }
}
