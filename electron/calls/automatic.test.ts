import { beforeEach, describe, expect, it } from 'vitest'
import { afterCode, allFlags, type Flags } from '../../shared/automatic.ts'
import { AppFailure } from '../../shared/failure.ts'
import { Automatic } from './automatic.ts'
import { ManualClock } from './clock.testing.ts'

class FakeFlags {
  now: Flags = allFlags(false)
  /** While set, answers wait for it. */
  gate: Promise<void> | null = null
  hold() {
    let letGo = () => undefined as void
    this.gate = new Promise(resolve => (letGo = resolve))
    return () => {
      this.gate = null
      letGo()
    }
  }
  writes: Partial<Flags>[] = []
  refuse: AppFailure | null = null
  async read() {
    const { now } = this
    await this.gate
    return now
  }
  async write(flags: Partial<Flags>) {
    this.writes.push(flags)
    await this.gate
    if (this.refuse) throw this.refuse
    this.now = { ...this.now, ...flags }
  }
}

let clock: ManualClock
let server: FakeFlags
let automatic: Automatic
let dialled: number
let dialFails: AppFailure | null
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

beforeEach(() => {
  clock = new ManualClock(1_000)
  server = new FakeFlags()
  dialled = 0
  dialFails = null
  automatic = new Automatic({
    clock,
    code: () => '*26',
    onChange: () => undefined,
    dialCode: () => {
      dialled++
      return dialFails ? Promise.reject(dialFails) : Promise.resolve()
    },
    log: () => undefined,
  })
})

describe('by the API', () => {
  beforeEach(async () => {
    automatic.use({ means: 'api', flags: server, hinted: false })
    await settle()
  })

  it('sends all changes of half a second in one request, and believes only what it reads back', async () => {
    automatic.set({ outgoingExternal: true })
    clock.advance(400)
    automatic.set({ outgoingInternal: true })
    clock.advance(400)
    expect(server.writes).toEqual([])
    expect(automatic.view()).toMatchObject({
      proof: { flags: allFlags(false) },
      wish: { outgoingExternal: true, outgoingInternal: true },
    })
    clock.advance(200)
    await settle()
    expect(server.writes).toEqual([{ outgoingExternal: true, outgoingInternal: true }])
    expect(automatic.view()).toMatchObject({
      proof: { kind: 'known', flags: { outgoingExternal: true } },
      wish: null,
      before: allFlags(false),
    })
  })

  it('says when the server kept the old value', async () => {
    server.write = flags => {
      server.writes.push(flags)
      return Promise.resolve()
    }
    automatic.set({ incomingInternal: true })
    clock.advance(500)
    await settle()
    expect(automatic.view()).toMatchObject({ wish: null, refusal: { reason: 'nothing-changed' } })
  })

  it('says when the user may not', async () => {
    server.refuse = new AppFailure('not-allowed')
    automatic.set({ incomingInternal: true })
    clock.advance(500)
    await settle()
    expect(automatic.view()).toMatchObject({
      wish: null,
      refusal: { reason: 'not-allowed' },
      proof: { flags: allFlags(false) },
    })
  })

  it('sends one request after the other, and judges the last wish alone', async () => {
    const letGo = server.hold()
    automatic.set({ outgoingExternal: true })
    clock.advance(500)
    await settle()
    automatic.set({ outgoingExternal: false })
    clock.advance(500)
    await settle()
    expect(server.writes).toEqual([{ outgoingExternal: true }])
    letGo()
    await settle()
    expect(server.writes).toEqual([{ outgoingExternal: true }, { outgoingExternal: false }])
    expect(automatic.view()).toMatchObject({ wish: null, refusal: null, proof: { flags: allFlags(false) } })
  })

  it('offers no undo to a setting that is not known', async () => {
    automatic.set({ outgoingExternal: true })
    clock.advance(500)
    await settle()
    server.read = () => Promise.reject(new Error('unreachable'))
    await automatic.read()
    automatic.set({ outgoingInternal: true })
    expect(automatic.view().before).toBeNull()
  })

  it('reads for a new line, though a read for the one before is still under way', async () => {
    server.hold()
    void automatic.read()
    const next = new FakeFlags()
    next.now = allFlags(true)
    automatic.use({ means: 'api', flags: next, hinted: false })
    await settle()
    expect(automatic.view().proof).toMatchObject({ kind: 'known', flags: allFlags(true) })
  })

  it('notices a change made elsewhere by polling', async () => {
    server.now = allFlags(true)
    clock.advance(300_000)
    await settle()
    expect(automatic.view().proof).toMatchObject({ kind: 'known', flags: allFlags(true) })
  })
})

describe('by the code', () => {
  it('reads back once the call has ended, and says when nothing changed', async () => {
    automatic.use({ means: 'code', flags: server, hinted: false })
    await settle()
    await automatic.dialCode()
    expect(dialled).toBe(1)
    server.now = afterCode(server.now)
    automatic.codeCallEnded()
    await settle()
    expect(automatic.view()).toMatchObject({ proof: { flags: allFlags(true) }, refusal: null, before: allFlags(false) })
    await automatic.dialCode()
    automatic.codeCallEnded()
    await settle()
    expect(automatic.view().refusal).toMatchObject({ reason: 'nothing-changed' })
  })

  it('is not judged by a read from before the call ended', async () => {
    automatic.use({ means: 'code', flags: server, hinted: false })
    await settle()
    await automatic.dialCode()
    await automatic.read()
    expect(automatic.view().refusal).toBeNull()
    const letGo = server.hold()
    void automatic.read()
    server.now = afterCode(server.now)
    automatic.codeCallEnded()
    automatic.codeCallEnded()
    letGo()
    await settle()
    expect(automatic.view()).toMatchObject({ refusal: null, proof: { flags: allFlags(true) } })
  })

  it.each([
    ['call-unknown-number', 'code-disabled'],
    ['not-registered', 'phone-off'],
    ['unreachable', 'server-trouble'],
    ['not-allowed', 'not-allowed'],
  ] as const)('that cannot be called (%s) says why', async (code, reason) => {
    automatic.use({ means: 'code', flags: server, hinted: false })
    dialFails = new AppFailure(code)
    await expect(automatic.dialCode()).rejects.toThrow(AppFailure)
    expect(automatic.view().refusal).toMatchObject({ reason })
  })

  it('turns a mixed setting on', () => {
    expect(afterCode({ ...allFlags(false), incomingExternal: true })).toEqual(allFlags(true))
    expect(afterCode(allFlags(true))).toEqual(allFlags(false))
  })

  it('without any way to read claims nothing but that it was sent', async () => {
    automatic.use({ means: 'code', flags: null, hinted: false })
    await automatic.dialCode()
    expect(automatic.view().proof).toEqual({ kind: 'unprovable', sentAt: 1_000 })
  })

  it('is told by the hint where there is one', () => {
    automatic.use({ means: 'code', flags: null, hinted: true })
    expect(automatic.view().proof.kind).toBe('unknown')
    automatic.hint('on')
    expect(automatic.view().proof).toMatchObject({ kind: 'hint', on: true })
  })
})
