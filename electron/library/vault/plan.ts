/** What the rule wants, worked out from the newest recording back, and what was heard beside it: pure. */
import { type Part } from '../../../shared/library/entry.ts'
import { NO_FILTER, type Filter } from '../../../shared/library/query.ts'
import { HEARD_DAYS, type KeepRule } from '../../../shared/keeping.ts'

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
  /**
   * Copies that are here for nothing but having been heard, by their keys: when they were heard last, milliseconds since the
   * epoch. They stay for some days in what is left of the limit, and whether they are the last ones is no matter: nobody
   * asked for them.
   */
  readonly heard: ReadonlyMap<string, number>
  readonly now: number
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
    // what stays whatever the rule says counts first
    this.#bytes = bytesOf(input.held.filter(one => this.#stays(one)))
    this.#free = input.held.some(one => this.#waits(one)) ? input.rule.upTo - bytesOf(asked(input)) : Infinity
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
    // one that was just heard comes to the rule's as if it were fetched
    const comes = held === undefined || this.#isHeard(held)
    if (comes && bytes > this.#free) return
    if (this.#bytes + bytes > rule.upTo) {
      this.#full = true
      return
    }
    this.#bytes += bytes
    if (comes) this.#free -= bytes
    if (held !== undefined) {
      this.#within.add(part.id)
      return
    }
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

  /** Copies that neither the rule nor the user keeps, and that were not just heard. */
  remove(): Held[] {
    const lingering = this.lingering()
    return this.#unkept().filter(({ vaultKey }) => !lingering.has(vaultKey))
  }

  /** Keys of those that stay for nothing but having been heard: the last heard first, in what the others leave. */
  lingering(): Set<string> {
    const { rule, held, heard, now } = this.#input
    let room = rule.upTo - this.#bytes - bytesOf(held.filter(one => this.#waits(one)))
    const copies = this.#unkept().flatMap(({ vaultKey, bytes }) => {
      const at = heard.get(vaultKey)
      // a clock that was set back leaves a time to come: that is trusted no longer either
      return at === undefined || Math.abs(now - at) >= HEARD_DAYS * DAY_MS ? [] : [{ vaultKey, bytes, at }]
    })
    const lingering = new Set<string>()
    for (const { vaultKey, bytes } of copies.sort((a, b) => b.at - a.at)) {
      if (bytes > room) continue
      room -= bytes
      lingering.add(vaultKey)
    }
    return lingering
  }

  #unkept(): Held[] {
    return this.#input.held.filter(
      one => !this.#stays(one) && !this.#waits(one) && !(one.part !== null && this.#within.has(one.part)),
    )
  }

  #stays(one: Held): boolean {
    if (this.#isPinned(one)) return true
    return one.last && !this.#waits(one) && !this.#isHeard(one) && this.#input.rule.afterServer === 'keep'
  }

  /** Whether it is wanted can be told once the sources have been read. */
  #waits(one: Held): boolean {
    return one.part === null && !this.#input.whole && !this.#isPinned(one) && !this.#isHeard(one)
  }

  #isHeard({ vaultKey }: Held): boolean {
    return this.#input.heard.has(vaultKey)
  }

  #isPinned({ vaultKey, part }: Held): boolean {
    return this.#input.pinned.has(vaultKey) || (part !== null && this.#pinned.has(part))
  }
}

/** Whether a copy of so many bytes may be made of what was heard: it takes no place of what the rule and the user keep. */
export function mayLinger(input: Pick<PlanInput, 'rule' | 'held' | 'heard'>, bytes: number): boolean {
  return bytesOf(asked(input)) + bytes <= input.rule.upTo
}

/** Copies that somebody asked for. */
const asked = ({ held, heard }: Pick<PlanInput, 'held' | 'heard'>) => held.filter(one => !heard.has(one.vaultKey))

const bytesOf = (copies: readonly Held[]) => copies.reduce((sum, { bytes }) => sum + bytes, 0)
