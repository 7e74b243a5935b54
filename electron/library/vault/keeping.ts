/**
 * What is kept on this computer for the account that is signed in: its key, its vault and its keeper, as one. The
 * windows see `view` and ask the rest.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { AppFailure } from '../../../shared/failure.ts'
import { type KeepingView, KeepRule, NO_KEEPING, NO_RULE, type RuleEffect } from '../../../shared/keeping.ts'
import { type Selection } from '../../../shared/library/query.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Clock, type Keyring } from '../../account/ports.ts'
import { errorCode } from '../failures.ts'
import { type LibraryIndex, type PartPlace } from '../index/port.ts'
import { Keeper } from './keeper.ts'
import { Keys } from './keys.ts'
import { type Stretch } from './passphrase.ts'
import { writeWhole } from './place.ts'
import { type Vault } from './port.ts'
import { createVault, type SealedVault } from './vault.ts'

export interface KeepingPorts {
  /** Where an account's copies, key and rule lie: a folder for nothing else. */
  readonly folderOf: (account: string) => string
  readonly keyring: Keyring
  readonly stretch: Stretch
  readonly clock: Clock
  /** `view` tells something else. */
  readonly onChange: () => void
  /** The key of a sealed index has come or gone, or the index is to be sealed, or not any more: it is opened anew. */
  readonly reopenIndex: () => void
  /** Closes the index and destroys its files: what they were sealed with goes next. Answers how it is begun anew. */
  readonly eraseIndex: () => Promise<() => void>
  readonly log: (text: string, error?: unknown) => void
}

/** What the library gives once its index is open. */
export interface KeptLibrary {
  readonly index: LibraryIndex
  /** Every source has been read to its end into this index. */
  readonly whole: () => boolean
  /** Never from the vault. The keeper closes it. Throws AppFailure. */
  readonly openSource: (part: PartPlace) => AudioSource
  /** See Library. */
  readonly inMemory: (part: string) => Promise<AudioSource | null>
  /** A copy of a part came or went; null = of one that is not known, or of all. */
  readonly onCopy: (part: string | null) => void
}

/** What the user chose for this account: nothing secret. */
const Chosen = z.object({ rule: KeepRule, sealNames: z.boolean() })
type Chosen = z.infer<typeof Chosen>
const NOTHING_CHOSEN: Chosen = { rule: NO_RULE, sealNames: false }

interface Open {
  readonly account: string
  readonly keys: Keys
  readonly vault: SealedVault
  chosen: Chosen
  library: KeptLibrary | null
  keeper: Keeper | null
  damaged: number
}

/** A request of a window in a state that cannot answer it is this. */
const nothingOpen = () => new AppFailure('keeping-closed')

export class Keeping {
  readonly #ports: KeepingPorts
  #open: Open | null = null
  #inCall = false
  /** Opening, closing and changes of the key go one after the other. */
  #turn: Promise<unknown> = Promise.resolve()

  constructor(ports: KeepingPorts) {
    this.#ports = ports
  }

  view(): KeepingView {
    const open = this.#open
    if (open === null) return NO_KEEPING
    const { keys, vault, keeper, chosen, damaged } = open
    return {
      state: keys.state,
      guard: keys.guard,
      keyring: keys.keyring,
      rule: chosen.rule,
      copies: vault.copies,
      bytes: vault.bytes,
      ...(keeper?.view ?? { work: 'off', left: 0, failure: null }),
      damaged,
      sealedNames: keys.state === 'open' || chosen.sealNames ? chosen.sealNames : null,
    }
  }

  // ---- with the library

  /**
   * Makes ready for an account, before its index is opened; what was open of another is closed. Opened twice, it stays as
   * it is, unlocked if it was. Throws what the disk throws.
   */
  use(account: string): Promise<void> {
    return this.#next(async () => {
      if (this.#open?.account === account) return
      await this.#shut()
      const folder = this.#ports.folderOf(account)
      const keys = new Keys({ ...this.#ports, file: keyFile(folder) })
      const keyed = await keys.start()
      const vault = createVault({
        folder,
        keys,
        onChange: () => this.#ports.onChange(),
        onDamaged: vaultKey => this.#damaged(open, vaultKey),
      })
      const chosen = await readChosen(folder)
      const open: Open = { account, keys, vault, chosen, library: null, keeper: null, damaged: 0 }
      this.#open = open
      // counting takes a while where there are many; what is written waits for it
      vault.start(keyed).catch((error: unknown) => this.#ports.log('the copies on this computer', error))
      this.#ports.onChange()
    })
  }

  /**
   * How the index is opened: with its key, where there is one; `sealed` false: what it sealed before is written in clear.
   * Throws AppFailure `vault-locked` or `key-lost` where it is sealed and its key is not at hand.
   */
  indexSeal(): { readonly key: Buffer | null; readonly sealed: boolean } {
    const { keys, chosen } = this.#opened()
    const key = keys.derive('index')
    if (key !== null) return { key: Buffer.from(key), sealed: chosen.sealNames }
    if (chosen.sealNames) throw new AppFailure(keys.state === 'lost' ? 'key-lost' : 'vault-locked')
    return { key: null, sealed: false }
  }

  /** The index is open: what is to be kept is fetched from now on. Answers what it hangs on, closed before the index is. */
  async attach(account: string, library: KeptLibrary): Promise<{ readonly vault: Vault; close(): Promise<void> }> {
    const open = this.#opened()
    if (open.account !== account) throw nothingOpen()
    open.library = library
    await this.#begin(open)
    return { vault: open.vault, close: () => this.#next(() => this.#detach(open)) }
  }

  /** The account is left. */
  close(): Promise<void> {
    return this.#next(() => this.#shut())
  }

  /** Seals a small thing (peaks, say) like the copies. Answers whether it could: nothing is kept while there is no key. */
  async keepBytes(name: string, bytes: Uint8Array): Promise<boolean> {
    const open = this.#open
    if (open?.keys.state !== 'open') return false
    await open.vault.keepBytes(name, bytes)
    return true
  }

  /** Null: there is none, or it was damaged, or no key is at hand. */
  async openBytes(name: string): Promise<Uint8Array | null> {
    try {
      return (await this.#open?.vault.openBytes(name)) ?? null
    } catch (error) {
      if (error instanceof AppFailure && error.failure.code === 'copy-damaged') return null
      throw error
    }
  }

  setInCall(inCall: boolean): void {
    this.#inCall = inCall
    this.#open?.keeper?.setInCall(inCall)
  }

  libraryChanged(): void {
    this.#open?.keeper?.libraryChanged()
  }

  /** See Keeper. */
  heard(part: string): void {
    this.#open?.keeper?.heard(part)
  }

  /** The way to the server is open again, or the computer woke up. */
  wake(): void {
    this.#open?.keeper?.wake()
  }

  // ---- what the windows ask

  async setRule(rule: KeepRule): Promise<void> {
    const open = this.#opened()
    await this.#choose(open, { ...open.chosen, rule })
    open.keeper?.wake()
  }

  async wouldRemove(rule: KeepRule): Promise<RuleEffect> {
    return this.#keeper().wouldRemove(rule)
  }

  async keep(selection: Selection): Promise<void> {
    return this.#keeper().keep(selection)
  }

  async remove(selection: Selection): Promise<void> {
    return this.#keeper().remove(selection)
  }

  /** Throws AppFailure `passphrase-wrong`, `key-lost`. */
  setPassphrase(passphrase: string, current: string | null): Promise<void> {
    return this.#rekey(open => open.keys.setPassphrase(passphrase, current))
  }

  useKeyring(current: string): Promise<void> {
    return this.#rekey(open => open.keys.useKeyring(current))
  }

  /** Throws AppFailure `passphrase-wrong`. */
  unlock(passphrase: string): Promise<void> {
    return this.#rekey(open => open.keys.unlock(passphrase))
  }

  lock(): Promise<void> {
    return this.#rekey(async open => {
      if (open.keys.guard !== 'passphrase') return
      await this.#end(open)
      open.keys.lock()
    })
  }

  /** Destroys the key first, then the copies; begins anew, with a new key where a keyring keeps it. */
  async erase(): Promise<void> {
    // an index that is sealed with the key cannot outlive it
    const beginAnew = this.#opened().chosen.sealNames ? await this.#ports.eraseIndex() : null
    try {
      await this.#rekey(open => this.#eraseCopies(open))
    } finally {
      // also where it failed: nobody else opens it again
      beginAnew?.()
    }
  }

  async #eraseCopies(open: Open): Promise<void> {
    await this.#end(open)
    try {
      await open.keys.destroy()
      await open.vault.clear()
      if (open.library !== null) {
        await forgetCopies(open.library.index)
        open.library.onCopy(null)
      }
    } finally {
      // whatever could not be destroyed: from here on it is as the disk has it
      await open.keys.start()
      open.damaged = 0
      // nothing can be sealed any more; a key that is still there goes on sealing
      if (open.keys.state === 'closed') await this.#choose(open, { ...open.chosen, sealNames: false })
    }
  }

  /** Destroys the key of an account whose files are removed next. */
  destroyKey(account: string): Promise<void> {
    return this.#next(async () => {
      if (this.#open?.account === account) await this.#shut()
      await new Keys({ ...this.#ports, file: keyFile(this.#ports.folderOf(account)) }).destroy()
    })
  }

  /** Whether names, numbers and notes lie sealed on the disk too. Throws AppFailure where no key is at hand. */
  async sealNames(on: boolean): Promise<void> {
    const open = this.#opened()
    this.#keeper()
    await this.#choose(open, { ...open.chosen, sealNames: on })
    this.#ports.reopenIndex()
  }

  // ---- inside

  #opened(): Open {
    if (this.#open === null) throw nothingOpen()
    return this.#open
  }

  #keeper(): Keeper {
    const { keeper, keys } = this.#opened()
    if (keeper !== null) return keeper
    if (keys.state === 'locked') throw new AppFailure('vault-locked')
    throw keys.state === 'lost' ? new AppFailure('key-lost') : nothingOpen()
  }

  /** Whatever became of it, the keeper runs if the key is there, and stands still if not. */
  #rekey(run: (open: Open) => Promise<void>): Promise<void> {
    return this.#next(async () => {
      const open = this.#opened()
      const before = open.keys.state
      try {
        await run(open)
      } finally {
        await this.#begin(open)
        if (open.keys.state !== before) {
          open.library?.onCopy(null)
          if (open.chosen.sealNames) this.#ports.reopenIndex()
        }
        this.#ports.onChange()
      }
    })
  }

  async #begin(open: Open): Promise<void> {
    const { library, keys, vault } = open
    if (open !== this.#open || library === null || open.keeper !== null || keys.state !== 'open') return
    const { clock, onChange, log } = this.#ports
    const keeper = new Keeper({
      index: library.index,
      whole: library.whole,
      openSource: part => Promise.resolve(library.openSource(part)),
      inMemory: library.inMemory,
      onCopy: library.onCopy,
      vault,
      clock,
      onChange,
      log,
      rule: () => open.chosen.rule,
    })
    open.keeper = keeper
    keeper.setInCall(this.#inCall)
    await keeper.start()
  }

  async #detach(open: Open): Promise<void> {
    open.library = null
    await this.#end(open)
  }

  async #end(open: Open): Promise<void> {
    const { keeper } = open
    open.keeper = null
    await keeper?.close()
  }

  async #shut(): Promise<void> {
    const open = this.#open
    this.#open = null
    if (open === null) return
    await this.#end(open)
    await open.vault.close()
    open.keys.close()
    this.#ports.onChange()
  }

  #damaged(open: Open, vaultKey: string | null): void {
    open.damaged++
    this.#ports.log('a copy on this computer had been changed, and was set aside')
    if (vaultKey !== null)
      open.keeper
        ?.damaged(vaultKey)
        .catch((error: unknown) => this.#ports.log('a damaged copy could not be struck off', error))
    this.#ports.onChange()
  }

  async #choose(open: Open, chosen: Chosen): Promise<void> {
    await writeWhole(chosenFile(this.#ports.folderOf(open.account)), [Buffer.from(JSON.stringify(chosen))])
    open.chosen = chosen
    this.#ports.onChange()
  }

  #next<T>(run: () => Promise<T>): Promise<T> {
    const work = this.#turn.then(run)
    // who asked for it is told
    this.#turn = work.catch(() => undefined)
    return work
  }
}

const keyFile = (folder: string) => join(folder, 'key.json')
const chosenFile = (folder: string) => join(folder, 'keeping.json')

/** One that cannot be read, or is of a later version, chooses nothing. */
async function readChosen(folder: string): Promise<Chosen> {
  try {
    const read = Chosen.safeParse(JSON.parse(await readFile(chosenFile(folder), 'utf8')))
    return read.success ? read.data : NOTHING_CHOSEN
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || error instanceof SyntaxError) return NOTHING_CHOSEN
    throw error
  }
}

async function forgetCopies(index: LibraryIndex): Promise<void> {
  for (;;) {
    const rows = await index.kept(null)
    if (rows.length === 0) return
    for (const { vaultKey } of rows) await index.setKept(vaultKey, null)
  }
}
