import { beforeEach, describe, expect, it } from 'vitest'
import { afterCode, allFlags, type Flags } from '../../shared/automatic.ts'
import { AppFailure } from '../../shared/failure.ts'
import { Automatic } from './automatic.ts'
import { ManualClock } from './clock.testing.ts'

class FakeFlags {
  now: Flags = allFlags(false)
  writes: Partial<Flags>[] = []
  refuse: AppFailure | null = null
  read() {
    return Promise.resolve(this.now)
  }
  write(flags: Partial<Flags>) {
    this.writes.push(flags)
    if (this.refuse) return Promise.reject(this.refuse)
    this.now = { ...this.now, ...flags }
    return Promise.resolve()
  }
}

let clock: ManualClock
let server: FakeFlags
let automatic: Automatic
let dialled: number
const settle = async () => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

beforeEach(() => {
  clock = new ManualClock(1_000)
  server = new FakeFlags()
  dialled = 0
  automatic = new Automatic({
    clock,
    code: () => '*26',
    onChange: () => undefined,
    dialCode: () => {
      dialled++
      return Promise.resolve()
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
