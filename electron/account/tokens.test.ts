import { expect, test } from 'vitest'
import { AppFailure } from '../../shared/failure.ts'
import { type Token } from '../wazo/auth.ts'
import { WazoError } from '../wazo/errors.ts'
import { fakeClock } from '../wazo/testing/clock.ts'
import { createTokens } from './tokens.ts'

const token = (name: string, lifeMs = 100_000): Token => ({ token: name, refreshToken: null, userUuid: 'u', lifeMs })
const down = () => new WazoError({ service: 'auth', kind: 'unreachable', route: 'POST /token' })

/** A token source whose renewals are answered by hand. */
function setUp(first: Token | null, refreshToken: string | null = 'refresh') {
  const clock = fakeClock()
  const asked: { resolve: (token: Token) => void; reject: (error: unknown) => void }[] = []
  const over: string[] = []
  const tokens = createTokens({
    auth: { refresh: () => new Promise((resolve, reject) => asked.push({ resolve, reject })) },
    clientId: 'c',
    refreshToken,
    first,
    clock,
    over: () => over.push('over'),
  })
  return { clock, asked, over, tokens }
}
/** Lets settled promises reach those who wait for them. */
const settled = () => new Promise(resolve => setImmediate(resolve))

test('one renewal for all who ask', async () => {
  const { tokens, asked } = setUp(null)
  const all = [tokens.current(), tokens.current(), tokens.renew('x')]
  expect(asked).toHaveLength(1)
  asked[0]?.resolve(token('one'))
  expect(await Promise.all(all)).toEqual(['one', 'one', 'one'])
  expect(await tokens.renew('older')).toBe('one')
  expect(asked).toHaveLength(1)
})

test('renewed at three quarters of its life, and told', async () => {
  const { tokens, asked, clock } = setUp(token('one'))
  const told: string[] = []
  tokens.onRenewed(name => told.push(name))
  clock.pass(74_999)
  expect(asked).toHaveLength(0)
  clock.pass(1)
  expect(asked).toHaveLength(1)
  asked[0]?.resolve(token('two'))
  await settled()
  expect(told).toEqual(['two'])
  expect(await tokens.current()).toBe('two')
  expect(clock.waiting()).toEqual([75_000])
})

test('a server that is away is asked again, and ends nothing', async () => {
  const { tokens, asked, clock, over } = setUp(token('one'))
  clock.pass(75_000)
  asked[0]?.reject(down())
  await settled()
  expect(await tokens.current()).toBe('one')
  clock.pass(30_000) // its life is over, too
  expect(asked).toHaveLength(2)
  const waiting = tokens.current()
  asked[1]?.reject(down())
  await expect(waiting).rejects.toMatchObject({ kind: 'unreachable' })
  expect(over).toEqual([])
})

test('after a sleep the clock counts, not the timer', async () => {
  const { tokens, asked, clock } = setUp(token('one', 10_000))
  clock.pass(7_500)
  asked[0]?.reject(down())
  await settled()
  clock.pass(2_500)
  const waiting = tokens.current()
  expect(asked).toHaveLength(2)
  asked[1]?.resolve(token('two'))
  expect(await waiting).toBe('two')
})

test('a refused renewal is the end, told once', async () => {
  const { tokens, asked, over, clock } = setUp(token('one'))
  const waiting = tokens.renew('one')
  asked[0]?.reject(new AppFailure('session-over'))
  await expect(waiting).rejects.toThrow('session-over')
  await expect(tokens.current()).rejects.toThrow('session-over')
  await expect(tokens.renew('one')).rejects.toThrow('session-over')
  expect(over).toEqual(['over'])
  expect(asked).toHaveLength(1)
  expect(clock.waiting()).toEqual([])
})

test('a server that gave no refresh token: over with the first token', async () => {
  const { tokens, over, clock } = setUp(token('one'), null)
  expect(await tokens.current()).toBe('one')
  clock.pass(99_999)
  await settled()
  expect(await tokens.current()).toBe('one')
  expect(over).toEqual([])
  clock.pass(1)
  await settled()
  expect(over).toEqual(['over'])
})

test('stopped: no timer, and the token to revoke', () => {
  const { tokens, clock } = setUp(token('one'))
  expect(tokens.stop()).toBe('one')
  expect(clock.waiting()).toEqual([])
})
