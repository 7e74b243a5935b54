/** A link to a recording: it names it, and says nothing of where it lies or who talked. */
import { z } from 'zod'
import { isCallLink } from './callLink.ts'

export const LINK_SCHEME = 'tallylight'

/** Longest text that is looked at: a link is far shorter. */
const LONGEST = 300

/** A day: no recording is longer. */
const LATEST_S = 86_400

const Uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
const Link = z.object({
  uuid: Uuid,
  atMs: z
    .number()
    .int()
    .min(0)
    .max(LATEST_S * 1000)
    .nullable(),
})

/** The server's uuid of a recording, and a place in its sound (milliseconds). */
export type RecordingLink = z.output<typeof Link>

/** `tallylight://recording/<uuid>?t=95`, whole seconds; null where the server gave it no such name. */
export function recordingLink(uuid: string | null, atMs: number | null): string | null {
  const named = Uuid.safeParse(uuid?.toLowerCase())
  if (!named.success) return null
  const second = atMs === null ? 0 : Math.min(Math.floor(atMs / 1000), LATEST_S)
  return `${LINK_SCHEME}://recording/${named.data}${second > 0 ? `?t=${second}` : ''}`
}

/** Is it meant for us at all? What another program hands over may be anything. */
export const isOurs = (text: string): boolean => text.slice(0, 20).toLowerCase().startsWith(`${LINK_SCHEME}:`)

/** Null: no link to a recording. Nothing of what a link says is believed beyond its shape. */
export function readLink(text: string): RecordingLink | null {
  if (text.length > LONGEST) return null
  const found = /^tallylight:\/\/recording\/([0-9a-f-]{36})\/?(?:\?t=(\d{1,6}))?$/i.exec(text)
  if (found === null) return null
  const [, uuid = '', second] = found
  const parsed = Link.safeParse({
    uuid: uuid.toLowerCase(),
    atMs: second === undefined ? null : Number(second) * 1000,
  })
  return parsed.success ? parsed.data : null
}

/** The first link among a program's arguments that is for us; null = none. */
export const linkAmong = (words: readonly string[]): string | null =>
  words.find(word => isOurs(word) || isCallLink(word)) ?? null
