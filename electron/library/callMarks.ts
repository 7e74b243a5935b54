/**
 * Marks set in calls wait here, on disk, until the recording they belong to can be heard: only then it is known how long
 * its sound is, and under which name it is listed.
 */
import { z } from 'zod'
import { type Entry, type Part } from '../../shared/library/entry.ts'
import { type Mark } from '../../shared/library/notes.ts'
import { NO_FILTER } from '../../shared/library/query.ts'
import { type ListedSound, MarkedPart, soundTime } from '../../shared/recording/callMarks.ts'
import { type LibraryIndex } from './index/port.ts'

/** A call in which the user marked moments. */
export const MarkedCall = z.object({
  /** The server's name of the conversation; null where there is none. */
  conversation: z.string().nullable(),
  /** Milliseconds since the epoch. */
  startedAt: z.number(),
  endedAt: z.number(),
  parts: z.array(MarkedPart),
})
export type MarkedCall = z.infer<typeof MarkedCall>

/** One whose marks are not in the library yet. `id`: its marks are named after it, so that none is set twice. */
const Waiting = MarkedCall.extend({ id: z.string() })
type Waiting = z.infer<typeof Waiting>

export interface CallMarksPorts {
  /** Milliseconds of a part's sound; null = only a player can tell. Throws where it cannot be had. */
  readonly soundMs: (part: string) => Promise<number | null>
  readonly now: () => number
  readonly newId: () => string
  readonly log: (text: string, error: unknown) => void
}

const NOTE = 'call-marks'
/** So long they wait for their sound; then they go where they can without it, rather than nowhere. */
const KEPT_MS = 30 * 86_400_000
/** Server's clock and ours may differ by so much. */
const CLOCKS_MS = 5 * 60_000
/** So long after a call's end nothing more of it is listed. */
const LISTED_MS = 60 * 60_000
/** Parts that are told apart by time alone begin no further from what was seen. */
const NEAR_MS = 10_000
/** What was seen of a part lies in it, but for so much that clocks differ. */
const EDGE_MS = 2_000

interface Found {
  readonly entry: Entry
  readonly part: Part
}

export class CallMarks {
  readonly #index: LibraryIndex
  readonly #ports: CallMarksPorts
  #turn: Promise<unknown> = Promise.resolve()

  constructor(index: LibraryIndex, ports: CallMarksPorts) {
    this.#index = index
    this.#ports = ports
  }

  /** A call with marks ended. Settled once its marks are on disk. */
  add(call: MarkedCall): Promise<void> {
    return this.#next(async () => {
      if (call.parts.length === 0) return
      const id = this.#ports.newId().slice(0, 20)
      await this.#write([...(await this.#read()), { ...call, id }])
    })
  }

  /** Puts marks where their recordings have come. Answers how many found their place. */
  settle(): Promise<number> {
    return this.#next(async () => {
      const waiting = await this.#read()
      if (waiting.length === 0) return 0
      let placed = 0
      const left: Waiting[] = []
      for (const call of waiting) {
        const parts: MarkedPart[] = []
        const last = this.#ports.now() - call.endedAt >= KEPT_MS
        for (const part of call.parts) {
          const count = await this.#place(call, part, last)
          placed += count
          if (count === 0) parts.push(part)
        }
        if (parts.length === 0) continue
        if (!last) left.push({ ...call, parts })
        else this.#ports.log('marks of a call are given up', new Error('Their recording never came'))
      }
      await this.#write(left)
      return placed
    })
  }

  /** `last`: nothing is waited for any more. */
  async #place(call: Waiting, part: MarkedPart, last: boolean): Promise<number> {
    const found = await this.#find(call, part)
    if (found === null || (!last && found.part.hearing !== 'yes' && !found.part.kept)) return 0
    const { entry, part: there } = found
    let audioMs: number | null
    try {
      audioMs = await this.#ports.soundMs(there.id)
    } catch {
      // the sound cannot be had now (no network, say); the marks wait
      if (!last) return 0
      audioMs = null
    }
    const listed: ListedSound = {
      audioMs,
      startedAt: isNear(there, part) || isIn(there, part) ? there.startedAt : null,
      // a file alone tells the length of its sound, which leaves the pauses out
      spanMs: entry.sources.includes('call-log') ? there.durationMs : null,
    }
    const fresh = part.marks.map((mark, index): Mark => ({
      id: `${call.id}-${Math.round(part.startedAt)}-${index}`,
      part: there.id,
      atMs: Math.round(soundTime(part, mark, listed)),
      text: '',
    }))
    await this.#index.changeMarks(
      entry.id,
      fresh.map(mark => ({ do: 'add', mark })),
    )
    return fresh.length
  }

  /** The listed part that this one is of. */
  async #find(call: MarkedCall, part: MarkedPart): Promise<Found | null> {
    const { entries } = await this.#index.list({
      filter: {
        ...NO_FILTER,
        conversation: call.conversation,
        from: call.startedAt - CLOCKS_MS,
        until: call.endedAt + CLOCKS_MS,
      },
      at: null,
      limit: 50,
    })
    const listed = entries
      .flatMap(entry => entry.parts.filter(({ maybeOthers }) => !maybeOthers).map(one => ({ entry, part: one })))
      .sort((a, b) => a.part.startedAt - b.part.startedAt)
    return choose(listed, part, {
      ofOneCall: call.conversation !== null && entries.length === 1,
      complete: this.#ports.now() - call.endedAt > LISTED_MS,
    })
  }

  async #read(): Promise<Waiting[]> {
    const kept = z.array(Waiting).safeParse(await this.#index.note(NOTE))
    return kept.success ? kept.data : []
  }

  async #write(calls: readonly Waiting[]): Promise<void> {
    await this.#index.setNote(NOTE, calls)
  }

  #next<T>(run: () => Promise<T>): Promise<T> {
    const work = this.#turn.then(run)
    this.#turn = work.catch(() => undefined)
    return work
  }
}

/**
 * Of the parts that are listed, oldest first: the one that was seen to begin then; else the one in whose span this lies, for
 * it may have begun before it was seen. `ofOneCall`: they are all of this call. `complete`: and no more will come, so that one
 * of them it must be.
 */
function choose(
  listed: readonly Found[],
  part: MarkedPart,
  { ofOneCall, complete }: { readonly ofOneCall: boolean; readonly complete: boolean },
): Found | null {
  const distance = (one: Found) => Math.abs(one.part.startedAt - part.startedAt)
  const nearest = (some: readonly Found[]) => [...some].sort((a, b) => distance(a) - distance(b))[0] ?? null
  const near = nearest(listed.filter(one => isNear(one.part, part)))
  const within = listed.findLast(one => isIn(one.part, part)) ?? null
  const byTime = part.began ? (near ?? within) : (within ?? near)
  if (byTime !== null || !ofOneCall) return byTime
  return listed[part.place] ?? (complete ? nearest(listed) : null)
}

const isNear = (there: Part, seen: MarkedPart): boolean => Math.abs(there.startedAt - seen.startedAt) < NEAR_MS

function isIn({ startedAt, durationMs }: Part, seen: MarkedPart): boolean {
  const after = seen.startedAt - startedAt
  return durationMs !== null && after >= -EDGE_MS && after <= durationMs + EDGE_MS
}
