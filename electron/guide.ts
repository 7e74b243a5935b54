/** Watches the first recording of a session on its way: a call, a recording that was seen to run, an entry in the list. */
import { type CallView } from '../shared/call.ts'
import { type GuideView } from '../shared/guide.ts'
import { type ListPage } from '../shared/library/query.ts'

export interface GuideOptions {
  /** The steps are on screen: without that, nothing is asked of the library. */
  readonly wanted: () => boolean
  /** The newest recordings. */
  readonly list: () => Promise<ListPage>
  readonly onChange: () => void
  readonly log: (text: string, error?: unknown) => void
}

/** What is looked at of a call. */
type LookedAt = Pick<CallView, 'status' | 'isCode'> & {
  readonly recording: { readonly proof: { readonly kind: string } }
}

export class Guide {
  readonly #options: GuideOptions
  #view: GuideView = { called: false, recorded: false, listed: false }
  /** Parts that were listed before the first call: what comes after is new, whatever the server's clock says. */
  #before: Promise<ReadonlySet<string> | null> | null = null

  constructor(options: GuideOptions) {
    this.#options = options
  }

  /** Another account: from the start. */
  begin(): void {
    this.#view = { called: false, recorded: false, listed: false }
    this.#before = null
  }

  view(): GuideView {
    return this.#view
  }

  /** The calls as they are now. */
  look(calls: readonly LookedAt[]): void {
    const spoken = calls.filter(call => !call.isCode)
    if (this.#view.listed || spoken.length === 0 || !this.#options.wanted()) return
    this.#before ??= this.#parts()
    const called = this.#view.called || spoken.some(call => call.status === 'up')
    const recorded = this.#view.recorded || spoken.some(call => call.recording.proof.kind === 'recording')
    if (called === this.#view.called && recorded === this.#view.recorded) return
    this.#view = { ...this.#view, called, recorded }
    this.#options.onChange()
  }

  /** Something new may be in the list. */
  async recordingsChanged(): Promise<void> {
    const { recorded, listed } = this.#view
    if (!recorded || listed || !this.#options.wanted()) return
    const began = this.#before
    const [before, now] = await Promise.all([began, this.#parts()])
    if (this.#before !== began) return
    // a list that could not be read before leaves nothing to compare with: the next call is a new chance
    if (before === null) this.#before = null
    if (before === null || now === null || ![...now].some(part => !before.has(part))) return
    this.#view = { ...this.#view, listed: true }
    this.#options.onChange()
  }

  async #parts(): Promise<ReadonlySet<string> | null> {
    try {
      const { entries } = await this.#options.list()
      const listed = entries.flatMap(entry => entry.parts.filter(({ hearing }) => hearing !== 'finishing'))
      return new Set(listed.map(part => part.id))
    } catch (error) {
      this.#options.log('the recordings could not be listed for the guide', error)
      return null
    }
  }
}
