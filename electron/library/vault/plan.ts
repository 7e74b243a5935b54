/** What the rule wants, worked out from the newest recording back: pure. */
import { type Part } from '../../../shared/library/entry.ts'
import { NO_FILTER, type Filter } from '../../../shared/library/query.ts'
import { type KeepRule } from '../../../shared/keeping.ts'

const DAY_MS = 86_400_000
/** 8 kHz, 16 bits: what most servers write, for a size that nobody told. */
const BYTES_PER_MS = 16
const UNKNOWN_BYTES = 1_000_000
/** So many are fetched before the list is looked at anew. */
const MOST_AT_ONCE = 200

/** A copy that is there. */
export interface Held {
  readonly vaultKey: string
  /** Null: no source told the index of its recording, or not yet. */
  readonly part: string | null
  readonly bytes: number
  /** The server, or the folder, has it no more, as far as is known: this copy is the last. */
  readonly last: boolean
  /** That it is the last may pass: it is treated as such only where that keeps it. */
  readonly perhaps?: boolean
}

/** The calls that the rule names; null = none. */
export function ruleFilter(rule: KeepRule, now: number): Filter | null {
  switch (rule.what) {
    case 'off':
      return null
    case 'recent':
      return { ...NO_FILTER, from: now - rule.days * DAY_MS }
    case 'favourites':
      return { ...NO_FILTER, favourites: true }
    case 'everything':
      return NO_FILTER
  }
}

export interface PlanInput {
  readonly rule: KeepRule
  readonly held: readonly Held[]
  /** Every source was read to its end: what none of them told of, none has. An index that was begun anew knows little. */
  readonly whole: boolean
  /** Part ids, by the key of the copy in the vault: that is known also while the part is not. */
  readonly pinned: ReadonlyMap<string, string>
  /** Part ids. */
  readonly unwanted: ReadonlySet<string>
  /** Parts that gave nothing in this run. */
  readonly refused: ReadonlySet<string>
  /** Bytes of a part, where they were learned. */
  readonly sizes: ReadonlyMap<string, number>
}

/** Takes the parts that the rule names, newest first, and says what to fetch and what to remove. */
export class Plan {
  readonly #input: PlanInput
  readonly #held: ReadonlyMap<string, Held>
  readonly #pinned: ReadonlySet<string>
  readonly #within = new Set<string>()
  #bytes: number
  /** What may be fetched while copies wait for their recordings: nothing takes the place of one, nor of those beside it. */
  #free: number
  #full = false
  readonly fetch: string[] = []
  readonly #guessed = new Map<string, number>()
  /** All that is to be fetched, also beyond `fetch`. */
  wanted = 0

  constructor(input: PlanInput) {
    this.#input = input
    this.#held = new Map(input.held.flatMap(one => (one.part === null ? [] : [[one.part, one] as const])))
    this.#pinned = new Set(input.pinned.values())
    const bytesOf = (copies: readonly Held[]) => copies.reduce((sum, { bytes }) => sum + bytes, 0)
    // what stays whatever the rule says counts first
    this.#bytes = bytesOf(input.held.filter(one => this.#stays(one)))
    this.#free = input.held.some(one => this.#waits(one)) ? input.rule.upTo - bytesOf(input.held) : Infinity
  }

  /** The rule wants more than it may keep: what is older need not be looked at. */
  get full(): boolean {
    return this.#full
  }

  take(part: Pick<Part, 'id' | 'hearing' | 'durationMs'>): void {
    const { rule, unwanted, refused } = this.#input
    if (this.#full || this.#pinned.has(part.id) || unwanted.has(part.id)) return
    const held = this.#held.get(part.id)
    // a last copy that does not stay goes, also where the rule names its recording
    if (held !== undefined && (this.#stays(held) || (held.last && held.perhaps !== true))) return
    if (held === undefined && (part.hearing !== 'yes' || refused.has(part.id))) return
    const bytes = held?.bytes ?? this.#sizeOf(part)
    if (held === undefined && bytes > this.#free) return
    if (this.#bytes + bytes > rule.upTo) {
      this.#full = true
      return
    }
    this.#bytes += bytes
    if (held !== undefined) {
      this.#within.add(part.id)
      return
    }
    this.#free -= bytes
    this.wanted++
    if (this.fetch.length >= MOST_AT_ONCE) return
    this.fetch.push(part.id)
    this.#guessed.set(part.id, bytes)
  }

  /** The size of a part that is about to be fetched. Answers whether all of the plan still fits. */
  learn(part: Pick<Part, 'id'>, bytes: number): boolean {
    const more = bytes - (this.#guessed.get(part.id) ?? bytes)
    this.#bytes += more
    this.#free -= more
    this.#guessed.set(part.id, bytes)
    return this.#bytes <= this.#input.rule.upTo && this.#free >= 0
  }

  #sizeOf(part: Pick<Part, 'id' | 'durationMs'>): number {
    const { sizes } = this.#input
    return sizes.get(part.id) ?? (part.durationMs === null ? UNKNOWN_BYTES : part.durationMs * BYTES_PER_MS)
  }

  /** Copies that neither the rule nor the user keeps. */
  remove(): Held[] {
    return this.#input.held.filter(
      one => !this.#stays(one) && !this.#waits(one) && !(one.part !== null && this.#within.has(one.part)),
    )
  }

  #stays(one: Held): boolean {
    return this.#isPinned(one) || (one.last && !this.#waits(one) && this.#input.rule.afterServer === 'keep')
  }

  /** Whether it is wanted can be told once the sources have been read. */
  #waits(one: Held): boolean {
    return one.part === null && !this.#input.whole && !this.#isPinned(one)
  }

  #isPinned({ vaultKey, part }: Held): boolean {
    return this.#input.pinned.has(vaultKey) || (part !== null && this.#pinned.has(part))
  }
}
