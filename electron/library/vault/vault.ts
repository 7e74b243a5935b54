/**
 * The sealed copies of one account, and the small things that are sealed like them (peaks, what is to be kept). Files
 * are named by a keyed hash, so that a name on the disk tells nothing; each opens only as what it was sealed for.
 */
import { createHmac } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Keys, type Purpose } from './keys.ts'
import { filesBelow, setAside, sizeOnDisk, tidy } from './place.ts'
import { type Vault } from './port.ts'
import { openBytes, openSound, sealBytes, sealSource } from './sealedFile.ts'
import { NotAuthentic } from './segments.ts'

export interface SealedVault extends Vault {
  /**
   * Removes what an earlier run left unfinished, and counts the copies; what is written waits for it. `keyed` false:
   * there was no key, so that what lies here can never be opened and goes.
   */
  start(keyed: boolean): Promise<void>
  /** Copies on the disk, and their bytes there. */
  readonly copies: number
  readonly bytes: number
  /** Bytes on the disk of one copy; null = there is none, or the vault is locked. */
  sizeOf(vaultKey: string): Promise<number | null>
  /** Seals a small thing under a name; what had this name before is replaced. Throws AppFailure `vault-locked`. */
  keepBytes(name: string, bytes: Uint8Array): Promise<void>
  /** Null: there is none, or the vault is locked. Throws AppFailure `copy-damaged`. */
  openBytes(name: string): Promise<Uint8Array | null>
  dropBytes(name: string): Promise<void>
  /** Removes the copies that are none of these. Answers how many. Throws AppFailure `vault-locked`. */
  sweep(vaultKeys: Iterable<string>): Promise<number>
  /** Removes every file. The key has been destroyed before. */
  clear(): Promise<void>
}

export interface VaultPorts {
  /** Its own; made when it is first written to. */
  readonly folder: string
  readonly keys: Keys
  /** A copy or a small thing was found changed, and set aside. */
  readonly onDamaged: (vaultKey: string | null) => void
  readonly onChange: () => void
}

type Kind = Extract<Purpose, 'copies' | 'small'>

/** Where a file lies, and what opens it. */
interface Sealing {
  readonly path: string
  readonly key: Uint8Array
  readonly identity: Uint8Array
}

/** Letters of a file's name: 128 bits. The first two name its folder, so that no folder has too many. */
const NAME_LETTERS = 32

export function createVault({ folder, keys, onDamaged, onChange }: VaultPorts): SealedVault {
  const folders: Readonly<Record<Kind, string>> = { copies: join(folder, 'copies'), small: join(folder, 'small') }
  const running = new Map<string, Promise<{ bytes: number }>>()
  let counted = { files: 0, bytes: 0 }
  let ready: Promise<void> = Promise.resolve()

  const count = (files: number, bytes: number) => {
    counted = { files: Math.max(0, counted.files + files), bytes: Math.max(0, counted.bytes + bytes) }
    onChange()
  }
  /** Null: locked. */
  const sealingOf = (kind: Kind, name: string): Sealing | null => {
    const [key, names] = [keys.derive(kind), keys.derive('names')]
    if (key === null || names === null) return null
    const identity = Buffer.from(`${kind} ${name}`)
    const hash = createHmac('sha256', names).update(identity).digest('hex').slice(0, NAME_LETTERS)
    return { path: join(folders[kind], hash.slice(0, 2), hash.slice(2)), key, identity }
  }
  const needed = (kind: Kind, name: string): Sealing => {
    const sealing = sealingOf(kind, name)
    if (sealing === null) throw new AppFailure(keys.state === 'closed' ? 'keeping-closed' : 'vault-locked')
    return sealing
  }

  /** Runs a reading; what is not what was sealed is set aside, and told. */
  const heeded = async <T>(sealing: Sealing, vaultKey: string | null, run: () => Promise<T>): Promise<T> => {
    try {
      return await run()
    } catch (error) {
      // a file that ends before it should is "broken" to whoever reads files
      const broken = error instanceof AppFailure && error.failure.code === 'recording-broken'
      if (!(error instanceof NotAuthentic) && !broken) throw error
      const bytes = await sizeOnDisk(sealing.path)
      await setAside(sealing.path)
      if (vaultKey !== null && bytes !== null) count(-1, -bytes)
      onDamaged(vaultKey)
      throw new AppFailure('copy-damaged', { cause: error })
    }
  }
  /** Null: there is no file. */
  const orMissing = async <T>(promise: Promise<T>): Promise<T | null> =>
    promise.catch((error: unknown) => {
      if (error instanceof AppFailure && error.failure.code === 'recording-missing') return null
      throw error
    })

  const open = async (vaultKey: string): Promise<AudioSource | null> => {
    const sealing = sealingOf('copies', vaultKey)
    if (sealing === null) return null
    const { path, key, identity } = sealing
    const guard = () => {
      if (keys.state !== 'open') throw new AppFailure('vault-locked')
    }
    const sound = await orMissing(heeded(sealing, vaultKey, () => openSound(path, key, identity, guard)))
    if (sound === null) return null
    return { ...sound, read: (from, to) => heeded(sealing, vaultKey, async () => sound.read(from, to)) }
  }

  const drop = async (path: string, counts: boolean) => {
    await ready
    const bytes = await sizeOnDisk(path)
    if (bytes === null) return
    await rm(path, { force: true })
    if (counts) count(-1, -bytes)
  }

  const removeAll = async () => {
    for (const one of Object.values(folders)) await rm(one, { recursive: true, force: true })
  }
  const begin = async (keyed: boolean) => {
    // erasing was cut short: without its key a sealed file is nothing any more
    if (!keyed) await removeAll()
    const [copies] = await Promise.all([tidy(folders.copies), tidy(folders.small)])
    counted = { ...copies }
    onChange()
  }

  return {
    start: keyed => {
      ready = begin(keyed)
      return ready
    },
    get copies() {
      return counted.files
    },
    get bytes() {
      return counted.bytes
    },
    sizeOf: async vaultKey => {
      const sealing = sealingOf('copies', vaultKey)
      return sealing === null ? null : sizeOnDisk(sealing.path)
    },
    open,
    keep: async (vaultKey, source, options = {}) => {
      const { path, key, identity } = needed('copies', vaultKey)
      const under = running.get(vaultKey)
      if (under !== undefined) return under
      const work = async () => {
        await ready
        // there already: an earlier run sealed it, and was ended before it could say so
        const there = await open(vaultKey).catch((error: unknown) => {
          if (error instanceof AppFailure && error.failure.code === 'copy-damaged') return null
          throw error
        })
        if (there !== null) {
          await there.close()
          return { bytes: await there.size() }
        }
        const { onDisk, bytes } = await sealSource(path, key, identity, source, options)
        count(1, onDisk)
        return { bytes }
      }
      const made = work().finally(() => running.delete(vaultKey))
      running.set(vaultKey, made)
      return made
    },
    drop: async vaultKey => drop(needed('copies', vaultKey).path, true),
    keepBytes: async (name, bytes) => {
      const { path, key, identity } = needed('small', name)
      await ready
      await sealBytes(path, key, identity, bytes)
    },
    openBytes: async name => {
      const sealing = sealingOf('small', name)
      if (sealing === null) return null
      const { path, key, identity } = sealing
      return orMissing(heeded(sealing, null, () => openBytes(path, key, identity)))
    },
    dropBytes: async name => drop(needed('small', name).path, false),
    sweep: async vaultKeys => {
      const known = new Set<string>()
      for (const vaultKey of vaultKeys) known.add(needed('copies', vaultKey).path)
      await ready
      let removed = 0
      for (const path of await filesBelow(folders.copies)) {
        if (known.has(path)) continue
        await drop(path, true)
        removed++
      }
      return removed
    },
    clear: async () => {
      await Promise.allSettled(running.values())
      await removeAll()
      counted = { files: 0, bytes: 0 }
      onChange()
    },
    close: async () => {
      // what is being written ends with its reason, told to whoever asked for it
      await Promise.allSettled(running.values())
    },
  }
}
