/** Recorded exchanges with real Wazo services, read from a folder beside the project (or TALLYLIGHT_TRANSCRIPTS). */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'

const Headers = z.record(z.string(), z.string().nullable())

const Request = z.object({
  method: z.string(),
  path: z.string(),
  query: z.record(z.string(), z.string()).default({}),
  headers: Headers.default({}),
  body: z.unknown(),
})

export const Exchange = z.object({
  as: z.string().nullish(),
  request: Request,
  response: z.object({ status: z.number(), headers: Headers, body: z.unknown() }),
})
export type Exchange = z.infer<typeof Exchange>

const Frame = z.object({
  t: z.number(),
  from: z.enum(['client', 'server']),
  json: z.unknown(),
  text: z.string().nullish(),
})
export type Frame = z.infer<typeof Frame>

export const Session = z.object({
  request: z.object({ path: z.string(), query: z.string(), headers: Headers.default({}) }),
  handshake: z.object({ status: z.number() }),
  frames: z.array(Frame),
  close: z
    .object({ at: z.number(), code: z.number(), reason: z.string(), by: z.enum(['client', 'server']) })
    .nullable(),
})
export type Session = z.infer<typeof Session>

/** A handshake alone (`asterisk-ws`). */
export const Handshake = z.object({
  request: z.object({ path: z.string(), headers: Headers }),
  handshake: z.object({ status: z.number(), subprotocol: z.string().nullish() }),
})
export type Handshake = z.infer<typeof Handshake>

export interface Named<Item> {
  /** `folder/file`, for messages only. */
  readonly name: string
  readonly item: Item
}

/** Null when there is no such folder. */
export function transcriptsFolder(): string | null {
  const folder =
    process.env['TALLYLIGHT_TRANSCRIPTS'] ??
    fileURLToPath(new URL('../../../../shared/wazo-transcripts', import.meta.url))
  return existsSync(folder) ? folder : null
}

/** The files of one folder that have this form, in the order in which they were recorded. Throws on broken JSON. */
export function readFolder<Item>(root: string, folder: string, schema: z.ZodType<Item>): Named<Item>[] {
  const files = readdirSync(join(root, folder)).filter(file => file.endsWith('.json'))
  const number = (file: string): number => Number(/^(\d+)/.exec(file)?.[1] ?? 0)
  return files
    .sort((one, other) => number(one) - number(other))
    .flatMap(file => {
      const parsed = schema.safeParse(JSON.parse(readFileSync(join(root, folder, file), 'utf8')))
      return parsed.success ? [{ name: `${folder}/${file}`, item: parsed.data }] : []
    })
}

/** Every file of one folder as it is. */
export function readRaw(root: string, folder: string): Named<unknown>[] {
  return readFolder(root, folder, z.unknown())
}

/** When it was recorded: the Date header. Milliseconds since the epoch. */
export function recordedAt(headers: Readonly<Record<string, string | null>>): number {
  const date = header(headers, 'date')
  const ms = date === null ? Number.NaN : Date.parse(date)
  return Number.isNaN(ms) ? 0 : ms
}

export function header(headers: Readonly<Record<string, string | null>>, name: string): string | null {
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)
  return found?.[1] ?? null
}
