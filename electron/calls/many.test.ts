/** Calls in a row: main keeps the last few for the screen, and nothing else of them. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect, it } from 'vitest'
import { type PhoneSession } from '../../shared/phone.ts'
import { serverCall, session, settle, Stage } from './stage.testing.ts'

const CALLS = 200
/** What the screen lists of the last calls may hold on to theirs. */
const FEW = 6

async function collect(): Promise<void> {
  setFlagsFromString('--expose-gc')
  // what was looked at in this turn is kept until the next one
  await new Promise(resolve => setImmediate(resolve))
  runInNewContext('gc()')
}

it('of two hundred calls no timer is left and no report is held', async () => {
  const stage = new Stage().open()
  const { calls, clock } = stage
  const told: WeakRef<PhoneSession>[] = []
  const once = async (index: number) => {
    const of = (change: Partial<PhoneSession>) => {
      const report = session({
        session: `s-${index}`,
        sipCallId: `${index}@here`,
        serverId: `1697.${index}`,
        outgoing: index % 2 === 0,
        ...change,
      })
      told.push(new WeakRef(report))
      return report
    }
    calls.phoneSession(of({ status: index % 2 === 0 ? 'ringing-out' : 'ringing-in' }))
    // every third is not answered
    if (index % 3 !== 0) {
      stage.list = [serverCall({ id: `1697.${index}`, conversation: `1697.${index}`, sipCallId: `${index}@here` })]
      calls.phoneSession(of({ status: 'up' }))
      await stage.pass(500)
      calls.press(stage.only.id, 'start')
      await settle()
    }
    stage.list = []
    calls.phoneSession(of({ status: 'ended', endStatus: index % 3 === 0 ? 486 : null }))
    await stage.pass(250)
  }
  for (let index = 0; index < 3; index++) await once(index)
  await stage.pass(60_000)
  const before = clock.waiting
  for (let index = 3; index < CALLS; index++) await once(index)
  await stage.pass(60_000)
  stage.done.length = 0
  expect(calls.views()).toEqual([])
  expect(clock.waiting).toBe(before)
  await collect()
  expect(told.filter(report => report.deref() !== undefined).length).toBeLessThanOrEqual(FEW)
})
