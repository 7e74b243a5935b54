/** Keys that the server heard, put together to the code that controls recording. Pure. */
import { SERVER } from './facts.ts'

/** Keys that may be the beginning of the code, and when the last was heard (milliseconds since the epoch). */
export interface HeldKeys {
  readonly keys: string
  readonly at: number
}

export const noKeys: HeldKeys = { keys: '', at: 0 }

/** News of a key may come late: longer than the server itself waits for the next one. */
const SLACK_MS = 1_500

/** Events of keys come twice now and then: a key that is repeated counts once. */
const once = (keys: string): string => keys.replace(/(.)\1+/g, '$1')

/** One more key. `matched`: the code is complete. */
export function hear(
  held: HeldKeys,
  key: string,
  code: string,
  now: number,
): { readonly held: HeldKeys; readonly matched: boolean } {
  const late = now - held.at > SERVER.digitTimeoutMs.value + SLACK_MS || now < held.at
  const keys = ((late ? '' : held.keys) + key).slice(-32)
  const matched = once(keys).endsWith(once(code))
  return { held: matched ? noKeys : { keys, at: now }, matched }
}
