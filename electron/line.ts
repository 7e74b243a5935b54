/** A paired line, whatever is behind it: what the companion runs on. Wazo and a bare Asterisk each make one. */
import { type AccountView, type Link, type Use } from '../shared/account.ts'
import { type AutomaticMeans, type CodeBy } from '../shared/automatic.ts'
import { type Failure } from '../shared/failure.ts'
import { type PhoneLine } from '../shared/phone.ts'
import { type FileSight } from '../shared/sight.ts'
import { type Offer } from './calls/means.ts'
import { type RecordRight } from './calls/selfGrant.ts'
import { type CallServer, type FlagServer, type ServerCall, type ServerTransfer } from './calls/ports.ts'
import { type LibraryAccount } from './library/source.ts'

/** What a line tells while it is open. */
export interface LineListener {
  link(state: Link['state']): void
  /** Any sign of life of the event stream. */
  alive(): void
  call(call: ServerCall): void
  callEnded(id: string, dialed: string): void
  transfer(transfer: ServerTransfer): void
  /** The server heard a key of a leg, whichever device pressed it. */
  key(call: string, key: string): void
  /** Something about recordings changed: read, no evidence by itself. */
  hurry(): void
  recordingsChanged(): void
  sight(sight: FileSight): void
  folderAlive(alive: boolean): void
  /** The session is over: sign in again. Calls of this computer may go on, and nothing can be read of them. */
  over(failure: Failure): void
  /** Name, capabilities or whether it is remembered changed. */
  accountChanged(): void
}

export interface Line {
  /** As it is now. `use` null: "Where do you talk?" is not answered yet. */
  account(): Omit<AccountView, 'use'> & { readonly use: Use | null }
  choose(use: Use): void
  /** As it is now: an account that changed may offer more or less. */
  readonly offer: Offer
  readonly server: CallServer | null
  readonly flags: FlagServer | null
  /** The user's own permission to record on demand; null = not his to set. */
  readonly right: RecordRight | null
  /** How the flags can be set, with or without a phone of ours. */
  automaticMeans(use: Use): AutomaticMeans
  /** How the code can be called; null = not from here. */
  codeBy(use: Use): CodeBy | null
  readonly hinted: boolean
  readonly own: readonly string[]
  /** Where its calls and recordings are known from. */
  readonly library: LibraryAccount
  /** The phone's line and the only certificate that its server may show; null = the system judges. */
  phone(): Promise<{ readonly line: PhoneLine; readonly pin: string | null }>
  start(listener: LineListener): void
  /** A call is up: a dead stream has to be noticed within seconds. */
  setInCall(inCall: boolean): void
  /** The computer woke up, or a window came to the front: try now. */
  wake(): void
  close(): Promise<void>
}
