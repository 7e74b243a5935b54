import { beforeEach, expect, it } from 'vitest'
import { AppFailure } from '../../shared/failure.ts'
import { OPEN_POLICY, type PolicyView } from '../../shared/policy.ts'
import { ManualClock } from './clock.testing.ts'
import { type RecordRight, SelfGrant } from './selfGrant.ts'

let now: boolean | null
let sets: boolean[]
let policy: PolicyView
let clock: ManualClock
let grant: SelfGrant
const right: RecordRight = {
  set: on => {
    sets.push(on)
    now = on
    return Promise.resolve()
  },
  read: () => Promise.resolve(now),
}
const codeOf = (done: Promise<void>) =>
  done.then(
    () => null,
    (error: unknown) => (error instanceof AppFailure ? error.failure.code : error),
  )

beforeEach(() => {
  now = false
  sets = []
  policy = OPEN_POLICY
  clock = new ManualClock(1_000)
  grant = new SelfGrant({ clock, policy: () => policy, onChange: () => undefined })
  grant.use(right)
})

it('is allowed, read back, and undone', async () => {
  await grant.set(true)
  expect(grant.view()).toEqual({ offered: true, grantedAt: 1_000, settling: true })
  clock.advance(5_000)
  expect(grant.view().settling).toBe(false)
  await grant.set(false)
  expect(grant.view().grantedAt).toBeNull()
  expect(sets).toEqual([true, false])
})

it('is locked by the policy as it is now, and nothing is asked of the server', async () => {
  policy = { selfGrant: 'locked', problem: null }
  expect(await codeOf(grant.set(true))).toBe('policy-locked')
  expect(sets).toEqual([])
})

it('may be undone although it was locked since', async () => {
  await grant.set(true)
  policy = { selfGrant: 'locked', problem: null }
  await grant.set(false)
  expect(now).toBe(false)
})

it('takes nothing away that it did not give', async () => {
  now = true
  expect(await codeOf(grant.set(false))).toBe('not-allowed')
  expect(sets).toEqual([])
})

it('that the server did not keep is said, and leaves nothing to undo', async () => {
  grant.use({ ...right, set: () => Promise.resolve() })
  expect(await codeOf(grant.set(true))).toBe('right-unchanged')
  expect(grant.view().grantedAt).toBeNull()
})

it('that cannot be read back can be undone all the same', async () => {
  grant.use({ ...right, read: () => Promise.reject(new AppFailure('unreachable')) })
  expect(await codeOf(grant.set(true))).toBe('unreachable')
  expect(grant.view().grantedAt).toBe(1_000)
})

it('is not offered where there is no such permission', async () => {
  grant.use(null)
  expect(grant.view().offered).toBe(false)
  expect(await codeOf(grant.set(true))).toBe('not-allowed')
})
