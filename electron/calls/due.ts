/**
 * Which calls should be recorded automatically. What counts is how the flags were set when a call began (wazo.md 4.6):
 * they are read at its first sign, and a later change leaves it as it is.
 */
import {
  type AutomaticView,
  type Due,
  type DueCall,
  dueFor,
  isMissing,
  MISSING_AFTER_MS,
  NOT_DUE,
} from '../../shared/automatic.ts'
import { type CallView } from '../../shared/call.ts'
import { type Clock } from './ports.ts'

/** So long after the answer the call is read once more: an alarm needs fresh evidence. */
const LOOK_AGAIN_MS = 2_500

export interface DueCallsOptions {
  readonly clock: Clock
  readonly automatic: {
    view(): Pick<AutomaticView, 'proof'>
    readonly changing: boolean
    /** Settles once the flags were read anew, or could not be. */
    read(): Promise<void>
  }
  /** Reads the calls anew. */
  readonly readCalls: () => void
  readonly onChange: () => void
}

/** What is looked at of a call. */
export type LookedAt = Pick<
  CallView,
  'id' | 'device' | 'status' | 'outgoing' | 'answeredAt' | 'isCode' | 'zone' | 'automatic'
> &
  DueCall

/** How the flags were set when a call began. */
interface Begun {
  proof: AutomaticView['proof']
  /** Nobody knows whether the server looked at the flags before or after a change. */
  readonly doubtful: boolean
  watched: boolean
  /** As it was told last; null = the flags are not known. */
  told: Due['due'] | null
}

export class DueCalls {
  readonly #options: DueCallsOptions
  #begun = new Map<string, Begun>()

  constructor(options: DueCallsOptions) {
    this.#options = options
  }

  /** The calls, each with what is due. A call that is seen for the first time begins here. */
  of<C extends LookedAt>(calls: readonly C[]): C[] {
    const now = this.#options.clock.now()
    this.#begun = new Map([...this.#begun].filter(([id]) => calls.some(call => call.id === id)))
    return calls.map(call => {
      if (call.isCode) return call
      const begun = this.#begunAt(call)
      const due = dueOf(begun, call)
      begun.told = isKnown(begun.proof) ? due.due : null
      if (due.due === 'yes' && call.answeredAt !== null) this.#watch(begun, call.answeredAt, now)
      return { ...call, automatic: { ...due, missing: isMissing(due, call, now) } }
    })
  }

  /** What was told of a call, which may have ended a moment ago; null = not known. */
  dueOf(id: string): Due['due'] | null {
    return this.#begun.get(id)?.told ?? null
  }

  #begunAt(call: LookedAt): Begun {
    const known = this.#begun.get(call.id)
    if (known !== undefined) return known
    const { automatic, onChange } = this.#options
    const begun: Begun = {
      proof: automatic.view().proof,
      // a call that we find in full swing began under flags that we never saw
      doubtful: automatic.changing || (call.status === 'up' && call.device === 'elsewhere'),
      watched: false,
      told: null,
    }
    this.#begun.set(call.id, begun)
    void automatic.read().then(() => {
      // a change of ours since then is for the next call
      if (automatic.changing) return
      begun.proof = automatic.view().proof
      onChange()
    })
    return begun
  }

  /** Looks again when the answer is so old that a recording must show. */
  #watch(begun: Begun, answeredAt: number, now: number): void {
    if (begun.watched) return
    begun.watched = true
    const { clock, readCalls, onChange } = this.#options
    clock.after(Math.max(0, answeredAt + LOOK_AGAIN_MS - now), readCalls)
    clock.after(Math.max(0, answeredAt + MISSING_AFTER_MS - now), onChange)
  }
}

const isKnown = (proof: AutomaticView['proof']): boolean =>
  proof.kind === 'known' || proof.kind === 'hint' || (proof.kind === 'unknown' && proof.last !== null)

/** Only flags that were read promise anything; a hint and what was read once leave a doubt. */
function dueOf({ proof, doubtful }: Begun, { outgoing, zone }: LookedAt): Due {
  switch (proof.kind) {
    case 'known': {
      const due = dueFor(proof.flags, outgoing, zone)
      return doubtful && due.due === 'yes' ? { ...due, due: 'maybe' } : due
    }
    case 'unknown': {
      const due = proof.last === null ? NOT_DUE : dueFor(proof.last, outgoing, zone)
      return due.due === 'no' ? due : { ...due, due: 'maybe' }
    }
    case 'hint':
      return proof.on ? { due: 'maybe', why: [] } : NOT_DUE
    case 'unprovable':
      return NOT_DUE
  }
}
