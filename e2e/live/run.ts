/** The steps of the live suite: each is bounded, timed, and ends as what it is. Knows nothing of calls. */

/** `not-allowed`: the server or the user's rights rule it out. `skipped`: not tried, for a reason of ours. */
export type Status = 'works' | 'not-allowed' | 'skipped' | 'failed'

export interface Line {
  readonly word: 'asked' | 'acknowledged' | 'proven' | 'note' | 'why'
  readonly text: string
  /** Milliseconds after what was asked for; null where time says nothing. */
  readonly ms: number | null
}

export interface StepResult {
  readonly step: string
  readonly title: string
  readonly status: Status
  /** From what was asked to the end of the step; null: it was not begun. */
  readonly ms: number | null
  readonly lines: readonly Line[]
}

/** This server, or this user's rights, do not allow it: no failure. */
export class NotAllowed extends Error {
  override name = 'NotAllowed'
}
/** It cannot be tried here: no failure. */
export class Skipped extends Error {
  override name = 'Skipped'
}
/** It was tried and is not so. Anything else that is thrown fails a step too. */
export class Failed extends Error {
  override name = 'Failed'
}

/** What a step tells while it runs. */
export class Step {
  readonly lines: Line[] = []
  #from = Date.now()
  /** For a step that hangs. */
  waitingFor = 'the server'
  /** It was given up: whatever still runs of it must do nothing more. */
  over = false

  get from(): number {
    return this.#from
  }

  /** The clock of the step starts here (anew). */
  asked(text: string): void {
    this.#from = Date.now()
    this.lines.push({ word: 'asked', text, ms: null })
  }

  /** `at`: milliseconds since the epoch. */
  acknowledged(text: string, at = Date.now()): void {
    this.lines.push({ word: 'acknowledged', text, ms: this.#after(at) })
  }

  proven(text: string, at = Date.now()): void {
    this.lines.push({ word: 'proven', text, ms: this.#after(at) })
  }

  note(text: string): void {
    this.lines.push({ word: 'note', text, ms: null })
  }

  #after(at: number): number {
    return Math.max(0, Math.round(at - this.#from))
  }
}

/** A server is asked again this often, where nothing tells of a change, milliseconds. */
const AGAIN_MS = 300

/** Asks until something is answered. Null: `withinMs` passed without it, or the step is over. */
export async function askUntil<T>(step: Step, withinMs: number, ask: () => Promise<T | undefined>): Promise<T | null> {
  for (const until = Date.now() + withinMs; ;) {
    const answer = await ask()
    if (answer !== undefined) return answer
    if (step.over || Date.now() > until) return null
    await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
  }
}

export interface RunOptions {
  readonly onStep: (result: StepResult) => void
  /** An error in words, without a secret. */
  readonly describe: (error: unknown) => string
  /** Ends the step under way, and lets only those begin that clean up. */
  readonly interrupted: AbortSignal
}

export class Run {
  readonly #options: RunOptions
  readonly #results = new Map<string, StepResult>()

  constructor(options: RunOptions) {
    this.#options = options
  }

  get results(): readonly StepResult[] {
    return [...this.#results.values()]
  }

  works(step: string): boolean {
    return this.#results.get(step)?.status === 'works'
  }

  /**
   * Runs one step, unless one that it needs does not work. True: it works. Never throws.
   * @param limitS seconds after which it hangs, and fails
   * @param cleansUp it runs after an interruption too
   */
  async step(
    step: string,
    title: string,
    { needs = [], limitS = 30, cleansUp = false }: { needs?: readonly string[]; limitS?: number; cleansUp?: boolean },
    carryOut: (step: Step) => Promise<void>,
  ): Promise<boolean> {
    const missing = needs.find(one => !this.works(one))
    const { interrupted } = this.#options
    const why =
      interrupted.aborted && !cleansUp
        ? 'interrupted'
        : missing === undefined
          ? null
          : `"${this.#results.get(missing)?.title ?? missing}" comes first`
    if (why !== null) return this.#end({ step, title, status: 'skipped', ms: null, lines: [because(why)] })
    const told = new Step()
    const began = Date.now()
    const end = (status: Status, ...more: readonly Line[]) =>
      this.#end({ step, title, status, ms: Date.now() - began, lines: [...told.lines, ...more] })
    try {
      await bounded(carryOut(told), limitS, told, cleansUp ? null : interrupted)
      return end('works')
    } catch (error) {
      const reason = because(this.#options.describe(error))
      return end(error instanceof NotAllowed ? 'not-allowed' : error instanceof Skipped ? 'skipped' : 'failed', reason)
    }
  }

  #end(result: StepResult): boolean {
    this.#results.set(result.step, result)
    this.#options.onStep(result)
    return result.status === 'works'
  }
}

const because = (text: string): Line => ({ word: 'why', text, ms: null })

/** What a step that is over goes on with is nobody's any more. */
function bounded(work: Promise<void>, limitS: number, step: Step, interrupted: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const giveUp = (why: Error) => {
      step.over = true
      reject(why)
    }
    const hangs = () => giveUp(new Failed(`it hangs: no end after ${limitS} s, waiting for ${step.waitingFor}`))
    const late = setTimeout(hangs, limitS * 1000)
    const stop = () => giveUp(new Skipped('interrupted'))
    interrupted?.addEventListener('abort', stop, { once: true })
    work.then(resolve, reject).finally(() => {
      clearTimeout(late)
      interrupted?.removeEventListener('abort', stop)
    })
  })
}
