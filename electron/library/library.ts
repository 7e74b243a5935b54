/**
 * The user's own calls and recordings: opens the index of the account that is signed in, keeps it up to date from the
 * call log, the folder and the calls of this run, and opens the sound of a part.
 */
import { z } from 'zod'
import { LastCall } from '../../shared/call.ts'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { isRaw, RawRate } from '../../shared/library/rawRate.ts'
import { type LibraryView, NO_LIBRARY } from '../../shared/library/view.ts'
import { type AudioSource } from '../../shared/recordings.ts'
import { within } from '../account/session.ts'
import { type Clock } from '../wazo/clock.ts'
import { toFailure } from '../wazo/errors.ts'
import { decodedHere, type Decoding } from './audio/decoding.ts'
import { lasting, type LastingSource } from './audio/lasting.ts'
import { bytesSource } from './audio/server.ts'
import { virtualWav } from './audio/virtual.ts'
import { HEAD_BYTES, readWavHead, soundMs } from './audio/wav.ts'
import { type LibraryIndex, type PartPlace } from './index/port.ts'
import { nameReader } from './names.ts'
import { FolderPlace, safeFileName, type LibraryAccount, type OpenedPart } from './source.ts'
import { either, soundOf } from './sound.ts'
import { syncCallLog, type CallLogSync } from './sync/callLog.ts'
import { syncFolder, type FolderSync } from './sync/folder.ts'
import { LATE_AFTER_MS, liveCall } from './sync/live.ts'
import { orElse } from './vault/orElse.ts'
import { type Vault } from './vault/port.ts'
import { type Surroundings } from './why.ts'

/** What hangs on an open index, beside the sources. It is closed before the index is. */
export interface Attached {
  /** Copies kept on this computer; null: there are none. */
  readonly vault: Vault | null
  close(): Promise<void>
}

export interface LibraryPorts {
  readonly clock: Clock
  /** The index of an account, in a folder of its own. Throws AppFailure: `vault-locked`, `library-broken`. */
  readonly openIndex: (account: string) => Promise<LibraryIndex>
  /** Told of each index that was opened: what else works on it begins here. */
  readonly attach?: (account: string, index: LibraryIndex) => Promise<Attached>
  /** The account is left for another, or for none, and its index closed, if it was opened at all. */
  readonly left?: () => Promise<void>
  /** Removes the files of an account's index, and the places remembered in its recordings; no copies. It is closed. */
  readonly eraseIndex?: (account: string) => Promise<void>
  /** Where coded sound is decoded; default: in this thread. */
  readonly decoding?: Decoding
  /** Destroys everything of an account on this computer; its index is closed. */
  readonly erase: (account: string) => Promise<void>
  /** Sounds are heard at another rate from now on: what was learnt of them by the one before is wrong. */
  readonly onRate?: () => void
  /** What `view` tells changed. */
  readonly onView: () => void
  /** What the index would answer changed. At most four times a second. */
  readonly onChanged: () => void
  readonly log: (text: string, error?: unknown) => void
}

/** Parts whose audio stays at hand: a player asks for many ranges of one, and then for the next. */
const OPEN_PARTS = 8
const CLOSE_WITHIN_MS = 4_000
const CHANGED_EVERY_MS = 250
/** Names of what is kept in the index beside the sources' places. */
const NOTES = { folder: 'folder-chosen', rawRate: 'raw-rate', seenSince: 'seen-since', live: 'live' } as const
/** Calls of this computer that no source has listed yet; older ones are settled. */
const LIVE_KEPT = 50

/** How fast files were recorded that do not tell it: said of one folder, it means nothing in another. */
const KeptRate = z.object({ root: z.string(), hz: RawRate })

interface HeldPart extends OpenedPart {
  readonly place: PartPlace
  readonly source: LastingSource
}

interface OpenFolder {
  readonly sync: FolderSync
  readonly label: string
  readonly root: string
  /** Null: nobody chose one. */
  readonly rawRate: RawRate | null
}

interface Open {
  readonly account: LibraryAccount
  readonly index: LibraryIndex
  attached: Attached | null
  readonly callLog: CallLogSync | null
  folder: OpenFolder | null
  seenSince: number | null
  /** Those whose recording is awaited. */
  awaited: LastCall[]
}

export class Library {
  readonly #ports: LibraryPorts
  #account: LibraryAccount | null = null
  /** The account whose folder is in use, whether or not its index could be opened. */
  #entered: LibraryAccount | null = null
  #open: Open | null = null
  #state: LibraryView['state'] = 'none'
  #failure: Failure | null = null
  /** Opening and closing go one after the other. */
  #turn: Promise<unknown> = Promise.resolve()
  readonly #parts = new Map<string, Promise<HeldPart>>()
  /** Parts that make room for others, or were read in another way: who still reads them goes on. */
  readonly #leaving = new Set<LastingSource>()
  readonly #timers = new Set<() => void>()
  #stopTelling: (() => void) | null = null
  #toldAt = -Infinity

  constructor(ports: LibraryPorts) {
    this.#ports = ports
  }

  view(): LibraryView {
    const open = this.#open
    if (open === null) return { ...NO_LIBRARY, state: this.#state, failure: this.#failure }
    const none = NO_LIBRARY.callLog
    return {
      state: 'open',
      failure: null,
      callLog: open.callLog?.view() ?? none,
      folder: open.folder?.sync.view() ?? none,
      folderName: open.folder?.label ?? null,
      rawRate: open.folder?.rawRate ?? null,
      unread: open.folder?.sync.unread() ?? 0,
      seenSince: open.seenSince,
    }
  }

  /** Every source has been read to its end into the index that is open: what none of them told of, none has. */
  whole(): boolean {
    if (this.#open === null || this.#state !== 'open') return false
    const { callLog, folder } = this.#open
    const sources = [callLog, folder?.sync].flatMap(source => source?.view() ?? [])
    return sources.length > 0 && sources.every(({ completeAt, failure }) => completeAt !== null && failure === null)
  }

  /** Another account, or none. What was open is closed first. */
  use(account: LibraryAccount | null): Promise<void> {
    this.#account = account
    return this.#next(async () => {
      await this.#shut()
      await this.#leave(account)
      this.#set('none')
      if (account !== null && this.#account === account) await this.#start(account)
    })
  }

  /** What is open for one account alone goes, unless it is the same that comes again. */
  async #leave(next: LibraryAccount | null): Promise<void> {
    const before = this.#entered
    if (before === null || before.key === next?.key) return
    this.#entered = null
    await this.#ports.left?.()
    if (before.passing) await this.#ports.erase(before.key)
  }

  /** The index that is open now. Throws AppFailure where there is none; while one is being opened, it is waited for. */
  async index(): Promise<LibraryIndex> {
    if (this.#open === null) await this.#turn
    if (this.#open === null) throw new AppFailure(this.#failure ?? 'library-broken')
    return this.#open.index
  }

  /** What the answer to "why is there no recording?" depends on now, beside what the index knows. */
  surroundings(): Surroundings {
    const failure = this.#open?.folder?.sync.view().failure
    return { now: this.#ports.clock.now(), folderAway: failure?.code === 'folder-unreadable' }
  }

  /** Reads the sources now; an index that could not be opened is tried again. */
  look(): void {
    const { callLog, folder } = this.#open ?? {}
    callLog?.look()
    folder?.sync.look()
    if (this.#state === 'failed' || this.#state === 'locked') void this.reopen()
  }

  /** The computer slept, or the window came to the front. */
  wake(): void {
    this.#open?.callLog?.wake()
  }

  /** Closes the index and opens it again: its key has come, say. */
  reopen(): Promise<void> {
    return this.use(this.#account)
  }

  /** Closes the index and removes its files. Answers how it is begun anew, from the sources. Throws what the disk throws. */
  async eraseIndex(): Promise<() => void> {
    const account = this.#account
    const beginAnew = () => {
      if (this.#account === account) void this.reopen()
    }
    try {
      await this.#next(async () => {
        await this.#shut()
        this.#set('opening')
        if (account !== null) await this.#ports.eraseIndex?.(account.key)
      })
    } catch (error) {
      beginAnew()
      throw error
    }
    return beginAnew
  }

  /** Destroys everything of the account that is signed in, and closes it. */
  async eraseAll(): Promise<void> {
    const account = this.#account
    await this.use(null)
    if (account !== null) await this.#ports.erase(account.key)
  }

  // ---- what this computer sees

  /** A call ended: it is listed at once, and its recording is awaited. */
  callEnded(last: LastCall): void {
    void this.#next(async () => {
      const open = this.#open
      if (open === null) return
      const awaited = [last, ...open.awaited.filter(({ id }) => id !== last.id)]
      await this.#takeLive(open, last, awaited.slice(0, LIVE_KEPT))
    })
  }

  async #takeLive(open: Open, last: LastCall, awaited: LastCall[]): Promise<void> {
    const now = this.#ports.clock.now()
    const call = liveCall(last, now, open.account.own())
    open.awaited = call.why === 'finishing' ? awaited : awaited.filter(({ id }) => id !== last.id)
    await open.index.setNote(NOTES.live, open.awaited, [call])
    this.#changed()
    if (call.why !== 'finishing') return
    this.#later(last.endedAt + LATE_AFTER_MS - now, async () => {
      if (this.#open === open && open.awaited.includes(last)) await this.#takeLive(open, last, open.awaited)
    })
  }

  // ---- the folder

  /** The folder beside the call log; null = none. Throws AppFailure where the account cannot have one, or as `nameReader`. */
  async useFolder(place: FolderPlace | null): Promise<void> {
    await this.index()
    if (place !== null) nameReader(place.template)
    await this.#next(async () => {
      const open = this.#open
      if (open?.account.folder !== 'chosen') throw new AppFailure('unexpected')
      const next = place === null ? null : await this.#readFolder(open.account, open.index, place)
      await open.index.setNote(NOTES.folder, place)
      await open.folder?.sync.close()
      open.folder = next
      if (place === null) await this.#forgetFolder(open.index)
      this.#changed()
      this.#ports.onView()
    })
  }

  /** The folder that was chosen; null = none, or it is not the user's to choose. */
  async chosenFolder(): Promise<FolderPlace | null> {
    const index = await this.index()
    const kept = FolderPlace.safeParse(await index.note(NOTES.folder))
    return this.#open?.account.folder === 'chosen' && kept.success ? kept.data : null
  }

  async #forgetFolder(index: LibraryIndex): Promise<void> {
    for (;;) {
      const keys = await index.keys('folder', null)
      if (keys.length === 0) return
      await index.gone('folder', keys)
    }
  }

  async #readFolder(account: LibraryAccount, index: LibraryIndex, place: FolderPlace): Promise<OpenFolder> {
    const { clock, log, onView, decoding = decodedHere } = this.#ports
    const { root, template, label } = place
    const kept = KeptRate.safeParse(await index.note(NOTES.rawRate))
    const rawRate = kept.success && kept.data.root === root ? kept.data.hz : null
    let wasAway = false
    const sync = syncFolder({
      root,
      template,
      index,
      clock,
      decoding,
      onView: () => {
        onView()
        const { folderAway } = this.surroundings()
        if (folderAway !== wasAway) this.#changed()
        wasAway = folderAway
      },
      log,
      own: account.own(),
      // a folder beside a call log is the whole company's
      strangers: account.callLog === null,
      automaticNames: account.automaticNames(),
      rawRate,
      onTaken: () => this.#changed(),
    })
    return { sync, label, root, rawRate }
  }

  /**
   * How fast the folder's files were recorded that do not tell it: they are heard, measured, listed and taken out at that rate
   * from now on. What is a time (a mark, a link, one in a note) stays one. Throws AppFailure where no folder is read.
   */
  async setRawRate(hz: RawRate): Promise<void> {
    await this.index()
    await this.#next(async () => {
      const open = this.#open
      if (open === null || open.folder === null) throw new AppFailure('unexpected')
      const { folder } = open
      if (folder.rawRate === hz) return
      await open.index.setNote(NOTES.rawRate, { root: folder.root, hz } satisfies z.input<typeof KeptRate>)
      open.folder = { ...folder, rawRate: hz }
      folder.sync.setRawRate(hz)
      this.#letGoOfSounds()
      this.#ports.onRate?.()
      this.#ports.onView()
    })
  }

  /**
   * Whether the recording tells by itself how fast it was made; false: only `setRawRate` does. Throws AppFailure where it
   * cannot be read.
   */
  async tellsRate(part: string): Promise<boolean> {
    const place = await (await this.index()).part(part)
    if (place === null) throw new AppFailure('recording-missing')
    const folder = this.#open?.folder ?? null
    if (folder === null || !isNamedRaw(place)) return true
    return (await this.#headOf(part))?.head.rateTold ?? true
  }

  /** Milliseconds of a part's sound; null = only a player can tell, or nobody said yet how fast it was recorded. */
  async soundMs(part: string): Promise<number | null> {
    const found = await this.#headOf(part)
    if (found === null || (!found.head.rateTold && this.view().rawRate === null)) return null
    return soundMs(found.head, found.size)
  }

  /** Null: it is not served as a WAV. */
  async #headOf(part: string) {
    const { source } = await this.open(part)
    const size = await source.size()
    const head = readWavHead(await source.read(0, Math.min(size, HEAD_BYTES)))
    return head === null ? null : { head, size }
  }

  // ---- sound

  /**
   * The audio of a part, for as many answers as a player asks; the library closes it, the caller does not. Throws
   * AppFailure `recording-missing` for an id that is not there. `original`: its bytes as they lie where it comes from.
   */
  async open(part: string, form: 'wav' | 'original' = 'wav'): Promise<OpenedPart> {
    const index = await this.index()
    const name = `${form}/${part}`
    const opened = this.#parts.get(name) ?? this.#openPart(index, part, form)
    // set anew, it is the youngest
    this.#parts.delete(name)
    this.#parts.set(name, opened)
    opened.catch(() => this.#parts.delete(name))
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= OPEN_PARTS) break
      this.#letGo(oldest)
    }
    return opened
  }

  #letGo(name: string): void {
    const opened = this.#parts.get(name)
    this.#parts.delete(name)
    opened?.then(
      ({ source }) => {
        this.#leaving.add(source)
        source.letGo(() => this.#leaving.delete(source))
      },
      // who asked for it was told that it cannot be opened
      () => undefined,
    )
  }

  async #openPart(index: LibraryIndex, id: string, form: 'wav' | 'original'): Promise<HeldPart> {
    const place = await index.part(id)
    if (place === null) throw new AppFailure('recording-missing')
    const found = await this.#find(place, form)
    const { clock, log } = this.#ports
    const anew = async () => (await this.open(id, form)).source
    const source = lasting(found, clock, anew, error => log('a recording was not closed', error))
    return { source, fileName: safeFileName(place.fileName), place }
  }

  async #find(place: PartPlace, form: 'wav' | 'original'): Promise<AudioSource> {
    const copy = await this.#copyOf(place)
    if (copy === null) return this.sourceOf(place, form)
    // a copy is a WAV of ours: what it was made of is asked for first
    if (form === 'wav') return orElse(this.#atRate(copy, place), () => this.sourceOf(place))
    try {
      return either(this.sourceOf(place, form), () => copy)
    } catch (error) {
      if (!(error instanceof AppFailure)) throw error
      return copy
    }
  }

  /** Null: there is none, or it was damaged, which the vault tells by itself. */
  async #copyOf({ vaultKey }: PartPlace): Promise<AudioSource | null> {
    try {
      return (await this.#open?.attached?.vault?.open(vaultKey)) ?? null
    } catch (error) {
      if (error instanceof AppFailure && error.failure.code === 'copy-damaged') return null
      throw error
    }
  }

  /** A copy was made at the rate of its day; the head that it was given says that this was not its own. */
  #atRate(copy: AudioSource, place: PartPlace): AudioSource {
    const rawRate = this.#open?.folder?.rawRate ?? null
    if (rawRate === null || !isNamedRaw(place) || copy.contentType !== 'audio/wav') return copy
    return virtualWav(copy, { extension: 'raw', rawRate })
  }

  /**
   * The sound of an open part, once all of it has come, where its server sent it whole; null: it did not, or it is not in
   * memory any more. Asks no server. Throws what cut it off.
   */
  async inMemory(part: string): Promise<AudioSource | null> {
    const { cdrId, uuid } = (await this.#parts.get(`wav/${part}`))?.place ?? { cdrId: null, uuid: null }
    const client = this.#open?.account.callLog?.client
    if (client === undefined || cdrId === null || uuid === null) return null
    const bytes = await client.whole({ cdrId, uuid })
    return bytes === null ? null : virtualWav(bytesSource(bytes), {}, this.#ports.decoding)
  }

  /** A copy of this part came or went, or of any: who opens it next has what is there then. */
  copyChanged(part: string | null): void {
    if (part === null) this.#letGoOfSounds()
    else this.#letGo(`wav/${part}`)
    this.#changed()
  }

  #letGoOfSounds(): void {
    for (const name of [...this.#parts.keys()]) if (name.startsWith('wav/')) this.#letGo(name)
  }

  /**
   * Forgets what opening a part taught, so that whoever opens it next asks anew; where there was nothing to forget, the
   * sources are read again.
   */
  async again(part: string): Promise<void> {
    const index = await this.index()
    if (await index.unlearn(part)) this.#changed()
    else this.look()
  }

  /**
   * The sound from where it comes from, whether or not a copy is kept here. The caller closes it. Throws AppFailure where
   * there is none.
   */
  sourceOf(place: PartPlace, form: 'wav' | 'original' = 'wav'): AudioSource {
    const open = this.#open
    if (open === null) throw new AppFailure('library-broken')
    const { callLog } = open.account
    return soundOf(place, form, {
      server: callLog === null ? null : { client: callLog.client, canHear: callLog.reader().canHear },
      folder: open.folder?.sync ?? null,
      decoding: this.#ports.decoding ?? decodedHere,
      heard: hearing => {
        // who opens it next asks anew: what it then meets is a lesson of its own
        for (const name of [`wav/${place.id}`, `original/${place.id}`]) this.#letGo(name)
        open.index.heard(place.id, hearing).then(
          () => this.#changed(),
          (error: unknown) => this.#ports.log('what can be heard was not written down', error),
        )
      },
    })
  }

  // ---- opening and closing

  close(): Promise<void> {
    return this.use(null)
  }

  async #start(account: LibraryAccount): Promise<void> {
    const { clock, log, onView } = this.#ports
    this.#set('opening')
    let index: LibraryIndex
    try {
      if (account.passing && this.#entered === null) await this.#ports.erase(account.key)
      this.#entered = account
      index = await this.#ports.openIndex(account.key)
    } catch (error) {
      log('the library could not be opened', error)
      const failure = toFailure(error)
      this.#set(failure.code === 'vault-locked' ? 'locked' : 'failed', failure)
      return
    }
    try {
      const seenSince = await sinceNow(index, clock.now())
      const chosen = FolderPlace.safeParse(await index.note(NOTES.folder))
      const place = account.folder === 'chosen' ? (chosen.success ? chosen.data : null) : account.folder
      const awaited = z.array(LastCall).safeParse(await index.note(NOTES.live))
      const { callLog } = account
      const open: Open = {
        account,
        index,
        attached: null,
        seenSince,
        awaited: awaited.success ? awaited.data : [],
        folder: null,
        callLog:
          callLog === null
            ? null
            : syncCallLog({ ...callLog, index, clock, log, onView, onTaken: () => this.#changed() }),
      }
      this.#open = open
      open.attached = (await this.#ports.attach?.(account.key, index)) ?? null
      if (place !== null) open.folder = await this.#readFolder(account, index, place)
      for (const last of open.awaited) await this.#takeLive(open, last, open.awaited)
      this.#set('open')
      this.#changed()
    } catch (error) {
      log('the library could not be opened', error)
      const failure = toFailure(error)
      await this.#shut()
      await index.close()
      this.#set('failed', failure)
    }
  }

  async #shut(): Promise<void> {
    const open = this.#open
    this.#open = null
    for (const stop of this.#timers) stop()
    this.#timers.clear()
    this.#stopTelling?.()
    this.#stopTelling = null
    const parts = [...this.#parts.values()]
    const leaving = [...this.#leaving]
    this.#parts.clear()
    this.#leaving.clear()
    await Promise.all([...parts.map(shutPart), ...leaving.map(source => source.close())])
    if (open !== null) {
      // a folder whose server is gone may never close
      const closing = Promise.all([open.callLog?.close(), open.folder?.sync.close(), open.attached?.close()])
      await within(this.#ports.clock, CLOSE_WITHIN_MS, closing)
      open.account.callLog?.client.forget()
      await open.index.close()
      this.#ports.onChanged()
    }
  }

  #set(state: LibraryView['state'], failure: Failure | null = null): void {
    this.#state = state
    this.#failure = failure
    this.#ports.onView()
  }

  /** One after the other, whatever became of the one before. */
  #next<T>(run: () => Promise<T>): Promise<T> {
    const work = this.#turn.then(run)
    this.#turn = work.catch((error: unknown) => this.#ports.log('the library', error))
    return work
  }

  #later(ms: number, run: () => Promise<void>): void {
    const stop = this.#ports.clock.after(Math.max(0, ms), () => {
      this.#timers.delete(stop)
      void this.#next(run)
    })
    this.#timers.add(stop)
  }

  #changed(): void {
    if (this.#stopTelling !== null) return
    const { clock, onChanged } = this.#ports
    const wait = Math.max(0, Math.min(CHANGED_EVERY_MS, this.#toldAt + CHANGED_EVERY_MS - clock.now()))
    this.#stopTelling = clock.after(wait, () => {
      this.#stopTelling = null
      this.#toldAt = clock.now()
      onChanged()
    })
  }

  /** The user changed something in the index: windows ask again. */
  touched(): void {
    this.#changed()
  }
}

/** Since when calls are seen live here. */
async function sinceNow(index: LibraryIndex, now: number): Promise<number> {
  const known = z.number().safeParse(await index.note(NOTES.seenSince))
  if (known.success) return known.data
  await index.setNote(NOTES.seenSince, now)
  return now
}

/** The folder's file, else what the sound is called: a server may know it by another name. */
const isNamedRaw = ({ path, fileName }: PartPlace): boolean => isRaw(path ?? fileName)

async function shutPart(opened: Promise<OpenedPart>): Promise<void> {
  await opened.then(
    part => part.source.close(),
    // who asked for it was told that it cannot be opened
    () => undefined,
  )
}
