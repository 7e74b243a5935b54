import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { asteriskLine } from './asteriskLine.ts'
import { type Dialect } from '../shared/recording/state.ts'
import { ManualClock } from './calls/clock.testing.ts'
import { type Line, type LineListener } from './line.ts'

let parent: string
let clock: ManualClock
let line: Line
let alive: boolean[]
let logged: number

const listener: LineListener = {
  link: () => undefined,
  alive: () => undefined,
  call: () => undefined,
  callEnded: () => undefined,
  key: () => undefined,
  hurry: () => undefined,
  transfer: () => undefined,
  recordingsChanged: () => undefined,
  sight: () => undefined,
  folderAlive: now => alive.push(now),
  over: () => undefined,
  accountChanged: () => undefined,
}

const lineOf = (dialect: Dialect) =>
  asteriskLine({
    pairing: {
      webSocket: 'ws://127.0.0.1:8088/ws',
      extension: '1042',
      password: 'x',
      hint: '',
      folder: join(parent, 'monitor'),
      template: '',
      dialect,
    },
    remembered: false,
    pin: null,
    clock,
    log: () => logged++,
  })

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'tallylight-'))
  clock = new ManualClock(1_000_000)
  alive = []
  logged = 0
  line = lineOf('start-pause-resume')
})
afterEach(async () => {
  await line.close()
  await rm(parent, { recursive: true })
})

it('vouches for no folder that is not there, and for it once it is', async () => {
  line.start(listener)
  await vi.waitFor(() => expect(logged).toBe(1))
  await new Promise(resolve => setImmediate(resolve))
  expect(alive).toEqual([false])
  await mkdir(join(parent, 'monitor'))
  clock.advance(5_000)
  await vi.waitFor(() => expect(alive).toEqual([false, true]))
})

it('offers what the pairing says of the code', () => {
  expect(line.offer).toEqual({ recordApi: false, dialect: 'start-pause-resume', evidence: 'folder', recordInfo: true })
})

it('takes names of the pattern for automatic recordings unless the code is an application of its own', () => {
  expect(line.library.automaticNames()).toBe(false)
  expect(lineOf('start-stop').library.automaticNames()).toBe(true)
})

it('watches one folder once, however often it is started', async () => {
  await mkdir(join(parent, 'monitor'))
  line.start(listener)
  line.start(listener)
  await vi.waitFor(() => expect(alive).toEqual([true]))
})
