/** Sealed copies of recordings on this computer, as the rest of the library sees them. */
import { type AudioSource } from '../../../shared/recordings.ts'

export interface KeepOptions {
  /** Bytes sealed so far, and of how many. */
  readonly onProgress?: (done: number, total: number) => void
  readonly signal?: AbortSignal
}

export interface Vault {
  /**
   * The copy's sound, in clear in memory only; null: there is none, or the vault is locked. Throws AppFailure
   * `copy-damaged`: it was changed on the disk (and is set aside, so that it is fetched anew).
   */
  open(vaultKey: string): Promise<AudioSource | null>
  /**
   * Seals a whole copy; it is there in whole or not at all. Answers the bytes of its sound. Throws AppFailure
   * `vault-locked`, `keeping-closed` (no key guards anything here), `disk-full`, or what the source throws.
   */
  keep(vaultKey: string, source: AudioSource, options?: KeepOptions): Promise<{ readonly bytes: number }>
  drop(vaultKey: string): Promise<void>
  close(): Promise<void>
}
