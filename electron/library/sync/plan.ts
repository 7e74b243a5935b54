/**
 * How a call log is read, as a plan without network or clock: the newest calls first and all of them once; then what is
 * new by its id; again and again the last days, since recordings may be listed late; and now and then everything, slowly,
 * for what the server no longer has. Each step is one request; the place that is kept says where to go on.
 */
import { z } from 'zod'
import { type Cdr, type CdrPage, type CdrQuery } from '../../wazo/callLog.ts'

/**
 * A walk from the newest start to the oldest. Its next page begins at the oldest start that was seen, so that neither new
 * calls nor deleted ones move what is still to come; only where many calls start in one millisecond it counts.
 */
const Walk = z.object({
  /** Milliseconds since the epoch, inclusive; null = unbounded. */
  from: z.number().nullable(),
  /** ... and exclusive. */
  until: z.number().nullable(),
  offset: z.number().int().nonnegative(),
})
type Walk = z.infer<typeof Walk>

export const Place = z.object({
  v: z.literal(1),
  /** What the calls were read for (codes, whether recordings can be heard): with another, all are read anew. */
  basis: z.string(),
  /** The highest id that the incremental reading has passed; null = not begun. */
  highest: z.number().int().nullable(),
  /** The first whole reading; null = it is complete. */
  first: Walk.extend({
    done: z.number().int().nonnegative(),
    total: z.number().int().nonnegative().nullable(),
  }).nullable(),
  /** When all that the server has was last here; null = never. */
  completeAt: z.number().nullable(),
  /** When the last days were last read anew. */
  backAt: z.number().nullable(),
  /** The slow re-listing: the id it goes on at; null = none is under way. */
  census: z.object({ from: z.number().int().nonnegative() }).nullable(),
  censusAt: z.number().nullable(),
})
export type Place = z.infer<typeof Place>

export function placeFor(basis: string): Place {
  const first = { from: null, until: null, offset: 0, done: 0, total: null }
  return { v: 1, basis, highest: null, first, completeAt: null, backAt: null, census: null, censusAt: null }
}

/** The place that was kept, where it is one; for another basis the whole log is read anew, and what is there stays. */
export function placeFrom(kept: unknown, basis: string): Place {
  const place = Place.safeParse(kept)
  if (!place.success) return placeFor(basis)
  if (place.data.basis === basis) return place.data
  return { ...placeFor(basis), highest: place.data.highest, censusAt: place.data.censusAt }
}

/** What is wanted for now; it does not outlive the run. */
export interface Wants {
  /** New calls. */
  readonly fresh: boolean
  /** A look back that is under way. */
  readonly back: Walk | null
}

export type Ask =
  | { readonly kind: 'top' | 'fresh' | 'back' | 'first'; readonly query: CdrQuery }
  /** `highest` as it was when it was asked: a call that came after is not missing. */
  | { readonly kind: 'census'; readonly query: CdrQuery; readonly from: number; readonly highest: number }

export interface Sizes {
  /** Calls of one page. */
  readonly page: number
}

/** The very first page is small: the list is of use at once. */
const OPENING_PAGE = 50

const DAY_MS = 24 * 3600_000
/** Recordings that come late, and changes, are looked for among calls of so many days. */
export const BACK_MS = 7 * DAY_MS
const BACK_EVERY_MS = 12 * 3600_000
export const CENSUS_EVERY_MS = 7 * DAY_MS

/** The next request; null = nothing is to be read now. */
export function nextAsk(place: Place, wants: Wants, { page }: Sizes): Ask | null {
  const { highest, first, census } = place
  if (highest === null) return { kind: 'top', query: { order: 'id', direction: 'desc', limit: 1 } }
  if (wants.fresh) return { kind: 'fresh', query: { fromId: highest + 1, order: 'id', direction: 'asc', limit: page } }
  if (wants.back !== null) return { kind: 'back', query: walkQuery(wants.back, page) }
  if (first !== null) {
    const limit = first.until === null ? Math.min(page, OPENING_PAGE) : page
    return { kind: 'first', query: walkQuery(first, limit) }
  }
  if (census === null) return null
  const query = { fromId: census.from, order: 'id', direction: 'asc', limit: page } as const
  return { kind: 'census', query, from: census.from, highest }
}

function walkQuery({ from, until, offset }: Walk, limit: number): CdrQuery {
  return {
    order: 'start',
    direction: 'desc',
    limit,
    offset,
    ...(from === null ? {} : { from }),
    ...(until === null ? {} : { until }),
  }
}

export interface Step {
  readonly place: Place
  readonly wants: Wants
  /** Ids of the calls that the server has in this range, where the page tells what it no longer has. */
  readonly missing: { readonly from: number; readonly to: number } | null
}

/** Goes on after a page. */
export function afterPage(place: Place, wants: Wants, ask: Ask, page: CdrPage, now: number): Step {
  const same: Step = { place, wants, missing: null }
  const limit = ask.query.limit ?? 0
  switch (ask.kind) {
    case 'top':
      return { ...same, place: { ...place, highest: highestOf(page.items, 0) } }
    case 'fresh': {
      const from = ask.query.fromId ?? 0
      const highest = highestOf(page.items, place.highest ?? 0)
      const done = page.sent < limit || highest === place.highest
      const ignored = page.items.some(({ id }) => id < from)
      // a server that does not know `from_id` tells of new calls among the last ones
      const back = ignored ? lookBack(now, DAY_MS) : wants.back
      const completeAt = done && place.first === null ? now : place.completeAt
      return { ...same, place: { ...place, highest, completeAt }, wants: { fresh: !done && !ignored, back } }
    }
    case 'back':
      return wants.back === null ? same : { ...same, wants: { ...wants, back: walkOn(wants.back, limit, page) } }
    case 'first': {
      if (place.first === null) return same
      const { done, total } = place.first
      const all = total ?? page.filtered
      const left = Math.max(0, page.filtered - place.first.offset - page.sent)
      const walk = walkOn(place.first, limit, page)
      if (walk === null) {
        // all of it was read just now: neither the last days nor everything is due again
        return { ...same, place: { ...place, first: null, completeAt: now, backAt: now, censusAt: now } }
      }
      return { ...same, place: { ...place, first: { ...walk, done: Math.max(done, all - left), total: all } } }
    }
    case 'census': {
      const last = highestOf(page.items, ask.from)
      const ended = page.sent < limit || page.items.every(({ id }) => id <= ask.from)
      // what cannot be read is there all the same, and a server that shows nothing at all has not deleted everything
      const whole = page.items.length === page.sent && page.items.every(({ id }) => id >= ask.from)
      const empty = ended && page.sent === 0 && ask.from === 0
      const missing = whole && !empty ? { from: ask.from, to: ended ? ask.highest : last } : null
      const on = ended ? { census: null, censusAt: now } : { census: { from: last + 1 } }
      return { ...same, place: { ...place, ...on }, missing }
    }
  }
}

/** Null: it has come to its end. */
function walkOn<W extends Walk>(walk: W, limit: number, page: CdrPage): W | null {
  const { until, offset } = walk
  if (page.sent === 0 || (page.sent < limit && offset + page.sent >= page.filtered)) return null
  const oldest = page.items.reduce((least, { startedAt }) => Math.min(least, startedAt), Infinity)
  // the server counts microseconds: what started in the same millisecond is asked for again
  if (oldest + 1 < (until ?? Infinity)) return { ...walk, until: oldest + 1, offset: 0 }
  return { ...walk, offset: offset + page.sent }
}

const highestOf = (items: readonly Cdr[], least: number): number =>
  items.reduce((highest, { id }) => Math.max(highest, id), least)

export const lookBack = (now: number, spanMs: number): Walk => ({ from: now - spanMs, until: null, offset: 0 })

/** What became due by time: a look back over some days, or a re-listing of everything. */
export function due(place: Place, now: number): { readonly place: Place; readonly back: Walk | null } {
  // all of it has just been read, or is being read
  if (place.first !== null || place.completeAt === null) return { place, back: null }
  const isDue = (at: number | null, everyMs: number) => Math.abs(now - (at ?? 0)) >= everyMs
  const back = isDue(place.backAt, BACK_EVERY_MS) ? lookBack(now, BACK_MS) : null
  const census = place.census === null && isDue(place.censusAt, CENSUS_EVERY_MS) ? { from: 0 } : place.census
  return { place: { ...place, census, backAt: back === null ? place.backAt : now }, back }
}
