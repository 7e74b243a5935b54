import { beforeEach, describe, expect, it } from 'vitest'
import { afterCode, allFlags, type Flags, ONLY_OUTGOING } from '../../shared/automatic.ts'
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
  /** A server before 21.01. */
  single = false
  async read() {
    const { now, single } = this
    await this.gate
    return { flags: now, single }
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
    automatic.use({ means: 'api', flags: server, hinted: false, codeBy: 'phone' })
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
      undo: { to: allFlags(false), at: 1_000 },
    })
  })

  it('asks only for what really changes, and for nothing at all when a press is taken back', async () => {
    automatic.set({ outgoingExternal: true })
    clock.advance(500)
    await settle()
    automatic.set(ONLY_OUTGOING)
    clock.advance(500)
    await settle()
    expect(server.writes).toEqual([{ outgoingExternal: true }, { outgoingInternal: true }])
    automatic.set({ incomingExternal: true })
    clock.advance(300)
    automatic.set({ incomingExternal: false })
    expect(automatic.view()).toMatchObject({ wish: null })
    clock.advance(1_000)
    await settle()
    expect(server.writes).toHaveLength(2)
  })

  it('says for as long as the server may reload that calls wait', async () => {
    automatic.set({ outgoingExternal: true })
    clock.advance(500)
    await settle()
    expect(automatic.view().settling).toBe(true)
    clock.advance(5_000)
    expect(automatic.view().settling).toBe(false)
  })

  it('undoes one sitting: back to the setting before its first change', async () => {
    automatic.set({ outgoingExternal: true })
    clock.advance(500)
    await settle()
    automatic.set({ incomingInternal: true })
    clock.advance(500)
    await settle()
    expect(automatic.view().undo).toEqual({ to: allFlags(false), at: 1_000 })
    // what came after a long while is a thing of its own
    clock.advance(600_000)
    await settle()
    automatic.set({ outgoingExternal: false })
    clock.advance(500)
    await settle()
    const { undo } = automatic.view()
    expect(undo?.to).toEqual({ ...allFlags(false), outgoingExternal: true, incomingInternal: true })
    if (undo) automatic.set(undo.to)
    clock.advance(500)
    await settle()
    expect(automatic.view()).toMatchObject({ undo: null, proof: { flags: undo?.to } })
  })

  it("offers no undo of somebody else's change, and says that it was one", async () => {
    automatic.set({ outgoingExternal: true })
    clock.advance(500)
    await settle()
    server.now = allFlags(true)
    clock.advance(1_000)
    await automatic.read()
    expect(automatic.view()).toMatchObject({
      undo: null,
      elsewhere: { from: { ...allFlags(false), outgoingExternal: true }, at: clock.now() },
    })
    automatic.set({ incomingExternal: false })
    expect(automatic.view().elsewhere).toBeNull()
  })

  it('takes a change that came through late for its own', async () => {
    server.write = () => Promise.reject(new AppFailure('unreachable'))
    automatic.set({ outgoingExternal: true })
    clock.advance(500)
    await settle()
    expect(automatic.view().refusal).toMatchObject({ reason: 'server-trouble' })
    server.now = { ...server.now, outgoingExternal: true }
    clock.advance(5_000)
    await settle()
    expect(automatic.view()).toMatchObject({
      proof: { flags: { outgoingExternal: true } },
      elsewhere: null,
      undo: { to: allFlags(false) },
    })
  })

  it('falls back to the code where the API takes no change after all', async () => {
    server.refuse = new AppFailure('not-allowed')
    automatic.set({ incomingInternal: true })
    clock.advance(500)
    await settle()
    expect(automatic.view().means).toBe('code')
    expect(() => automatic.set({ incomingInternal: true })).toThrow(AppFailure)
  })

  it('knows a server with one flag for all', async () => {
    server.single = true
    await automatic.read()
    expect(automatic.view().grid).toBe('one')
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
    expect(automatic.view().undo).toBeNull()
  })

  it('reads for a new line, though a read for the one before is still under way', async () => {
    server.hold()
    void automatic.read()
    const next = new FakeFlags()
    next.now = allFlags(true)
    automatic.use({ means: 'api', flags: next, hinted: false, codeBy: 'phone' })
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
    automatic.use({ means: 'code', flags: server, hinted: false, codeBy: 'phone' })
    await settle()
    await automatic.dialCode()
    expect(dialled).toBe(1)
    server.now = afterCode(server.now)
    automatic.codeCallEnded()
    await settle()
    expect(automatic.view()).toMatchObject({
      proof: { flags: allFlags(true) },
      refusal: null,
      undo: { to: allFlags(false) },
    })
    await automatic.dialCode()
    automatic.codeCallEnded()
    await settle()
    expect(automatic.view().refusal).toMatchObject({ reason: 'nothing-changed' })
  })

  it('is not judged by a read from before the call ended', async () => {
    automatic.use({ means: 'code', flags: server, hinted: false, codeBy: 'phone' })
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
    automatic.use({ means: 'code', flags: server, hinted: false, codeBy: 'phone' })
    dialFails = new AppFailure(code)
    await expect(automatic.dialCode()).rejects.toThrow(AppFailure)
    expect(automatic.view().refusal).toMatchObject({ reason })
  })

  it('is called once at a time: it toggles', async () => {
    automatic.use({ means: 'code', flags: server, hinted: false, codeBy: 'server' })
    await settle()
    await automatic.dialCode()
    await automatic.dialCode()
    expect(dialled).toBe(1)
    expect(automatic.view()).toMatchObject({ calling: true, codeBy: 'server' })
    automatic.refuse('not-picked-up')
    await settle()
    expect(automatic.view()).toMatchObject({ calling: false, refusal: { reason: 'not-picked-up' } })
  })

  it('whose refusal is not true is believed no longer than the flags are read', async () => {
    automatic.use({ means: 'code', flags: server, hinted: false, codeBy: 'phone' })
    await settle()
    await automatic.dialCode()
    server.now = allFlags(true)
    automatic.refuse('server-trouble')
    await settle()
    expect(automatic.view()).toMatchObject({ refusal: null, elsewhere: null, proof: { flags: allFlags(true) } })
  })

  it('whose end nobody tells is over after a minute', async () => {
    automatic.use({ means: 'code', flags: server, hinted: false, codeBy: 'phone' })
    await settle()
    await automatic.dialCode()
    server.now = allFlags(true)
    clock.advance(60_000)
    await settle()
    expect(automatic.view()).toMatchObject({ calling: false, proof: { flags: allFlags(true) } })
  })

  it('pressed on another device is a change by somebody else', async () => {
    automatic.use({ means: 'code', flags: server, hinted: false, codeBy: 'phone' })
    await settle()
    server.now = allFlags(true)
    automatic.codeCallEnded()
    await settle()
    expect(automatic.view()).toMatchObject({ proof: { flags: allFlags(true) }, elsewhere: { from: allFlags(false) } })
  })

  it('turns a mixed setting on', () => {
    expect(afterCode({ ...allFlags(false), incomingExternal: true })).toEqual(allFlags(true))
    expect(afterCode(allFlags(true))).toEqual(allFlags(false))
  })

  it('without any way to read claims nothing but that it was sent', async () => {
    automatic.use({ means: 'code', flags: null, hinted: false, codeBy: 'phone' })
    await automatic.dialCode()
    expect(automatic.view().proof).toEqual({ kind: 'unprovable', sentAt: 1_000 })
  })

  it('is told by the hint where there is one', () => {
    automatic.use({ means: 'code', flags: null, hinted: true, codeBy: 'phone' })
    expect(automatic.view().proof.kind).toBe('unknown')
    automatic.hint('on')
    expect(automatic.view().proof).toMatchObject({ kind: 'hint', on: true })
  })
})
