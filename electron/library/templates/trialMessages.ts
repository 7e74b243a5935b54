/** What the thread of trials is told, and what it tells. */
import { type Failure } from '../../../shared/failure.ts'
import { type NamingPreview } from '../../../shared/library/naming.ts'

export interface ToTrial {
  readonly id: number
  readonly template: string
  /** Names of files, relative to the folder, with `/`. */
  readonly paths: readonly string[]
}

/** `ready`: it waits. `begun`, then `rendered`, then one of the last two: each part has its own time. */
export type FromTrial =
  | { readonly told: 'ready' }
  | { readonly told: 'begun' | 'rendered'; readonly id: number }
  | { readonly told: 'done'; readonly id: number; readonly preview: NamingPreview }
  | { readonly told: 'failed'; readonly id: number; readonly failure: Failure | null }
