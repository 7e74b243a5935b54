/**
 * The list as it is loaded: asks main for outline and pages, and keeps what was answered. It knows no DOM. Answers to what
 * is no longer wanted are dropped, and a changed list takes the place of the old one in one step, with what was held on to
 * (the first row on screen, the cursor) found again in it.
 */
import { type Failure } from '../../../shared/failure.ts'
import { type Entry } from '../../../shared/library/entry.ts'
import { type Filter, type ListPage, type ListQuery, NO_FILTER, type Outline } from '../../../shared/library/query.ts'
import { type Days, dayOf, daysOf, NO_DAYS, placeOf } from './days.ts'
import {
  entryAt,
  findEntry,
  guess,
  type Held,
  idsBetween,
  moved,
  NO_PAGES,
  PAGE,
  pageOf,
  type Pages,
  pagesBetween,
  withEntry,
  withPage,
} from './pages.ts'

export interface ListState {
  /** What the list shows: that of the last answer. */
  readonly filter: Filter
  readonly days: Days
  readonly pages: Pages
  /** `none`: nothing was answered yet. `part`: the newest page is there, the outline not yet. */
  readonly known: 'none' | 'part' | 'whole'
  /** Something newer than what is shown was asked for. */
  readonly busy: boolean
  readonly failure: Failure | null
  readonly cursor: Held | null
  /** Where a range of the selection begins. */
  readonly anchor: Held | null
  /** Counts lists that took the place of another. */
  readonly version: number
  /** What such a list did to the first row on screen; null = it begins at the top. */
  readonly firstRow: number | null
}

export interface ListPort {
  readonly page: (query: ListQuery) => Promise<ListPage>
  readonly outline: (filter: Filter) => Promise<Outline>
  /** Runs it after so many milliseconds; answers how it is called off. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly failureOf: (thrown: unknown) => Failure
}

/** Rows above and below the screen that are drawn with it. */
const BEYOND = 20
/** Pages asked for at once while one scrolls. */
const AT_ONCE = 2
/** Who types has the rows of each letter; all that is found is counted (which takes the index longer) after such a pause. */
const PAUSE_MS = 150

export class LibraryList {
  readonly #port: ListPort
  readonly #listeners = new Set<() => void>()
  #state: ListState = {
    filter: NO_FILTER,
    days: NO_DAYS,
    pages: NO_PAGES,
    known: 'none',
    busy: false,
    failure: null,
    cursor: null,
    anchor: null,
    version: 0,
    firstRow: null,
  }
  /** The filter that is wanted, and whether the list of it is to be loaded (anew). */
  #wanted: Filter | null = null
  #due = false
  #running = false
  /** Ends the pause before the outline is asked. */
  #goOn: (() => void) | null = null
  /** Rows on screen, by number. */
  #view = { first: 0, last: 0 }
  readonly #asked = new Set<number>()

  constructor(port: ListPort) {
    this.#port = port
  }

  readonly get = (): ListState => this.#state

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Another filter: at once where nothing is under way, else right after it. The same one does nothing. */
  show(filter: Filter): void {
    if (this.#wanted !== null && same(this.#wanted, filter)) return
    this.#wanted = filter
    this.#goOn?.()
    this.#loadSoon()
  }

  /** What it would answer has changed, or may have: everything is asked anew. */
  refresh(): void {
    if (this.#wanted !== null) this.#loadSoon()
  }

  /** These rows are on screen. */
  look(first: number, last: number): void {
    this.#view = { first, last }
    this.#fill()
  }

  setCursor(index: number): void {
    this.#set({ cursor: this.#hold(index) })
  }

  setAnchor(index: number | null): void {
    this.#set({ anchor: index === null ? null : this.#hold(index) })
  }

  /** What the user did to an entry is shown before main says so. */
  patch(id: string, change: (entry: Entry) => Entry): void {
    this.#set({ pages: withEntry(this.#state.pages, id, change) })
  }

  /** All ids from one entry to another, loading what is missing. Throws what main answers with; null: the list changed meanwhile. */
  async ids(from: number, to: number): Promise<string[] | null> {
    const here = idsBetween(this.#state.pages, from, to)
    if (here !== null) return here
    const { version, days, filter } = this.#state
    const [first, last] = [Math.min(from, to), Math.max(from, to)]
    const ids: string[] = []
    for (const page of pagesBetween(first, last)) {
      const entries = this.#state.pages.get(page) ?? (await this.#askPage(filter, days, page))
      if (this.#state.version !== version) return null
      const start = page * PAGE
      ids.push(...entries.slice(Math.max(0, first - start), last - start + 1).map(entry => entry.id))
    }
    return ids
  }

  #hold(index: number): Held {
    return { index, id: entryAt(this.#state.pages, index)?.id ?? null }
  }

  #loadSoon(): void {
    this.#due = true
    if (this.#running) return this.#set({ busy: true })
    this.#running = true
    void this.#loadAll()
  }

  async #loadAll(): Promise<void> {
    while (this.#due && this.#wanted !== null) {
      this.#due = false
      const filter = this.#wanted
      this.#set({ busy: true })
      try {
        if (this.#state.known === 'whole' && same(filter, this.#state.filter)) await this.#loadAnew(filter)
        else await this.#loadFirst(filter)
      } catch (thrown) {
        if (same(filter, this.#wanted)) this.#set({ failure: this.#port.failureOf(thrown) })
      }
    }
    this.#running = false
    this.#set({ busy: false })
  }

  #isOld(filter: Filter): boolean {
    return this.#wanted === null || !same(filter, this.#wanted)
  }

  /** A new list begins at its newest entries, which are shown before the outline is asked. */
  async #loadFirst(filter: Filter): Promise<void> {
    const { entries } = await this.#port.page({ filter, at: null, limit: PAGE })
    if (this.#isOld(filter)) return
    const isTyped = filter.search !== this.#state.filter.search
    this.#asked.clear()
    this.#set({
      filter,
      pages: withPage(NO_PAGES, 0, entries),
      days: daysOf(outlineOf(entries)),
      known: entries.length < PAGE ? 'whole' : 'part',
      failure: null,
      cursor: null,
      anchor: null,
      version: this.#state.version + 1,
      firstRow: null,
    })
    if (entries.length < PAGE) return
    if (isTyped) await this.#pause()
    if (this.#isOld(filter)) return
    const days = daysOf(await this.#port.outline(filter))
    if (this.#isOld(filter)) return
    this.#set({ days, known: 'whole' })
    // the list changed between the two answers
    if (days.total < entries.length) this.#due = true
    this.#fill()
  }

  #pause(): Promise<void> {
    return new Promise(resolve => {
      const callOff = this.#port.after(PAUSE_MS, resolve)
      this.#goOn = () => {
        callOff()
        resolve()
      }
    })
  }

  /** The same list anew: the rows on screen and the cursor's are loaded before anything moves. */
  async #loadAnew(filter: Filter): Promise<void> {
    const days = daysOf(await this.#port.outline(filter))
    if (this.#isOld(filter)) return
    const before = this.#state
    const { first, last } = this.#view
    const from = guess(before.days, days, first)
    const around = pagesBetween(from - BEYOND, Math.min(from + last - first + BEYOND, days.total - 1))
    const held = [before.cursor, before.anchor]
      .filter(each => each !== null)
      .map(each => pageOf(guess(before.days, days, each.index)))
    let pages: Pages = NO_PAGES
    // the rows on screen last: what is farthest from the last page is what goes
    for (const page of new Set([...held, ...around]))
      if (page * PAGE < days.total) pages = withPage(pages, page, await this.#askPage(filter, days, page))
    if (this.#isOld(filter)) return
    const now = this.#state
    const find = (each: Held | null) => (each === null || days.total === 0 ? null : moved(each, now.days, days, pages))
    const top = this.#view.first
    this.#asked.clear()
    this.#set({
      days,
      pages,
      known: 'whole',
      failure: null,
      cursor: find(now.cursor),
      anchor: find(now.anchor),
      version: now.version + 1,
      firstRow: find(this.#hold(top))?.index ?? 0,
    })
    this.#fill()
  }

  async #askPage(filter: Filter, days: Days, page: number): Promise<readonly Entry[]> {
    const at = placeOf(days, page * PAGE)
    if (at === null) return []
    return (await this.#port.page({ filter, at, limit: PAGE })).entries
  }

  /** Loads what is on screen and missing, the page in the middle first; what scrolled away meanwhile is not asked for. */
  #fill(): void {
    const { days, pages, filter, version } = this.#state
    if (days.total === 0) return
    const { first, last } = this.#view
    const wanted = pagesBetween(first - BEYOND, Math.min(last + BEYOND, days.total - 1)).filter(
      page => !pages.has(page) && !this.#asked.has(page),
    )
    for (const page of wanted.slice(0, Math.max(0, AT_ONCE - this.#asked.size))) {
      this.#asked.add(page)
      this.#askPage(filter, days, page)
        .then(
          entries => {
            if (this.#state.version === version) this.#took(page, entries)
          },
          (thrown: unknown) => {
            if (this.#state.version === version) this.#set({ failure: this.#port.failureOf(thrown) })
          },
        )
        .finally(() => {
          if (this.#state.version !== version) return
          this.#asked.delete(page)
          // a failure is not asked again by itself
          if (this.#state.failure === null) this.#fill()
        })
        .catch((error: unknown) => console.error('A page of the list was not taken in', error))
    }
  }

  #took(page: number, entries: readonly Entry[]): void {
    const pages = withPage(this.#state.pages, page, entries)
    const see = (held: Held | null): Held | null => {
      if (held === null) return null
      if (held.id === null) return { ...held, id: entryAt(pages, held.index)?.id ?? null }
      return { ...held, index: findEntry(pages, held.id, held.index) ?? held.index }
    }
    this.#set({ pages, failure: null, cursor: see(this.#state.cursor), anchor: see(this.#state.anchor) })
  }

  #set(change: Partial<ListState>): void {
    this.#state = { ...this.#state, ...change }
    for (const listener of this.#listeners) listener()
  }
}

const same = (a: Filter, b: Filter): boolean => JSON.stringify(a) === JSON.stringify(b)

/** The outline of the entries alone, newest first. */
function outlineOf(entries: readonly Entry[]): Outline {
  const days = new Map<string, number>()
  for (const { startedAt } of entries) {
    const day = dayOf(startedAt)
    days.set(day, (days.get(day) ?? 0) + 1)
  }
  return { total: entries.length, days: [...days] }
}
