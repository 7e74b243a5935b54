/** Where the library learns of calls and their sound: what an account gives it. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { type AudioSource } from '../../shared/recordings.ts'
import { type CallLog } from '../wazo/callLog.ts'
import { type Reader } from './sync/cdr.ts'

/** Audio of one part, ready to be served, and the name to export it under. */
export interface OpenedPart {
  readonly source: AudioSource
  /** A bare file name, safe on every file system. */
  readonly fileName: string
}

/** A folder of recordings on this computer. */
export const FolderPlace = z.object({
  root: z.string().min(1),
  /** For people: no path. */
  label: z.string(),
  template: z.string().max(500),
})
export type FolderPlace = z.infer<typeof FolderPlace>

export interface LibraryAccount {
  /** Names the account's folder in the profile: the same for this account ever after, and nobody else's. */
  readonly key: string
  /** Nothing of it outlives the session: a demo server's, which is another one the next time. */
  readonly passing: boolean
  /** The user's numbers, as they are now. */
  readonly own: () => readonly string[]
  /** Null: this server has none. `reader`: as it is now, since rights and codes change. */
  readonly callLog: { readonly client: CallLogClient; readonly reader: () => Reader } | null
  /**
   * Whether a file that is named by the server's template was recorded automatically for sure: files of its code get
   * other names. As far as it is known now.
   */
  readonly automaticNames: () => boolean
  /** The folder that belongs to the pairing; `chosen`: the user may choose one beside the call log. */
  readonly folder: FolderPlace | 'chosen' | null
}

/** Says nothing of server or user to who reads the names of folders. */
export function accountKey(...identity: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(identity)).digest('hex').slice(0, 32)
}

/** Where an account's index lies in its folder: what can be made anew from the sources, and what cannot. */
export const indexFiles = (folder: string) => ({
  file: join(folder, 'index.sqlite'),
  notesFile: join(folder, 'notes.sqlite'),
})

/** As much of wazo-call-logd's client as is needed here. */
export type CallLogClient = Pick<CallLog, 'list' | 'media' | 'whole' | 'hold' | 'forget'>

/** The last part of a name, without what a file system minds (Windows' list covers the others), never empty. */
export function safeFileName(name: string): string {
  const base = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1)
  const clean = Array.from(base, letter => (letter < ' ' || '<>:"|?*\u007f'.includes(letter) ? '_' : letter))
    .join('')
    .replace(/^\.+|[. ]+$/g, '')
    .slice(-200)
  const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(clean)
  return clean === '' ? 'recording.wav' : device ? `_${clean}` : clean
}
