/**
 * Keeps the index up to date with a Wazo server's call log (plan.ts says what is asked): one request at a time, a pause
 * after each, longer ones when the server has trouble. Each page goes into the index together with the place to go on
 * from, so that a kill at any moment loses and doubles nothing.
 */
import { type Failure } from '../../../shared/failure.ts'
import { type SyncView } from '../../../shared/library/view.ts'
import { type CallLog, type CdrPage } from '../../wazo/callLog.ts'
import { type Clock } from '../../wazo/clock.ts'
import { toFailure, WazoError } from '../../wazo/errors.ts'
import { cdrKey, type LibraryIndex } from '../index/port.ts'
import { callOf, type Reader } from './cdr.ts'
import { afterPage, due, lookBack, nextAsk, placeFrom, type Ask, type Place, type Wants } from './plan.ts'

export interface CallLogSyncOptions {
  readonly client: Pick<CallLog, 'list'>
  readonly index: Pick<LibraryIndex, 'take' | 'gone' | 'keys' | 'note' | 'setNote'>
  /** As it is now: rights and codes may change. */
  readonly reader: () => Reader
  readonly clock: Clock
  /** What `view` tells changed. */
  readonly onView: () => void
  /** The list changed. */
  readonly onTaken: () => void
  readonly log: (text: string, error?: unknown) => void
}

export interface CallLogSync {
  view(): SyncView
  /** There may be new calls: read them now, whatever went wrong before. */
  look(): void
  /** The computer slept, or the window came to the front: what is due by time is done. */
  wake(): void
  /** A page that is being taken in is waited for, a server that does not answer is not. */
  close(): Promise<void>
}

/** The name under which the place is kept in the index. */
export const PLACE = 'call-log'

const PAGE = 500
/** A server that is too slow for a page gets smaller ones. */
const LEAST_PAGE = 25

/** After a request the server rests as long as it took, at least so long, milliseconds; the slow re-listing waits longer. */
const REST_MS: Readonly<Record<Ask['kind'], number>> = { top: 0, fresh: 0, back: 100, first: 20, census: 2_000 }
const LONGEST_REST_MS = 5_000
/** After a failure: 2, 4, 8 s and so on, 5 minutes at most. */
const RETRY_MS = 2_000
const LONGEST_RETRY_MS = 300_000
/** New calls are asked for so often even where no event told of any: an event may be lost. */
const POLL_MS = 300_000
/** After new calls, the last ones are read again so many milliseconds later: their recordings may come late. */
const LATE_MS: readonly number[] = [20_000, 120_000]
/** ... and these are the calls of so long. */
const LATE_SPAN_MS = 3 * 3600_000

export function syncCallLog(options: CallLogSyncOptions): CallLogSync {
  const { client, index, reader, clock, onView, onTaken, log } = options
  let place: Place | null = null
  let wants: Wants = { fresh: false, back: null }
  /** Wished for since the last step began. */
  let wished: Wants = { fresh: true, back: null }
  let page = PAGE
  let failure: Failure | null = null
  let failures = 0
  let asking: Ask['kind'] | null = null
  let closed = false
  let hurried = false
  let hurry = () => undefined as void
  let taking: Promise<unknown> = Promise.resolve()
  const late = new Set<() => void>()

  const basisNow = () => {
    const { userUuid, codes, canHear } = reader()
    return JSON.stringify([userUuid, [...codes].sort(), canHear])
  }

  /** Runs what touches the index; `close` waits for it. */
  const atIndex = <T>(run: () => Promise<T>): Promise<T> => {
    const work = run()
    taking = work.catch(() => undefined)
    return work
  }

  const placeNow = async (): Promise<Place> => {
    const basis = basisNow()
    if (place?.basis === basis) return place
    return placeFrom(place ?? (await atIndex(() => index.note(PLACE))), basis)
  }

  /** One request and what comes of it. Answers the milliseconds to rest; null: there is nothing to do now. */
  const step = async (): Promise<number | null> => {
    const began = clock.now()
    const ready = due(await placeNow(), began)
    place = ready.place
    wants = { fresh: wants.fresh || wished.fresh, back: wants.back ?? wished.back ?? ready.back }
    wished = { fresh: false, back: null }
    const ask = nextAsk(place, wants, { page })
    tellAsking(ask?.kind ?? null)
    if (ask === null) return null
    const answer = await client.list(ask.query)
    const took = clock.now() - began
    if (!closed) await take(place, ask, answer)
    return ask.kind === 'top' || ask.kind === 'fresh' ? 0 : Math.max(REST_MS[ask.kind], Math.min(took, LONGEST_REST_MS))
  }

  const take = async (before: Place, ask: Ask, answer: CdrPage) => {
    const next = afterPage(before, wants, ask, answer, clock.now())
    const who = reader()
    const there = new Set(answer.items.map(({ id }) => cdrKey(id)))
    const told = answer.items.map(cdr => ({ key: cdrKey(cdr.id), call: callOf(cdr, who) }))
    const calls = told.flatMap(({ call }) => call ?? [])
    await atIndex(async () => {
      const known = next.missing === null ? [] : await keysBetween(next.missing.from, next.missing.to)
      // calls to a code that was none when they were read first
      const codes = ask.kind === 'fresh' ? [] : told.flatMap(({ key, call }) => (call === null ? [key] : []))
      const gone = [...known.filter(key => !there.has(key)), ...codes]
      // before the place is kept: after a kill in between they are found gone again
      const changed = gone.length === 0 ? 0 : await index.gone('call-log', gone)
      await index.setNote(PLACE, next.place, calls)
      place = next.place
      if (calls.length + changed > 0) onTaken()
    })
    wants = next.wants
    if (ask.kind === 'fresh' && calls.length > 0) lookAgainLater()
    onView()
  }

  const keysBetween = async (from: number, to: number): Promise<string[]> => {
    const found: string[] = []
    const last = cdrKey(to)
    let after = from === 0 ? null : cdrKey(from - 1)
    for (;;) {
      const keys = await index.keys('call-log', after)
      const within = keys.filter(key => key <= last)
      found.push(...within)
      after = keys.at(-1) ?? null
      if (after === null || within.length < keys.length) return found
    }
  }

  const lookAgainLater = () => {
    for (const ms of LATE_MS) {
      const stop = clock.after(ms, () => {
        late.delete(stop)
        wish({ fresh: false, back: lookBack(clock.now(), LATE_SPAN_MS) })
      })
      late.add(stop)
    }
  }

  const wish = ({ fresh, back }: Wants) => {
    wished = { fresh: wished.fresh || fresh, back: wished.back ?? back }
    hurried = true
    hurry()
  }

  const tellAsking = (kind: Ask['kind'] | null) => {
    if (asking === kind) return
    asking = kind
    onView()
  }

  const failed = (error: unknown): number => {
    failure = toFailure(error)
    log('the call log could not be read', error)
    if (error instanceof WazoError && error.kind === 'timeout') page = Math.max(LEAST_PAGE, Math.floor(page / 2))
    failures++
    asking = null
    onView()
    return Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** Math.min(failures - 1, 10))
  }

  /** Waits so long, or until something is wished for. Answers whether the whole time went by. */
  const rested = (ms: number): Promise<boolean> =>
    new Promise(resolve => {
      if (hurried || closed) return resolve(false)
      const stop = clock.after(ms, () => resolve(true))
      hurry = () => {
        stop()
        resolve(false)
      }
    })

  const run = async () => {
    while (!closed) {
      hurried = false
      let rest: number | null
      try {
        rest = await step()
        failures = 0
        if (failure !== null) {
          failure = null
          onView()
        }
      } catch (error) {
        rest = closed ? 0 : failed(error)
      }
      const polls = await rested(rest ?? POLL_MS)
      if (polls && rest === null) wished = { ...wished, fresh: true }
    }
  }

  void run()
  return {
    view: () => ({
      state: stateOf(place, failure, asking),
      done: place?.first?.done ?? 0,
      total: place?.first?.total ?? null,
      completeAt: place?.completeAt ?? null,
      failure,
    }),
    look: () => wish({ fresh: true, back: null }),
    wake: () => wish({ fresh: false, back: null }),
    close: async () => {
      closed = true
      hurry()
      for (const stop of late) stop()
      await taking
    },
  }
}

function stateOf(place: Place | null, failure: Failure | null, asking: Ask['kind'] | null): SyncView['state'] {
  if (failure !== null) return 'off'
  if (place === null || place.first !== null) return 'first'
  return asking === 'fresh' || asking === 'back' ? 'looking' : 'idle'
}
