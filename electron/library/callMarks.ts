/**
 * Marks set in calls wait here, on disk, until the recording they belong to can be heard: only then it is known how long
 * its sound is, and under which name it is listed.
 */
import { z } from 'zod'
import { type Entry, type Part } from '../../shared/library/entry.ts'
import { type Mark } from '../../shared/library/notes.ts'
import { NO_FILTER } from '../../shared/library/query.ts'
import { MarkedPart, soundTime } from '../../shared/recording/callMarks.ts'
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
}

const NOTE = 'call-marks'
/** Older ones have lost their recording. */
const KEPT_MS = 30 * 86_400_000
/** Server's clock and ours may differ by so much. */
const CLOCKS_MS = 5 * 60_000
/** Parts that are told apart by time alone begin no further from what was seen. */
const NEAR_MS = 10_000

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
        for (const part of call.parts) {
          const count = await this.#place(call, part)
          placed += count
          if (count === 0) parts.push(part)
        }
        if (parts.length > 0 && this.#ports.now() - call.endedAt < KEPT_MS) left.push({ ...call, parts })
      }
      await this.#write(left)
      return placed
    })
  }

  async #place(call: Waiting, part: MarkedPart): Promise<number> {
    const found = await this.#find(call, part)
    if (found === null) return 0
    const { entry, part: there } = found
    let audioMs: number | null
    try {
      audioMs = await this.#ports.soundMs(there.id)
    } catch {
      // the sound cannot be had now (no network, say); the marks wait
      return 0
    }
    const fresh = part.marks.map((mark, index): Mark => ({
      id: `${call.id}-${part.place}-${index}`,
      part: there.id,
      atMs: Math.round(soundTime(part, mark, audioMs)),
      text: '',
    }))
    const known = (await this.#index.marks(entry.id)).filter(({ id }) => fresh.every(mark => mark.id !== id))
    await this.#index.setMarks(entry.id, [...known, ...fresh])
    return fresh.length
  }

  /** The listed part that this one is: by when it began, else by its place among those of the conversation. */
  async #find(call: MarkedCall, part: MarkedPart): Promise<{ entry: Entry; part: Part } | null> {
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
    const near = listed.filter(one => Math.abs(one.part.startedAt - part.startedAt) < NEAR_MS)
    const distance = (one: Part) => Math.abs(one.startedAt - part.startedAt)
    const [nearest] = near.sort((a, b) => distance(a.part) - distance(b.part))
    const byPlace = call.conversation !== null && entries.length === 1 ? listed[part.place] : undefined
    const chosen = nearest ?? byPlace ?? null
    return chosen === null || (chosen.part.hearing !== 'yes' && !chosen.part.kept) ? null : chosen
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
