/** A switchboard for its tests: phones without a network, a clock that is moved by hand, and what was told. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, vi } from 'vitest'
import { type Directory, type Line, type PbxEvent } from '../telephony.ts'
import { encodeMulaw } from './g711.ts'
import { type AudioFrame, type AudioPort, type Dial, type Ending, type Leg, type LegEvents } from './leg.ts'
import { Switchboard } from './switchboard.ts'
import { sine } from './tones.ts'

/** A phone without a network: remembers what it was told. */
export class FakePhone implements Leg, AudioPort {
  readonly audio = this
  readonly sipCallId = 'call-id'
  onFrame: ((frame: AudioFrame) => void) | null = null
  onDigit: ((digit: string) => void) | null = null
  readonly told: string[] = []
  readonly heard: AudioFrame[] = []
  events: LegEvents | null = null

  ringing(): void {
    this.told.push('ringing')
  }

  answer(): void {
    this.told.push('answer')
  }

  end({ code, cause, elsewhere }: Ending): void {
    this.told.push(`end ${code} ${cause}${elsewhere === true ? ' elsewhere' : ''}`)
  }

  send(frame: AudioFrame): void {
    this.heard.push(frame)
  }

  sendDigit(digit: string): void {
    this.told.push(`digit ${digit}`)
  }

  says(level: number): void {
    this.onFrame?.({ payload: encodeMulaw(new Int16Array(160).fill(level)), timestamp: 0, stream: level })
  }

  press(digits: string): void {
    for (const digit of digits) this.onDigit?.(digit)
  }
}

const line = (id: number, kind: Line['kind'] = 'webrtc'): Line => ({
  id,
  kind,
  userUuid: `user-${id}`,
  extension: `100${id}`,
  displayName: `User ${id}`,
  username: `sip100${id}`,
  secret: 's',
})
export const alice = line(1)
export const bob = line(2)
export const carol = line(3, 'desk')
const lines = [alice, bob, carol]

export let folder: string
export const events: PbxEvent[] = []
export let board: Switchboard
/** Phones that were called, by line id. */
export const called = new Map<number, FakePhone[]>()
/** How many phones are registered, by line id. */
export const registered = new Map<number, number>()
export let flags: {
  mayRecord: boolean
  outgoing: boolean
  incoming: boolean
  permanent: boolean
  dialect: 'pause' | 'stop'
}

const directory: Directory = {
  lineByUsername: () => null,
  lineByExtension: extension => lines.find(one => one.extension === extension) ?? null,
  mayRecord: () => flags.mayRecord,
  recordsAutomatically: (_line, direction) => flags[direction],
  togglePermanent: () => (flags.permanent = !flags.permanent),
  codes: () => ({ permanent: '*26', onDemand: '*3' }),
  dialect: () => flags.dialect,
}

function phonesOf({ id }: Line): Dial[] {
  return Array.from({ length: registered.get(id) ?? 0 }, () => (_call, legEvents) => {
    const phone = new FakePhone()
    phone.events = legEvents
    called.set(id, [...(called.get(id) ?? []), phone])
    return phone
  })
}

/** Puts a new switchboard in the place of the last one. */
export function newBoard(): void {
  events.length = 0
  called.clear()
  board = new Switchboard({
    directory,
    monitorFolder: folder,
    greeting: encodeMulaw(sine(700, 200, 8000)),
    featureDigitTimeoutMs: 1500,
    onEvent: event => events.push(event),
    phonesOf,
  })
}

/** Before each test a switchboard, with one phone for Alice and one for Bob; after it, nothing may be left. */
export function setUpBoard(): void {
  beforeEach(() => {
    vi.useFakeTimers()
    folder = mkdtempSync(join(tmpdir(), 'tallylight-board-'))
    registered.clear()
    registered.set(1, 1).set(2, 1)
    flags = { mayRecord: true, outgoing: false, incoming: false, permanent: false, dialect: 'pause' }
    newBoard()
  })

  afterEach(() => {
    board.close()
    expect(board.channels()).toEqual([])
    expect(vi.getTimerCount()).toBe(0)
    vi.useRealTimers()
    rmSync(folder, { recursive: true })
  })
}

/** Somebody dials at a phone. */
export function dial(from: Line, number: string): { readonly phone: FakePhone; readonly id: string } {
  const phone = new FakePhone()
  const taken = board.incoming(from, number, phone)
  if (taken === null) throw new Error(`No such number: ${number}`)
  phone.events = taken.events
  board.proceed(taken.channel)
  return { phone, id: taken.channel.id }
}

export function phoneOf(called_: Line, index = 0): FakePhone {
  const phone = called.get(called_.id)?.[index]
  if (phone === undefined) throw new Error(`Nobody called ${called_.displayName}`)
  return phone
}

/** Alice talks with Bob. */
export function talk(): { readonly a: FakePhone; readonly b: FakePhone; readonly one: string; readonly two: string } {
  const { phone, id } = dial(alice, '1002')
  const b = phoneOf(bob)
  b.events?.ringing()
  b.events?.answered()
  const two = board.channel(id)?.bridgedWith ?? ''
  events.length = 0
  return { a: phone, b, one: id, two }
}

/** Events as short words: whose channel, what, and what then was to see. */
export function story(): string[] {
  return events.map(event => {
    if (event.kind === 'conversationEnded') return `conversation ended (${event.conversation.channels.length})`
    if (event.kind === 'transfer') return `transfer ${event.what}`
    const { channel } = event
    const who = channel.line?.extension ?? channel.self.number
    if (event.kind === 'recording') return `${who} recording ${event.what}`
    if (event.kind === 'dtmf') return `${who} dtmf ${event.digit}`
    return `${who} ${event.kind}`
  })
}
