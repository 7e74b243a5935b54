import { type SessionInfoOptions } from 'sip.js'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import {
  DigitQueue,
  infoBody,
  infoFailure,
  type InfoSession,
  pauseBefore,
  sendInfos,
  sendRecordInfo,
  sendTones,
} from './digits.ts'

/** RTCDTMFSender by its rules alone: tones are told one by one, then the empty one. */
class FakeSender extends EventTarget {
  canInsertDTMF = true
  inserted: unknown[] = []
  toneBuffer = ''
  ontonechange = null
  insertDTMF(...all: unknown[]) {
    this.inserted.push(all)
  }
  tell(tone: string) {
    this.dispatchEvent(Object.assign(new Event('tonechange'), { tone }))
  }
}

test('an INFO names one digit', () => {
  expect(infoBody('*')).toBe('Signal=*\r\nDuration=160')
})

test('a refused INFO is the call’s end, a ban or a fault', () => {
  expect(infoFailure(481)).toEqual({ code: 'call-gone', status: 481 })
  expect(infoFailure(403)).toEqual({ code: 'call-forbidden', status: 403 })
  expect(infoFailure(486)).toEqual({ code: 'call-failed', status: 486 })
})

describe('tones', () => {
  test('are sent only once the empty tone was told', async () => {
    const sender = new FakeSender()
    let sent = false
    const sending = sendTones(sender, '*3', new AbortController().signal).then(() => (sent = true))
    expect(sender.inserted).toEqual([['*3', 100, 70]])
    sender.tell('*')
    sender.tell('3')
    await Promise.resolve()
    expect(sent).toBe(false)
    sender.tell('')
    await sending
    expect(sent).toBe(true)
  })
  test('fail when they were not negotiated', async () => {
    const sender = Object.assign(new FakeSender(), { canInsertDTMF: false })
    await expect(sendTones(sender, '*3', new AbortController().signal)).rejects.toMatchObject({
      failure: { code: 'recording-no-route' },
    })
    expect(sender.inserted).toEqual([])
  })
  test('fail when the call ends before the last', async () => {
    const call = new AbortController()
    const sending = sendTones(new FakeSender(), '*3', call.signal)
    call.abort()
    await expect(sending).rejects.toMatchObject({ failure: { code: 'call-gone' } })
  })
})

describe('INFOs', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** Answers each INFO with its status, so many milliseconds later. */
  const answering = (...answers: readonly [status: number, ms: number][]) => {
    const asked: SessionInfoOptions[] = []
    const session = {
      info: (options: SessionInfoOptions = {}) => {
        const [status, ms] = answers[asked.length] ?? [200, 0]
        asked.push(options)
        const { requestDelegate: told } = options
        // only the status of an answer is read
        const response = { message: { statusCode: status } } as never
        setTimeout(() => (status < 300 ? told?.onAccept?.(response) : told?.onReject?.(response)), ms)
        return Promise.resolve({} as never)
      },
    } satisfies InfoSession
    return { session, asked }
  }
  const outstanding: Promise<unknown>[] = []
  const turn = { begin: () => undefined, outstanding: (answer: Promise<unknown>) => void outstanding.push(answer) }
  beforeEach(() => outstanding.splice(0))
  const outcome = (sending: Promise<void>) =>
    sending.then(
      () => 'sent',
      (error: unknown) => (error as { failure: unknown }).failure,
    )

  test('go out one after the answer to the other', async () => {
    const { session, asked } = answering([200, 1_300], [200, 2_900])
    const sending = outcome(sendInfos(session, '*3', turn))
    await vi.advanceTimersByTimeAsync(1_299)
    expect(asked).toHaveLength(1)
    await vi.advanceTimersByTimeAsync(2_901)
    expect(asked.map(({ requestOptions }) => requestOptions?.body?.content)).toEqual([infoBody('*'), infoBody('3')])
    // how late the last answer comes says nothing about the digits
    expect(await sending).toBe('sent')
  })
  test('stop where an answer comes so late that the next digit would belong to no code', async () => {
    const { session, asked } = answering([200, 9_000])
    const sending = outcome(sendInfos(session, '*3', turn))
    await vi.advanceTimersByTimeAsync(1_400)
    expect(await sending).toEqual({ code: 'code-too-slow', subject: '*3' })
    await vi.advanceTimersByTimeAsync(9_000)
    expect(asked).toHaveLength(1)
    await Promise.all(outstanding)
  })
  test('stop where the page itself was busy for too long in between', async () => {
    const { session, asked } = answering([200, 0])
    const sending = outcome(sendInfos(session, '*3', turn))
    const later = performance.now() + 2_000
    vi.spyOn(performance, 'now').mockReturnValue(later)
    await vi.advanceTimersByTimeAsync(0)
    expect(await sending).toEqual({ code: 'code-too-slow', subject: '*3' })
    expect(asked).toHaveLength(1)
    vi.restoreAllMocks()
  })
  test('wait no longer than 3 s for the last answer, and leave it outstanding', async () => {
    const { session } = answering([200, 0], [408, 32_000])
    const sending = outcome(sendInfos(session, '*3', turn))
    await vi.advanceTimersByTimeAsync(3_000)
    expect(await sending).toEqual({ code: 'code-too-slow', subject: '*3' })
    const answers = Promise.allSettled(outstanding)
    await vi.advanceTimersByTimeAsync(32_000)
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  })
  test('tell the first refusal', async () => {
    const { session, asked } = answering([481, 0])
    const sending = outcome(sendInfos(session, '*3', turn))
    await vi.advanceTimersByTimeAsync(0)
    expect(await sending).toEqual({ code: 'call-gone', status: 481 })
    expect(asked).toHaveLength(1)
  })
  test.each([
    [true, 'Record: on', 200, 'sent'],
    [false, 'Record: off', 403, { code: 'call-forbidden', status: 403 }],
    [true, 'Record: on', 408, { code: 'call-failed', status: 408 }],
  ] as const)('Record: %s is the header %s without a body; %d', async (on, header, status, expected) => {
    const { session, asked } = answering([status, 0])
    const sending = outcome(sendRecordInfo(session, on, turn))
    await vi.advanceTimersByTimeAsync(0)
    expect(await sending).toEqual(expected)
    expect(asked.map(({ requestOptions }) => requestOptions)).toEqual([{ extraHeaders: [header] }])
  })
})

test.each([
  ['keys', null, 0],
  ['code', null, 0],
  ['keys', { what: 'keys', at: 1_000 }, 0],
  ['code', { what: 'keys', at: 1_000 }, 1_700],
  ['code', { what: 'code', at: 1_000 }, 1_700],
  ['keys', { what: 'code', at: 1_000 }, 900],
  ['code', { what: 'keys', at: -9_000 }, 0],
] as const)('%s after %o wait %d ms', (what, last, ms) => expect(pauseBefore(what, last, 1_100)).toBe(ms))

describe('the strings of a call', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  const begun: string[] = []
  const send = (name: string) => () => {
    begun.push(name)
    return Promise.resolve()
  }
  beforeEach(() => begun.splice(0))

  test('a typed * is no part of the code after it, nor what is typed after that', async () => {
    const queue = new DigitQueue()
    const { signal } = new AbortController()
    const all = [
      queue.send('keys', signal, send('*')),
      queue.send('code', signal, send('*3')),
      queue.send('keys', signal, send('5')),
      queue.send('keys', signal, send('6')),
    ]
    await vi.advanceTimersByTimeAsync(1_700)
    expect(begun).toEqual(['*'])
    await vi.advanceTimersByTimeAsync(200)
    expect(begun).toEqual(['*', '*3'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(begun).toEqual(['*', '*3', '5', '6'])
    await Promise.all(all)
  })
  test('one that failed holds nobody up, and counts as sent', async () => {
    const queue = new DigitQueue()
    const { signal } = new AbortController()
    const failed = queue.send('code', signal, () => Promise.reject(new Error('refused')))
    await expect(failed).rejects.toThrow('refused')
    const next = queue.send('code', signal, send('*3'))
    await vi.advanceTimersByTimeAsync(1_700)
    expect(begun).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(begun).toEqual(['*3'])
    await next
  })
  test('one that cannot begin in time is told so, and never sent', async () => {
    const queue = new DigitQueue()
    const { signal } = new AbortController()
    const silent = queue.send('code', signal, ({ begin, outstanding }) => {
      begin()
      begun.push('*3')
      outstanding(new Promise(resolve => setTimeout(resolve, 32_000)))
      return Promise.resolve()
    })
    await silent
    const told = expect(queue.send('code', signal, send('late'))).rejects.toMatchObject({
      failure: { code: 'code-too-slow' },
    })
    await vi.advanceTimersByTimeAsync(4_000)
    await told
    await vi.advanceTimersByTimeAsync(60_000)
    expect(begun).toEqual(['*3'])
    await queue.send('code', signal, send('again'))
    expect(begun).toEqual(['*3', 'again'])
  })
  test('a code keeps its distance from the answer to what the server was slow to hear', async () => {
    const queue = new DigitQueue()
    const { signal } = new AbortController()
    const slow = queue.send('keys', signal, ({ outstanding }) => {
      outstanding(new Promise(resolve => setTimeout(resolve, 2_000)))
      return Promise.resolve()
    })
    await slow
    const next = queue.send('code', signal, send('*3'))
    await vi.advanceTimersByTimeAsync(2_000 + 1_700)
    expect(begun).toEqual([])
    await vi.advanceTimersByTimeAsync(200)
    expect(begun).toEqual(['*3'])
    await next
  })
  test('one that takes its time before the first digit is held to the same', async () => {
    const queue = new DigitQueue()
    const told = expect(
      queue.send('code', new AbortController().signal, async ({ begin }) => {
        await new Promise(resolve => setTimeout(resolve, 4_100))
        begin()
        begun.push('late')
      }),
    ).rejects.toMatchObject({ failure: { code: 'code-too-slow' } })
    await vi.advanceTimersByTimeAsync(5_000)
    await told
    expect(begun).toEqual([])
  })
  test('the end of the call ends their waiting', async () => {
    const queue = new DigitQueue()
    const call = new AbortController()
    await queue.send('keys', call.signal, send('*'))
    const waiting = queue.send('code', call.signal, send('*3'))
    const told = expect(waiting).rejects.toMatchObject({ failure: { code: 'call-gone' } })
    await vi.advanceTimersByTimeAsync(100)
    call.abort()
    await told
    expect(begun).toEqual(['*'])
  })
})
