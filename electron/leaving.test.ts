import { beforeEach, describe, expect, it } from 'vitest'
import { type CallView } from '../shared/call.ts'
import { callOf } from '../shared/snapshots.testing.ts'
import { Leaving, type Question } from './leaving.ts'

let calls: CallView[]
let asked: (Question | null)[]
let gone: string[]
let leaving: Leaving
const go = (what: string) => () => void gone.push(what)

beforeEach(() => {
  calls = []
  asked = []
  gone = []
  leaving = new Leaving({ calls: () => calls, ask: question => void asked.push(question), show: () => undefined })
})

describe('leaving', () => {
  it('asks nothing without a call', async () => {
    await leaving.wish('quit', go('quit'))
    expect(gone).toEqual(['quit'])
    expect(asked).toEqual([])
  })

  it('says whether the call ends or goes on, and waits for the answer', async () => {
    calls = [callOf(undefined, { device: 'elsewhere' })]
    await leaving.wish('sign-out', go('out'))
    expect(asked).toEqual([{ leaving: 'sign-out', ends: false }])
    calls = [callOf()]
    await leaving.wish('quit', go('quit'))
    expect(asked.at(-1)).toEqual({ leaving: 'quit', ends: true })
    expect(gone).toEqual([])
    await leaving.answer(true)
    expect(gone).toEqual(['quit'])
    expect(asked.at(-1)).toBeNull()
  })

  it('stays when told to, and an answer counts once', async () => {
    calls = [callOf()]
    await leaving.wish('quit', go('quit'))
    await leaving.answer(false)
    await leaving.answer(true)
    expect(gone).toEqual([])
  })

  it('goes when it is wished again: the page that asks may be dead', async () => {
    calls = [callOf()]
    await leaving.wish('quit', go('quit'))
    await leaving.wish('quit', go('quit'))
    expect(gone).toEqual(['quit'])
  })

  it('takes the question back when the last call has ended', async () => {
    calls = [callOf()]
    await leaving.wish('quit', go('quit'))
    leaving.callsChanged()
    expect(asked).toHaveLength(1)
    calls = []
    leaving.callsChanged()
    expect(asked.at(-1)).toBeNull()
    await leaving.answer(true)
    expect(gone).toEqual([])
  })
})
