import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type SendWish } from '../../../shared/exporting.ts'
import { unpackedHere } from '../audio/compressed.testing.ts'
import { failureOf, memorySource, privateFolder, sound, wavOf } from '../testing.ts'
import { PreparedFiles } from './prepared.ts'

const encoder = {
  worker: join(import.meta.dirname, 'encoderWorker.ts'),
  wasm: join(import.meta.dirname, '../../../node_modules/wasm-media-encoders/wasm/mp3.wasm'),
}
let home: Awaited<ReturnType<typeof privateFolder>>
let timers: { ms: number; run: () => void }[]
let told: ({ part: string; doneMs: number; totalMs: number } | null)[]

beforeEach(async () => {
  home = await privateFolder()
  timers = []
  told = []
})
afterEach(() => home.remove())

const files = () =>
  new PreparedFiles({
    folder: join(home.path, 'sending'),
    encoder,
    unpack: unpackedHere,
    after: (ms, run) => {
      const timer = { ms, run }
      timers.push(timer)
      return () => void timers.splice(timers.indexOf(timer), 1)
    },
    onProgress: progress => told.push(progress),
    log: (text, error) => {
      throw new Error(text, { cause: error })
    },
  })
const wish = (more: Partial<SendWish> = {}): SendWish => ({
  part: 'a-part',
  form: 'wav',
  fromMs: null,
  toMs: null,
  ...more,
})
const data = sound(16_000 * 20)
const source = () => memorySource(() => wavOf(data)).source

it('writes a span as WAV, for us alone, under a name that was made safe', async () => {
  const made = files()
  const prepared = await made.prepare(wish({ fromMs: 5_000, toMs: 7_000 }), source(), 'Marie: "../x"')
  expect(prepared).toMatchObject({ fileName: 'Marie_ _.._x_.wav', bytes: 32_044, ms: 2_000 })
  const path = made.path(prepared?.id ?? '')
  expect(new Uint8Array(await readFile(path))).toEqual(wavOf(data.subarray(80_000, 112_000)))
  if (process.platform !== 'win32') {
    expect((await stat(path)).mode & 0o77).toBe(0)
    expect((await stat(dirname(path))).mode & 0o77).toBe(0)
  }
})

it('makes a small file in a thread of its own, and tells how far it is', async () => {
  const made = files()
  const prepared = await made.prepare(wish({ form: 'small' }), source(), 'Marie')
  expect(prepared).toMatchObject({ fileName: 'Marie.mp3', ms: 20_000 })
  const bytes = await readFile(made.path(prepared?.id ?? ''))
  expect(bytes.length).toBe(prepared?.bytes)
  // 4,000 bytes a second, a frame before and two or three after
  expect(bytes.length).toBeGreaterThan(80_000)
  expect(bytes.length).toBeLessThan(81_000)
  expect([...bytes.subarray(0, 2)]).toEqual([0xff, 0xf3])
  expect(bytes.includes('Info')).toBe(true)
  // every frame begins where the one before ends
  for (let at = 288; at < bytes.length; at += 144) expect(bytes.readUInt16BE(at)).toBe(0xfff3)
  expect(told.filter(one => one !== null).at(-1)).toEqual({ part: 'a-part', doneMs: 20_000, totalMs: 20_000 })
  expect(told.at(-1)).toBe(null)
})

it('removes files when they are dropped, after an hour, at the end and at the start', async () => {
  const made = files()
  const [one, two, three] = [
    await made.prepare(wish(), source(), 'one'),
    await made.prepare(wish(), source(), 'two'),
    await made.prepare(wish(), source(), 'three'),
  ]
  const paths = [one, two, three].map(it => made.path(it?.id ?? ''))
  await made.drop(one?.id ?? '')
  expect(paths.map(path => existsSync(path))).toEqual([false, true, true])
  expect(timers.map(({ ms }) => ms)).toEqual([3_600_000, 3_600_000])
  timers[0]?.run()
  await expect.poll(() => existsSync(paths[1] ?? '')).toBe(false)
  expect(() => made.path(two?.id ?? '')).toThrow('recording-missing')
  await made.end()
  expect(await readdir(home.path)).toEqual([])
  await mkdir(join(home.path, 'sending', 'left'), { recursive: true })
  await writeFile(join(home.path, 'sending', 'left', 'clear.wav'), 'x')
  await files().begin()
  expect(await readdir(home.path)).toEqual([])
})

it('leaves nothing where it fails, or is stopped', async () => {
  const made = files()
  const left = async () => (existsSync(join(home.path, 'sending')) ? readdir(join(home.path, 'sending')) : [])
  expect((await failureOf(made.prepare(wish({ fromMs: 30_000 }), source(), 'x'))).code).toBe('recording-empty')
  const slow = { ...source(), read: async (from: number, to: number) => {
    if (from > 1_000) made.stop()
    return source().read(from, to)
  } } // prettier-ignore
  for (const form of ['wav', 'small'] as const) expect(await made.prepare(wish({ form }), slow, 'x')).toBe(null)
  expect(await left()).toEqual([])
  expect(() => made.path('../../etc/passwd')).toThrow('recording-missing')
})
