/** A state of the window to look at, and how to get there. */
import { type Snapshot } from '../../shared/snapshot.ts'
import { type Answers, type WindowPage } from './page.ts'

export interface Scene {
  readonly snapshot: Snapshot
  readonly answers?: Answers
  /** Looked at by people alone: not drawn unless all pictures are asked for. */
  readonly rare?: boolean
  /** The player has sound. */
  readonly sound?: boolean
  readonly go?: (window: WindowPage) => Promise<void>
}

/** Goes to a part of the window: 0 calls, 1 recordings, 2 settings. */
export const part = ({ page }: WindowPage, index: number) =>
  page.getByRole('navigation').getByRole('button').nth(index).click()
