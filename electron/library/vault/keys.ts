/**
 * The one key of an account's library: 32 random bytes, on the disk only wrapped, by the keyring or by a passphrase.
 * Without either there is none, and nothing is kept.
 */
import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { AppFailure } from '../../../shared/failure.ts'
import { type Keyring } from '../../account/ports.ts'
import { errorCode } from '../failures.ts'
import { KEY_BYTES, newPrice, Price, type Stretch } from './passphrase.ts'
import { destroyFile, replaceSecret, tidyBeside } from './place.ts'

/** What keys are derived for. A label is never used for two things. */
export type Purpose = 'copies' | 'small' | 'names' | 'index'

export type KeyState = 'closed' | 'locked' | 'lost' | 'open'

const hexOf = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${bytes * 2}}$`))
const NONCE = 12
const TAG = 16

const KeyFile = z.discriminatedUnion('guard', [
  z.object({ version: z.literal(1), guard: z.literal('keyring'), sealed: z.string().min(1).max(20_000) }),
  z.object({
    version: z.literal(1),
    guard: z.literal('passphrase'),
    price: Price,
    nonce: hexOf(NONCE),
    box: hexOf(KEY_BYTES + TAG),
  }),
])
type KeyFile = z.infer<typeof KeyFile>
type Wrapped = Extract<KeyFile, { guard: 'passphrase' }>

/** What the keyring seals: no text of another purpose can be taken for a key. */
const IN_KEYRING = /^tallylight library key 1 ([0-9a-f]{64})$/

export interface KeyPorts {
  /** Of the wrapped key. Its folder is made when it is first written. */
  readonly file: string
  readonly keyring: Keyring
  readonly stretch: Stretch
  readonly log: (text: string, error?: unknown) => void
}

export class Keys {
  readonly #ports: KeyPorts
  #master: Uint8Array | null = null
  #file: KeyFile | null = null
  #state: KeyState = 'closed'

  constructor(ports: KeyPorts) {
    this.#ports = ports
  }

  get state(): KeyState {
    return this.#state
  }
  /** What wraps the key on the disk; null = nothing is there, or it cannot be read. */
  get guard(): KeyFile['guard'] | null {
    return this.#file?.guard ?? null
  }
  get keyring(): boolean {
    return this.#ports.keyring.durable()
  }

  /** Reads what is there. Answers whether a key was there at all. A first one is made where a keyring keeps it. */
  async start(): Promise<boolean> {
    await tidyBeside(this.#ports.file)
    const text = await readFile(this.#ports.file, 'utf8').catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null
      throw error
    })
    if (text === null) {
      this.#become(null, null, 'closed')
      if (this.keyring) await this.#firstKey()
      return false
    }
    const file = parsed(text)
    if (file === null) this.#become(null, null, 'lost')
    else if (file.guard === 'passphrase') this.#become(file, null, 'locked')
    else {
      const found = IN_KEYRING.exec(this.#ports.keyring.open(file.sealed) ?? '')?.[1]
      const master = found === undefined ? null : new Uint8Array(Buffer.from(found, 'hex'))
      this.#become(file, master, master === null ? 'lost' : 'open')
    }
    return true
  }

  /** A key for one purpose. Null unless open. */
  derive(purpose: Purpose): Uint8Array | null {
    if (this.#master === null) return null
    return new Uint8Array(hkdfSync('sha256', this.#master, new Uint8Array(0), `tallylight ${purpose}`, KEY_BYTES))
  }

  /** Throws AppFailure `passphrase-wrong`. */
  async unlock(passphrase: string): Promise<void> {
    const file = this.#file
    if (file?.guard !== 'passphrase' || this.#state !== 'locked') return
    const master = await this.#unwrap(file, passphrase)
    if (this.#file === file) this.#become(file, master, 'open')
  }

  /** Forgets the key until the passphrase is given. What a keyring opens by itself cannot be locked. */
  lock(): void {
    if (this.#file?.guard === 'passphrase') this.#become(this.#file, null, 'locked')
  }

  /**
   * Wraps the key by this passphrase alone; a first key is made. `current`: the one before, where there is one. Throws
   * AppFailure `passphrase-wrong`, or `key-lost` where there is no key that could be wrapped.
   */
  async setPassphrase(passphrase: string, current: string | null): Promise<void> {
    const master = await this.#proven(current)
    const price = newPrice(randomBytes)
    const nonce = randomBytes(NONCE)
    const key = await this.#ports.stretch(passphrase, price)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    cipher.setAAD(boundTo(price))
    const box = Buffer.concat([cipher.update(master), cipher.final(), cipher.getAuthTag()])
    await this.#write(
      { version: 1, guard: 'passphrase', price, nonce: nonce.toString('hex'), box: box.toString('hex') },
      master,
    )
  }

  /** Wraps the key by the keyring alone. Throws AppFailure `keeping-closed` where there is none, `passphrase-wrong`. */
  async useKeyring(current: string): Promise<void> {
    if (!this.keyring) throw new AppFailure('keeping-closed')
    await this.#wrapByKeyring(await this.#proven(current))
  }

  /** Destroys the key, on the disk and here. `start` begins anew. */
  async destroy(): Promise<void> {
    await destroyFile(this.#ports.file)
    this.#become(null, null, 'closed')
  }

  /** Forgets the key at the end of a run. */
  close(): void {
    this.#become(this.#file, null, this.#file === null ? 'closed' : 'locked')
  }

  /** The key, after whoever changes its guard has shown that he may. */
  async #proven(current: string | null): Promise<Uint8Array> {
    const file = this.#file
    if (this.#state === 'lost') throw new AppFailure('key-lost')
    if (file?.guard === 'passphrase') return this.#unwrap(file, current ?? '')
    return this.#master ?? randomBytes(KEY_BYTES)
  }

  async #unwrap(file: Wrapped, passphrase: string): Promise<Uint8Array> {
    const key = await this.#ports.stretch(passphrase, file.price)
    const box = Buffer.from(file.box, 'hex')
    const decipher = createDecipheriv('aes-256-gcm', key, Buffer.from(file.nonce, 'hex'), { authTagLength: TAG })
    decipher.setAAD(boundTo(file.price))
    decipher.setAuthTag(box.subarray(KEY_BYTES))
    const master = decipher.update(box.subarray(0, KEY_BYTES))
    try {
      decipher.final()
    } catch (error) {
      throw new AppFailure('passphrase-wrong', { cause: error })
    }
    return new Uint8Array(master)
  }

  /** A keyring that takes nothing (it is locked, and its question was closed, say) is as none: nothing is kept. */
  async #firstKey(): Promise<void> {
    try {
      await this.#wrapByKeyring(randomBytes(KEY_BYTES))
    } catch (error) {
      this.#ports.log('no key could be made for what is kept here', error)
    }
  }

  async #wrapByKeyring(master: Uint8Array): Promise<void> {
    const text = `tallylight library key 1 ${Buffer.from(master).toString('hex')}`
    await this.#write({ version: 1, guard: 'keyring', sealed: this.#ports.keyring.seal(text) }, master)
  }

  async #write(file: KeyFile, master: Uint8Array): Promise<void> {
    await replaceSecret(this.#ports.file, Buffer.from(`${JSON.stringify(file)}\n`))
    this.#become(file, master, 'open')
  }

  #become(file: KeyFile | null, master: Uint8Array | null, state: KeyState): void {
    if (this.#master !== master) this.#master?.fill(0)
    this.#file = file
    this.#master = master
    this.#state = state
  }
}

/** Null: it is no key file, or one of a later version, or one that was weakened. */
function parsed(text: string): KeyFile | null {
  try {
    return KeyFile.parse(JSON.parse(text))
  } catch {
    return null
  }
}

/** The price is a part of what is sealed. */
const boundTo = (price: Price) =>
  Buffer.from([price.algorithm, price.memoryKib, price.passes, price.lanes, price.salt].join(' '))
