/** Recording on the demo PBX: by the code, by itself, and the permanent one. */
import { readFile } from 'node:fs/promises'
import { describe, expect, it, vi } from 'vitest'
import { toneLevel, wavSamples } from './signal.ts'
import {
  aliceTone,
  bobTone,
  events,
  heardFor,
  hears,
  pbx,
  registered,
  setUpPbx,
  spoken,
  talk,
  told,
  until,
  world,
} from './stage.ts'

setUpPbx()

describe('a call between two phones', () => {
  it('records by *3 what both say, without the pause', async () => {
    const { alice, bob } = await talk()
    await Promise.all([hears(alice, bobTone), hears(bob, aliceTone)])
    const id = alice.wazoCallId ?? ''
    alice.sendDigits('*3')
    await vi.waitFor(() => expect(pbx.channel(id)?.recordState).toBe('active'), until)
    const take = pbx.channel(id)?.takes[0]
    const open = await readFile(take?.file ?? '')
    expect([open.length % 32768, open.readUInt32LE(4), open.readUInt32LE(40)]).toEqual([44, 0, 0])
    await heardFor(alice, 1500)
    alice.sendDigits('*3')
    await vi.waitFor(() => expect(pbx.channel(id)?.recordState).toBe('paused'), until)
    await heardFor(alice, 1500)
    alice.sendDigits('*3')
    await vi.waitFor(() => expect(pbx.channel(id)?.recordState).toBe('active'), until)
    await heardFor(alice, 1000)
    expect(bob.media.digitsHeard).toBe('')
    await bob.hangUp()
    await alice.ended

    expect(told()).toEqual([`${id} started`, `${id} paused`, `${id} resumed`])
    const wav = await readFile(take?.file ?? '')
    expect([wav.readUInt32LE(4), wav.readUInt32LE(40)]).toEqual([wav.length - 8, wav.length - 44])
    const samples = wavSamples(wav)
    const seconds = samples.length / 8000
    const lasted = ((take?.endedAt ?? 0) - (take?.startedAt ?? 0)) / 1000
    expect(seconds).toBeGreaterThan(2.5)
    // The pause of 1.5 s and more is not in the file, a beep of 0.25 s is.
    expect(lasted - seconds).toBeGreaterThan(1)
    const middle = samples.subarray(4000, 8000)
    expect(toneLevel(middle, aliceTone)).toBeGreaterThan(0.8 * spoken)
    expect(toneLevel(middle, bobTone)).toBeGreaterThan(0.8 * spoken)
    const end = samples.subarray(-5000, -1000)
    expect(toneLevel(end, aliceTone)).toBeGreaterThan(0.8 * spoken)
    expect(toneLevel(end, bobTone)).toBeGreaterThan(0.8 * spoken)
  })

  it('records by INFO digits of the callee on his own channel', async () => {
    const { alice, bob } = await talk()
    expect(await bob.sendInfo('*3')).toEqual([200, 200])
    expect(pbx.channel(bob.wazoCallId ?? '')?.recordState).toBe('active')
    expect(pbx.channel(alice.wazoCallId ?? '')?.recordState).toBe('inactive')
  })

  it('stays silent on *3 without permission', async () => {
    world.mayRecord = false
    const { alice, bob } = await talk()
    await hears(bob, aliceTone)
    await alice.sendInfo('*3')
    expect(pbx.channel(alice.wazoCallId ?? '')?.recordState).toBe('inactive')
    expect(pbx.record(alice.wazoCallId ?? '', 'start')).toBe('recording-unauthorized')
    expect(told()).toEqual([])
  })

  it('records by itself at the answer, the callee when the caller does not want it', async () => {
    world.automatic = 'incoming'
    const { alice, bob } = await talk()
    await vi.waitFor(() => expect(told()).toEqual([`${bob.wazoCallId} started`]), until)
    expect(pbx.channel(alice.wazoCallId ?? '')?.recordState).toBe('inactive')
  })
})

describe('*26', () => {
  it('toggles by *26 before the answer, and hangs up after two seconds', async () => {
    const call = await (await registered(1)).call('*26')
    expect(await call.outcome).toBe(200)
    expect(world.permanent).toBe(true)
    await vi.waitFor(() => expect(call.media.level(440, 150)).toBeGreaterThan(0.1), until)
    await vi.waitFor(() => expect(call.media.level(660, 150)).toBeGreaterThan(0.1), until)
    await call.ended
    expect(call.endReason).toBe('Q.850;cause=16')
    expect(events.map(event => event.kind)).toEqual(['created', 'updated', 'answered', 'ended', 'conversationEnded'])
  })

  it('knows no *26 when it is switched off', async () => {
    world.permanentCode = null
    expect(await (await (await registered(1)).call('*26')).outcome).toBe(404)
    expect(events).toEqual([])
  })
})
