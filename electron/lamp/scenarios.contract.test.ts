/**
 * Recorded calls, replayed event by event through the app's own parsers into its live calls: the lamp is right at each
 * step. What it should show is read from the recording in the plainest way, and the whole sequence is written down here.
 * Without the recordings nothing is judged.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { Settings } from '../../shared/settings.ts'
import { type WazoSession } from '../account/session.ts'
import { Calls } from '../calls/calls.ts'
import { WireCall } from '../wazo/calld.ts'
import { Frame, parseEvent } from '../wazo/eventMessages.ts'
import { type EventStream, type StreamListener } from '../wazo/events.ts'
import { type LineListener } from '../line.ts'
import { wazoLine } from '../wazoLine.ts'
import { LampClock } from './clock.ts'

const folder = join(
  process.env['TALLYLIGHT_TRANSCRIPTS'] ?? join(import.meta.dirname, '../../../shared/wazo-transcripts'),
  'scenarios',
)

/**
 * The lamps of each user, call by call in the order in which they begin, by number of the recording: `-` off, `R`
 * recording, `P` paused. A user of whom nothing is written has one call that is never recorded.
 */
const LAMPS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  '04': { carol: '-RPRPR' },
  '06': { dave: '-RPR' },
  '08': { carol: '-RPR-RP' },
  '09': { carol: '- - -', dave: '' },
  '10': { carol: '- -', dave: '' },
  '11': { carol: '-RPR-' },
  '13': { dave: '-RP' },
  '14': { carol: '-R' },
  '17': { dave: '' },
  '18': { carol: '', dave: '' },
  '20': { carol: '- -', dave: '- -' },
  '24': { carol: '-R' },
  '27': { carol: '-R' },
  '29': { carol: '' },
  '30': { alice: '-RPR-R' },
  '32': { alice: '- -', dave: '' },
}
const SIGNS: Readonly<Record<string, string>> = { inactive: '-', active: 'R', paused: 'P' }
const KINDS: Readonly<Record<string, string>> = { off: '-', recording: 'R', paused: 'P' }

// ---- the recording, read in the plainest way

const Raw = z.object({
  call_id: z.string(),
  status: z.string(),
  record_state: z.enum(['inactive', 'active', 'paused']),
})
const Event = z.object({
  t: z.number(),
  frame: z.object({ op: z.literal('event'), data: z.object({ name: z.string(), data: z.unknown() }) }),
})
const Step = z.object({
  t: z.number(),
  as: z.string().optional(),
  request: z.object({ method: z.string(), path: z.string() }),
  response: z.object({ status: z.number(), body: z.unknown() }),
})

type Moment =
  | {
      readonly t: number
      readonly kind: 'event'
      readonly name: string
      readonly frame: unknown
      readonly data: unknown
    }
  /** `GET /users/me/calls`. */
  | { readonly t: number; readonly kind: 'read'; readonly items: readonly unknown[] }

/** Each user's moments, in order. */
function momentsOf(file: unknown): ReadonlyMap<string, readonly Moment[]> {
  const whole = z.record(z.string(), z.unknown()).parse(file)
  const steps = z.array(z.unknown()).parse(whole['steps'] ?? [])
  const found = new Map<string, readonly Moment[]>()
  for (const [key, value] of Object.entries(whole)) {
    const user = /^websocket_(\w+)$/.exec(key)?.[1]
    if (user === undefined) continue
    const events = z
      .array(z.unknown())
      .parse(value)
      .flatMap((one): Moment[] => {
        const event = Event.safeParse(one)
        if (!event.success) return []
        const { t, frame } = event.data
        return [
          {
            t,
            kind: 'event',
            name: frame.data.name,
            frame: z.object({ frame: z.unknown() }).parse(one).frame,
            data: frame.data.data,
          },
        ]
      })
    const reads = steps.flatMap((one): Moment[] => {
      const step = Step.safeParse(one)
      if (!step.success || step.data.as !== user) return []
      const { t, request, response } = step.data
      if (request.method !== 'GET' || !request.path.endsWith('/users/me/calls') || response.status !== 200) return []
      return [{ t, kind: 'read', items: z.object({ items: z.array(z.unknown()) }).parse(response.body).items }]
    })
    found.set(
      user,
      [...events, ...reads].sort((one, other) => one.t - other.t),
    )
  }
  return found
}

/** What stands after each moment: the newest word on each call that lives. One that is `Down` is none yet. */
class Reading {
  readonly live = new Map<string, { readonly raw: unknown; readonly sign: string }>()
  /** Calls in the order in which they began, with each change of the lamp. */
  readonly told = new Map<string, string>()

  take(moment: Moment): void {
    const words = moment.kind === 'read' ? moment.items : [moment.data]
    for (const word of words) {
      const raw = Raw.safeParse(word)
      if (!raw.success) continue
      const { call_id: id, status, record_state: state } = raw.data
      if (moment.kind === 'event' && moment.name === 'call_ended') {
        this.live.delete(id)
        continue
      }
      if (status === 'Down') continue
      const sign = SIGNS[state] ?? ''
      this.live.set(id, { raw: word, sign })
      const told = this.told.get(id) ?? ''
      if (!told.endsWith(sign)) this.told.set(id, told + sign)
    }
  }
}

// ---- the app

class App {
  readonly clock = new LampClock()
  readonly calls: Calls
  /** What `GET /users/me/calls` answers. */
  answer: readonly unknown[] = []
  #told: StreamListener | null = null

  constructor() {
    this.calls = new Calls({
      clock: this.clock,
      settings: () => Settings.parse({}),
      onChange: () => undefined,
      onCodeCall: () => undefined,
      onEnded: () => undefined,
      dueOf: () => null,
      log: () => undefined,
    })
    const session = {
      capabilities: null,
      userUuid: '',
      line: null,
      extension: '',
      trouble: null,
      callLog: {},
      confd: {},
      calld: { calls: () => Promise.resolve(this.answer.map(one => WireCall.parse(one))) },
      events: (listener: StreamListener): EventStream => {
        this.#told = listener
        const nothing = () => undefined
        return { state: 'live', aliveAt: null, start: nothing, setInCall: nothing, hurry: nothing, close: nothing }
      },
      onOver: () => () => undefined,
      onChange: () => () => undefined,
    } as unknown as WazoSession
    const line = wazoLine({
      session,
      demo: false,
      pin: () => null,
      codes: () => [],
      now: () => this.clock.now(),
      log: () => undefined,
    })
    this.calls.use({ offer: line.offer, server: line.server, phone: null, own: line.own })
    line.start(this.#listener())
    this.#told?.state('live', null)
  }

  /** As companion.ts joins them. */
  #listener(): LineListener {
    const nothing = () => undefined
    return {
      link: state => (state === 'live' ? this.calls.streamLive() : this.calls.streamCut()),
      alive: () => this.calls.streamAlive(),
      call: call => this.calls.serverCall(call),
      callEnded: id => this.calls.serverCallEnded(id),
      hurry: () => this.calls.hurry(),
      key: (id, key) => this.calls.serverKey(id, key),
      transfer: nothing,
      recordingsChanged: nothing,
      sight: nothing,
      folderAlive: nothing,
      over: nothing,
      accountChanged: nothing,
    }
  }

  async until(t: number): Promise<void> {
    await this.clock.run(Math.max(0, Math.round(t * 1000) - this.clock.elapsed), settle)
  }

  async event(frame: unknown): Promise<void> {
    this.#told?.alive(this.clock.now())
    const parsed = Frame.parse(frame)
    if (parsed.op !== 'event') throw new Error('This frame is no event')
    const event = parseEvent(parsed.data.name, parsed.data.data)
    if (event !== null) this.#told?.event(event)
    await settle()
  }

  lamps(): Record<string, string> {
    return Object.fromEntries(
      this.calls.views().map(({ serverId, recording: { proof } }) => [serverId ?? '', KINDS[proof.kind] ?? proof.kind]),
    )
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 12; turn += 1) await Promise.resolve()
}

if (!existsSync(folder)) {
  test.skip('recorded calls: no folder of transcripts here (TALLYLIGHT_TRANSCRIPTS names one)', () => undefined)
} else {
  const recorded = readdirSync(folder)
    .filter(name => name.endsWith('.json'))
    .sort()
  let steps = 0
  afterAll(() => console.warn(`Lamp: ${recorded.length} recorded calls, ${steps} steps judged`))

  describe('a recorded call shows the right lamp at each step', () => {
    const cases = recorded.flatMap(name => {
      const file: unknown = JSON.parse(readFileSync(join(folder, name), 'utf8'))
      return [...momentsOf(file)].map(([user, moments]) => [name, user, moments] as const)
    })
    test.each(cases)('%s, seen by %s', async (name, user, moments) => {
      const app = new App()
      const reading = new Reading()
      await settle()
      for (const moment of moments) {
        await app.until(moment.t)
        // what the app asks for by itself is answered with what is true then
        reading.take(moment)
        app.answer = moment.kind === 'read' ? moment.items : [...reading.live.values()].map(({ raw }) => raw)
        if (moment.kind === 'read') {
          app.calls.hurry()
          await settle()
        } else await app.event(moment.frame)
        const expected = Object.fromEntries([...reading.live].map(([id, { sign }]) => [id, sign]))
        const where = `${moment.t} s, ${moment.kind === 'event' ? moment.name : 'read'}`
        expect({ where, lamps: app.lamps() }).toEqual({ where, lamps: expected })
        steps += 1
      }
      const number = /^\d+/.exec(name)?.[0] ?? ''
      expect([...reading.told.values()].join(' ')).toBe(LAMPS[number]?.[user] ?? '-')
    })
  })

  test('every recording that is written down here is there', () => {
    const numbers = recorded.map(name => /^\d+/.exec(name)?.[0])
    expect(Object.keys(LAMPS).filter(number => !numbers.includes(number))).toEqual([])
  })
}
