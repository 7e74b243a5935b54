/**
 * The keeper: fetches what is to be kept here, one recording at a time and never in a call, and removes what is not.
 * A round looks through the library by the rule; what it could not do it tries again, later and later. What a server
 * without Range sent whole to be heard is sealed too, out of memory, for some days.
 */
import { type AudioSource } from '../../../shared/recordings.ts'
import { AppFailure, type Failure, type FailureCode } from '../../../shared/failure.ts'
import { type KeepingView, type KeepRule, type RuleEffect } from '../../../shared/keeping.ts'
import { type Hearing } from '../../../shared/library/entry.ts'
import { NO_FILTER, type Selection } from '../../../shared/library/query.ts'
import { type Clock } from '../../account/ports.ts'
import { OF_ONE_RECORDING } from '../failures.ts'
import { type LibraryIndex, type PartPlace } from '../index/port.ts'
import { decided, EMPTY_LEDGER, heardNow, type Ledger, readLedger, stillHeard, writeLedger } from './ledger.ts'
import { type Held, mayLinger, Plan, ruleFilter } from './plan.ts'
import { type SealedVault } from './vault.ts'

export interface KeeperPorts {
  readonly index: Pick<LibraryIndex, 'walk' | 'part' | 'parts' | 'kept' | 'setKept'>
  /** Every source has been read to its end into this index: a recording that it does not know is nowhere else. */
  readonly whole: () => boolean
  readonly vault: SealedVault
  /** The sound where it comes from, never from the vault. The keeper closes it. Throws AppFailure. */
  readonly openSource: (part: PartPlace) => Promise<AudioSource>
  /** See Library. */
  readonly inMemory: (part: string) => Promise<AudioSource | null>
  /** A copy of this part came or went; null = of one that nobody knows. */
  readonly onCopy: (part: string | null) => void
  readonly rule: () => KeepRule
  readonly clock: Clock
  readonly onChange: () => void
  readonly log: (text: string, error?: unknown) => void
}

/** The library changed: a synchronisation changes it four times a second. */
const SETTLE_MS = 3_000
/** What grows too old for the rule, with nothing else happening. */
const AGAIN_MS = 3_600_000
/** What did not work is tried again after so long, and then after twice that, milliseconds. */
const BACK_OFF_MS = 5_000
const LONGEST_BACK_OFF_MS = 600_000

/** What an administrator may have repaired by then is asked for again after so long, milliseconds. */
const REPAIRED_MS = 6 * 3_600_000

/** A player asks often. What came of it is looked at again after so long, milliseconds. */
const HEARD_AGAIN_MS = 3_600_000
/** So many that came whole are held until they can be sealed, as after a call; each may be large. */
const MOST_ARRIVED = 3

/** Every recording. */
const ALL: readonly Selection[] = [false, true].map(hidden => ({
  kind: 'filter',
  filter: { ...NO_FILTER, hidden },
}))

interface Known {
  readonly held: readonly Held[]
  /** See KeeperPorts. */
  readonly whole: boolean
}

const GONE: ReadonlySet<Hearing> = new Set<Hearing>(['deleted', 'missing'])
const REPAIRABLE: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'recording-missing',
  'recording-unreadable',
  'recording-no-media',
])

export class Keeper {
  readonly #ports: KeeperPorts
  readonly #closing = new AbortController()
  /** The recording that is being fetched, and the way to give it up. */
  #fetching: { readonly part: string; readonly stop: AbortController } | null = null
  /** A round is due; `cut`: and the one that runs is about something that is no longer so. */
  #due = false
  #cut = false
  #checked = false
  #running: Promise<void> | null = null
  #timer: { readonly at: number; readonly stop: () => void } | null = null
  #failures = 0
  #inCall = false
  /** Those who wait for the call to end. */
  #waiting: (() => void)[] = []
  #ledger: Ledger = EMPTY_LEDGER
  #deciding: Promise<void> = Promise.resolve()
  /** Parts that gave nothing, and when they may: milliseconds since the epoch. */
  readonly #refused = new Map<string, number>()
  readonly #sizes = new Map<string, number>()
  /** Parts that were heard, and when that was looked at last: milliseconds since the epoch. */
  readonly #heardAt = new Map<string, number>()
  /** What came whole for them, in memory. */
  readonly #arrived = new Map<string, AudioSource>()
  #work: KeepingView['work'] = 'idle'
  #left = 0
  #failure: Failure | null = null

  constructor(ports: KeeperPorts) {
    this.#ports = ports
  }

  get view(): Pick<KeepingView, 'work' | 'left' | 'failure'> {
    const busy = this.#work === 'fetching' || this.#work === 'looking'
    return { work: busy && this.#inCall ? 'paused' : this.#work, left: this.#left, failure: this.#failure }
  }

  /** Begins. What was decided before is read first. */
  async start(): Promise<void> {
    this.#ledger = await readLedger(this.#ports.vault)
    this.wake()
  }

  /** Something changed that the user waits for: look now. */
  wake(): void {
    this.#failures = 0
    this.#cut = true
    this.#look()
  }

  /** The library changed: look, once it has come to rest. */
  libraryChanged(): void {
    // one that waits for the server waits on
    if (this.#failures === 0) this.#later(SETTLE_MS)
  }

  setInCall(inCall: boolean): void {
    if (this.#inCall === inCall) return
    this.#inCall = inCall
    if (!inCall) for (const go of this.#waiting.splice(0)) go()
    this.#ports.onChange()
  }

  /**
   * A part is being heard. Its copy, if it is here for nothing else, stays on; what its server sends whole is sealed once it is
   * here. Nobody asked for that: what cannot be done is logged alone.
   */
  heard(part: string): void {
    const now = this.#ports.clock.now()
    if (now - (this.#heardAt.get(part) ?? -Infinity) < HEARD_AGAIN_MS) return
    this.#heardAt.set(part, now)
    this.#hear(part).catch((error: unknown) => {
      this.#heardAt.delete(part)
      if (!this.#closing.signal.aborted) this.#ports.log('what was heard is not kept here', error)
    })
  }

  async #hear(id: string): Promise<void> {
    const { index, vault, inMemory } = this.#ports
    const part = await index.part(id)
    if (part === null) return
    if ((await vault.sizeOf(part.vaultKey)) !== null) {
      if (this.#ledger.heard.has(part.vaultKey))
        await this.#note(ledger => heardNow(ledger, part.vaultKey, this.#ports.clock.now()))
      return
    }
    const source = await inMemory(id)
    if (source === null) return
    this.#arrived.set(id, source)
    for (const oldest of this.#arrived.keys()) {
      if (this.#arrived.size <= MOST_ARRIVED) break
      this.#arrived.delete(oldest)
      this.#heardAt.delete(oldest)
    }
    this.#cut = true
    this.#look()
  }

  /** A copy was found changed, and set aside: it is no longer here, and is fetched anew. */
  async damaged(vaultKey: string): Promise<void> {
    this.#heardAt.clear()
    await this.#ports.index.setKept(vaultKey, null)
    this.#ports.onCopy(null)
    this.wake()
  }

  /** Keeps what is selected until it is removed by hand. */
  keep(selection: Selection): Promise<void> {
    return this.#decide(async () => {
      const { vault } = this.#ports
      const all: PartPlace[] = []
      for await (const parts of this.#selected(selection))
        for (const part of parts) if (worthKeeping(part) || (await vault.sizeOf(part.vaultKey)) !== null) all.push(part)
      this.#ledger = decided(this.#ledger, 'pinned', all)
      await writeLedger(vault, this.#ledger)
      for (const id of this.#ledger.pinned.values()) this.#refused.delete(id)
    })
  }

  /** Removes copies, and lets no rule fetch them again. */
  remove(selection: Selection): Promise<void> {
    return this.#decide(async () => {
      const { vault } = this.#ports
      const all: PartPlace[] = []
      for await (const parts of this.#selected(selection)) all.push(...parts)
      this.#ledger = decided(this.#ledger, 'unwanted', all)
      // decided first: a copy that is gone, and wanted all the same, would come back
      await writeLedger(vault, this.#ledger)
      for (const { vaultKey, id } of all) {
        if (this.#fetching?.part === id) this.#fetching.stop.abort(new AppFailure('recording-missing'))
        await this.#drop(vaultKey, id)
      }
    })
  }

  /** What a rule would remove of the copies that are here now, whatever is under way. */
  async wouldRemove(rule: KeepRule): Promise<RuleEffect> {
    const goOn = () => Promise.resolve(!this.#closing.signal.aborted)
    const removed = (await this.#planned(rule, await this.#known(), goOn)).remove()
    return {
      copies: removed.length,
      bytes: removed.reduce((sum, { bytes }) => sum + bytes, 0),
      last: removed.filter(({ last }) => last).length,
    }
  }

  async close(): Promise<void> {
    this.#closing.abort(new AppFailure('vault-locked'))
    this.#timer?.stop()
    this.#timer = null
    for (const go of this.#waiting.splice(0)) go()
    await Promise.allSettled([this.#running, this.#deciding])
  }

  // ---- the user's decisions, one after the other

  #decide(run: () => Promise<void>): Promise<void> {
    return this.#inTurn(run).finally(() => this.wake())
  }

  /** One change of the ledger after the other. */
  #inTurn(run: () => Promise<void>): Promise<void> {
    const done = this.#deciding.then(run)
    // whoever asked is told; the next change is another's
    this.#deciding = done.catch(() => undefined)
    return done
  }

  #note(change: (ledger: Ledger) => Ledger): Promise<void> {
    return this.#inTurn(async () => {
      this.#ledger = change(this.#ledger)
      await writeLedger(this.#ports.vault, this.#ledger)
    })
  }

  async *#selected(selection: Selection): AsyncGenerator<PartPlace[]> {
    const { index } = this.#ports
    let after: string | null = null
    do {
      const page: Awaited<ReturnType<LibraryIndex['walk']>> = await index.walk(selection, after)
      for (const entry of page.entries) if (entry.parts.length > 0) yield await index.parts(entry.id)
      after = page.next
    } while (after !== null && !this.#closing.signal.aborted)
  }

  async #drop(vaultKey: string, part: string | null): Promise<void> {
    const { vault, index, onCopy } = this.#ports
    await vault.drop(vaultKey)
    await index.setKept(vaultKey, null)
    onCopy(part)
  }

  // ---- rounds

  #later(ms: number): void {
    const { clock } = this.#ports
    const at = clock.now() + ms
    if (this.#closing.signal.aborted || (this.#timer !== null && this.#timer.at <= at)) return
    this.#timer?.stop()
    this.#timer = { at, stop: clock.after(ms, () => this.#look()) }
  }

  #look(): void {
    this.#timer?.stop()
    this.#timer = null
    if (this.#closing.signal.aborted) return
    this.#due = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
      if (this.#due) this.#look()
    })
  }

  async #run(): Promise<void> {
    while (this.#due && !this.#closing.signal.aborted) {
      this.#due = false
      this.#cut = false
      try {
        await this.#round()
        this.#failures = 0
        if (!this.#due) this.#later(AGAIN_MS)
      } catch (error) {
        this.#failed(error)
      }
    }
  }

  #failed(error: unknown): void {
    if (this.#closing.signal.aborted) return
    const failure: Failure = error instanceof AppFailure ? error.failure : { code: 'unexpected' }
    if (failure.code === 'unexpected') this.#ports.log('what is kept here could not be looked after', error)
    this.#show(failure.code === 'disk-full' || failure.code === 'unexpected' ? 'stopped' : 'waiting', failure)
    this.#later(Math.min(BACK_OFF_MS * 2 ** this.#failures++, LONGEST_BACK_OFF_MS))
  }

  /** Looks through everything once, removes, and fetches. Throws what stands in the way of all. */
  async #round(): Promise<void> {
    const { vault } = this.#ports
    this.#show('looking', null)
    await this.#idle()
    const now = this.#ports.clock.now()
    for (const [id, until] of this.#refused) if (until <= now) this.#refused.delete(id)
    const before = await this.#known()
    const known = (await this.#sealArrived(before)) ? await this.#known() : before
    const { held } = known
    const plan = await this.#planned(this.#ports.rule(), known, async () => {
      await this.#idle()
      return !this.#stopped
    })
    const removed = plan.remove()
    for (const { vaultKey, part } of removed) {
      if (this.#stopped) return
      await this.#drop(vaultKey, part)
    }
    if (this.#stopped) return
    await this.#strike(plan)
    const here = new Set(held.map(one => one.vaultKey))
    const byHand = [...this.#ledger.pinned].filter(([key, id]) => !here.has(key) && !this.#refused.has(id))
    this.#left = byHand.length + plan.wanted
    let copies = held.length - removed.length
    for (const [, id] of byHand) if (await this.#fetch(id, null)) copies++
    for (const id of plan.fetch) if (await this.#fetch(id, plan)) copies++
    if (this.#stopped) return
    if (plan.wanted > plan.fetch.length) {
      this.#due = true
      return
    }
    if (known.whole && vault.copies > copies && (await this.#findLost())) {
      this.#due = true
      return
    }
    this.#left = 0
    this.#show(plan.full ? 'full' : 'idle', null)
  }

  /** Answers whether any copy came. */
  async #sealArrived(known: Known): Promise<boolean> {
    let came = false
    for (const [id, source] of this.#arrived) {
      if (this.#stopped) break
      this.#arrived.delete(id)
      const stop = new AbortController()
      this.#fetching = { part: id, stop }
      try {
        if (await this.#sealHeard(id, source, known, stop.signal)) came = true
      } catch (error) {
        if (this.#closing.signal.aborted) break
        this.#ports.log('what was heard is not kept here', error)
      } finally {
        this.#fetching = null
      }
    }
    return came
  }

  async #sealHeard(id: string, source: AudioSource, { held }: Known, signal: AbortSignal): Promise<boolean> {
    const { index, vault, clock, rule } = this.#ports
    const part = await index.part(id)
    if (part === null || held.some(one => one.vaultKey === part.vaultKey)) return false
    const { vaultKey } = part
    const { pinned, unwanted, heard } = this.#ledger
    const fits = mayLinger({ rule: rule(), held, heard }, await source.size())
    if (unwanted.has(vaultKey) || (!fits && !pinned.has(vaultKey))) return false
    const { bytes } = await vault.keep(vaultKey, this.#patient(source), { signal })
    // what was removed by hand meanwhile is kept by nothing, and goes in this round
    await this.#note(ledger => heardNow(ledger, vaultKey, clock.now()))
    await this.#came(part, bytes)
    return true
  }

  /** Copies that are gone, and those that the rule names, are here no more for having been heard. */
  async #strike(plan: Plan): Promise<void> {
    const lingering = plan.lingering()
    if ([...this.#ledger.heard.keys()].every(vaultKey => lingering.has(vaultKey))) return
    await this.#note(ledger => stillHeard(ledger, lingering)).catch((error: unknown) =>
      this.#ports.log('what was heard could not be struck off', error),
    )
  }

  /** What the round began with is no longer so. */
  get #stopped(): boolean {
    return this.#cut || this.#closing.signal.aborted
  }

  /** Looks through what a rule names, as long as it may go on. */
  async #planned(rule: KeepRule, known: Known, goOn: () => Promise<boolean>): Promise<Plan> {
    const plan = new Plan({
      ...known,
      rule,
      now: this.#ports.clock.now(),
      pinned: this.#ledger.pinned,
      heard: this.#ledger.heard,
      unwanted: new Set(this.#ledger.unwanted.values()),
      refused: new Set(this.#refused.keys()),
      sizes: this.#sizes,
    })
    const filter = ruleFilter(rule, this.#ports.clock.now())
    let after: string | null = null
    while (filter !== null && !plan.full && (await goOn())) {
      const page: Awaited<ReturnType<LibraryIndex['walk']>> = await this.#ports.index.walk(
        { kind: 'filter', filter },
        after,
      )
      for (const entry of page.entries) for (const part of entry.parts) plan.take(part)
      after = page.next
      if (after === null) break
    }
    return plan
  }

  /** The copies that there are rows of; one whose file is gone is no copy. */
  async #known(): Promise<Known> {
    const { index, vault } = this.#ports
    // asked first: what is read to its end while the rows are looked at is for the next round
    const whole = this.#ports.whole()
    const held: Held[] = []
    for await (const { vaultKey, part, bytes } of this.#rows()) {
      if (!this.#checked && (await vault.sizeOf(vaultKey)) === null) await index.setKept(vaultKey, null)
      else
        held.push({
          vaultKey,
          bytes,
          part: part?.id ?? null,
          last: part === null || GONE.has(part.hearing),
          // a server that did not find the file may find it again; a folder was read
          perhaps: part !== null && part.hearing === 'missing' && part.path === null,
        })
    }
    this.#checked = true
    return { held, whole }
  }

  async *#rows(): AsyncGenerator<Awaited<ReturnType<LibraryIndex['kept']>>[number]> {
    let after: string | null = null
    for (;;) {
      const rows: Awaited<ReturnType<LibraryIndex['kept']>> = await this.#ports.index.kept(after)
      yield* rows
      after = rows.at(-1)?.vaultKey ?? null
      if (after === null || this.#closing.signal.aborted) return
    }
  }

  /**
   * Copies that no row tells of: the file with the rows was lost, or the process was ended before it wrote one. Those of
   * recordings that are known, and those kept by hand, get their rows again; the others nobody could ever find, and go.
   * Answers whether any got its row: then the rule is asked about it.
   */
  async #findLost(): Promise<boolean> {
    const { index, vault, clock, onCopy } = this.#ports
    const rows = new Set<string>()
    for await (const { vaultKey } of this.#rows()) rows.add(vaultKey)
    if (rows.size >= vault.copies) return false
    let found = false
    const look = async (vaultKey: string, part: string) => {
      if (rows.has(vaultKey)) return
      const bytes = await this.#soundOf(vaultKey)
      if (bytes === null) return
      await index.setKept(vaultKey, { bytes, keptAt: clock.now() })
      rows.add(vaultKey)
      found = true
      onCopy(part)
    }
    for (const [vaultKey, part] of this.#ledger.pinned) await look(vaultKey, part)
    for (const selection of ALL)
      for await (const parts of this.#selected(selection)) {
        await this.#idle()
        if (this.#stopped) return found
        for (const { vaultKey, id } of parts) await look(vaultKey, id)
      }
    if (!this.#stopped) await vault.sweep(rows)
    return found
  }

  /** Bytes of a copy's sound; null = there is none, or it is damaged, which the vault tells by itself. */
  async #soundOf(vaultKey: string): Promise<number | null> {
    try {
      const copy = await this.#ports.vault.open(vaultKey)
      if (copy === null) return null
      const bytes = await copy.size()
      await copy.close()
      return bytes
    } catch (error) {
      if (error instanceof AppFailure && error.failure.code === 'copy-damaged') return null
      throw error
    }
  }

  /**
   * Fetches one recording; answers whether its copy is here. `plan`: the rule's, which guessed at its size. What concerns
   * this recording alone is remembered, for this run or until it may have been repaired; anything else is thrown.
   */
  async #fetch(id: string, plan: Plan | null): Promise<boolean> {
    const { index, openSource } = this.#ports
    await this.#idle()
    if (this.#stopped) return false
    this.#show('fetching', null)
    const stop = new AbortController()
    this.#fetching = { part: id, stop }
    try {
      const part = await index.part(id)
      // one that is not known may be told of yet
      if (part !== null && GONE.has(part.hearing)) this.#refuse(id, part.hearing === 'missing')
      if (part?.hearing !== 'yes') return false
      const source = await openSource(part)
      try {
        return await this.#seal(part, source, plan, stop.signal)
      } finally {
        await source.close()
      }
    } catch (error) {
      if (!(error instanceof AppFailure) || !OF_ONE_RECORDING.has(error.failure.code)) throw error
      this.#refuse(id, REPAIRABLE.has(error.failure.code))
      return false
    } finally {
      this.#fetching = null
      this.#left = Math.max(0, this.#left - 1)
    }
  }

  #refuse(id: string, repairable: boolean): void {
    this.#refused.set(id, repairable ? this.#ports.clock.now() + REPAIRED_MS : Infinity)
  }

  async #seal(part: PartPlace, source: AudioSource, plan: Plan | null, signal: AbortSignal): Promise<boolean> {
    const { vault } = this.#ports
    const size = await source.size()
    this.#sizes.set(part.id, size)
    if (plan?.learn(part, size) === false) {
      // more than was guessed, and more than may be: the next round knows the size
      this.#due = true
      this.#cut = true
      return false
    }
    const { bytes } = await vault.keep(part.vaultKey, this.#patient(source), { signal })
    await this.#came(part, bytes)
    return true
  }

  async #came({ vaultKey, id }: PartPlace, bytes: number): Promise<void> {
    const { index, clock, onCopy } = this.#ports
    await index.setKept(vaultKey, { bytes, keptAt: clock.now() })
    onCopy(id)
  }

  /** The same sound, which takes its time while a call is up. */
  #patient(source: AudioSource): AudioSource {
    return {
      contentType: source.contentType,
      size: () => source.size(),
      read: async (from, to) => {
        await this.#idle()
        this.#closing.signal.throwIfAborted()
        return source.read(from, to)
      },
      close: () => source.close(),
    }
  }

  /** Waits until no call is up. */
  async #idle(): Promise<void> {
    while (this.#inCall && !this.#closing.signal.aborted)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  #show(work: KeepingView['work'], failure: Failure | null): void {
    this.#work = work
    this.#failure = failure
    this.#ports.onChange()
  }
}

/** Also what the server is still finishing: it is fetched once it can be heard. */
const worthKeeping = ({ hearing }: PartPlace) => hearing === 'yes' || hearing === 'finishing' || hearing === 'growing'
