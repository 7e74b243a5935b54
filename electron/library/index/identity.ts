/** What calls and recordings are known by: the same on every computer, and after every reading of a source. */
import * as crypto from 'node:crypto'
import { posix } from 'node:path'

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export const isUuid = (text: string): boolean => UUID.test(text)

/**
 * A recording by what names it: the server's uuid, which is also the base name of its file since 21.06, else the path of the
 * file, with a leading `/`.
 * @param key as `SourceRecording.key`
 */
export function recordingIdentity(key: string): string {
  const base = posix.parse(key).name
  return isUuid(base) ? base.toLowerCase() : key
}

/** Ours, opaque, 24 letters: nothing can be read from it. */
export function idOf(kind: 'call' | 'part', identity: string): string {
  return sha256(`${kind}\n${identity}`).slice(0, 24)
}

/** In one step where the runtime has it (Node 20.12): a page has hundreds of ids. */
const sha256 = (text: string): string =>
  typeof crypto.hash === 'function'
    ? crypto.hash('sha256', text)
    : crypto.createHash('sha256').update(text).digest('hex')

/** What a telling is known by, among all sources. */
export const callIdentity = (source: string, key: string): string => `${source} ${key}`

/** What the user's notes hang on: calls as sources name them, and recordings. */
export const noteIdentity = {
  call: (source: string, key: string): string => `call ${callIdentity(source, key)}`,
  part: (identity: string): string => `part ${identity}`,
}
