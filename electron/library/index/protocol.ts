/** What client and worker say to one another; both are built from the same sources. */
import type { Failure } from '../../../shared/failure.ts'
import type { Driver } from './database.ts'
import type { LibraryIndex } from './port.ts'

/** Where the index lies, and the key that seals it. */
export interface Opening {
  readonly file: string
  readonly notesFile: string
  /** 32 bytes: names, numbers and notes lie on the disk sealed only. Null: in clear. */
  readonly key: Uint8Array | null
  /** False: what this key sealed is written in clear again. */
  readonly sealed?: boolean
  /** The best of this runtime where it is not said. */
  readonly driver?: Driver
  /** The one before came to a bad end: look whether the files are whole. */
  readonly suspect: boolean
}

export type Method = Exclude<keyof LibraryIndex, 'close'>

export type ToWorker =
  /** The first, once; the others follow its answer. */
  | { readonly kind: 'open'; readonly opening: Opening }
  | { readonly kind: 'call'; readonly id: number; readonly method: Method; readonly args: readonly unknown[] }
  | { readonly kind: 'close' }

export type FromWorker =
  /** `spentMs`: what the thread itself took for it, without its start and the way between threads. */
  | { readonly kind: 'open'; readonly spentMs: number }
  | { readonly kind: 'closed' }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown; readonly spentMs: number }
  /** `id` null: it could not be opened. */
  | { readonly kind: 'failure'; readonly id: number | null; readonly failure: Failure }
  | { readonly kind: 'log'; readonly text: string }
