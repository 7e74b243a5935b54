import { beforeEach, expect, test } from 'vitest'
import { type AudioSource } from '../../../shared/recordings.ts'
import { ManualClock } from '../../wazo/clock.testing.ts'
import { lasting, type LastingSource } from './lasting.ts'

let clock: ManualClock
let closed: number
let forgotten: number
let logged: unknown[]
let answer: (bytes: Uint8Array) => void
let failing: boolean
let next: { size: number }
let source: LastingSource

beforeEach(() => {
  clock = new ManualClock(0)
  closed = 0
  forgotten = 0
  logged = []
  failing = false
  const inner: AudioSource = {
    contentType: 'audio/wav',
    size: () => Promise.resolve(2),
    read: () => new Promise(resolve => (answer = resolve)),
    file: () => Promise.resolve({ path: '/spool/a.gsm', hint: {} }),
    close: () => {
      closed++
      return failing ? Promise.reject(new Error('busy')) : Promise.resolve()
    },
  }
  next = { size: 2 }
  const anew = () =>
    Promise.resolve({
      ...inner,
      size: () => Promise.resolve(next.size),
      read: () => Promise.resolve(Uint8Array.of(7, 7)),
    })
  source = lasting(inner, clock, anew, error => logged.push(error))
})

const settle = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve()
}
const letGo = () => source.letGo(() => forgotten++)

test('what is held stays open, however long nobody reads it', async () => {
  await source.size()
  clock.advance(3_600_000)
  expect(closed).toBe(0)
})

test('tells the file that it is made of', async () => {
  expect(await source.file?.()).toEqual({ path: '/spool/a.gsm', hint: {} })
})

test('let go, it closes by itself, some time after the last read', async () => {
  letGo()
  clock.advance(9_000)
  await source.size()
  clock.advance(9_000)
  expect([closed, forgotten]).toEqual([0, 0])
  clock.advance(1_000)
  expect([closed, forgotten]).toEqual([1, 1])
})

test('who reads when it is let go reads to the end', async () => {
  const read = source.read(0, 2)
  letGo()
  clock.advance(60_000)
  expect(closed).toBe(0)
  answer(Uint8Array.of(1, 2))
  expect(await read).toEqual(Uint8Array.of(1, 2))
  clock.advance(10_000)
  expect(closed).toBe(1)
})

test('closed by hand, it is closed once', async () => {
  letGo()
  await source.close()
  clock.advance(60_000)
  expect([closed, forgotten]).toEqual([1, 0])
})

test('where closing fails, that is said', async () => {
  failing = true
  letGo()
  clock.advance(10_000)
  await settle()
  expect(logged).toEqual([new Error('busy')])
})

test('who reads it after that goes on with what has taken its place, if that is as long at least', async () => {
  expect(await source.size()).toBe(2)
  letGo()
  clock.advance(10_000)
  expect(await source.read(0, 2)).toEqual(Uint8Array.of(7, 7))
  next.size = 1
  await expect(source.read(0, 2)).rejects.toThrow('recording-broken')
  clock.advance(60_000)
  expect([closed, forgotten]).toEqual([1, 1])
})
