import { describe, expect, test } from 'vitest'
import { infoBody, infoFailure, sendTones } from './digits.ts'

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
