/**
 * The lamp never lies: the app's live calls against a model of the server, through random runs of presses, lost and late
 * events, refusals, cut sockets, restarts, other devices. `RUNS` and `SEED` set how many, and which.
 */
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { Calls } from '../calls/calls.ts'
import { MUTATIONS, mutant } from './mutations.ts'
import { type Product } from './rig.ts'
import { play, runs } from './steps.ts'

const wanted = (name: 'RUNS' | 'SEED', otherwise: number): number => {
  const text = process.env[name]
  if (text === undefined || text === '') return otherwise
  if (!/^-?\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number, not "${text}"`)
  return Number(text)
}
const RUNS = wanted('RUNS', 400)
const SEED = wanted('SEED', 7)
/** The mutations' own, so that whether one is caught is no matter of chance. */
const MUTANT = { numRuns: Math.max(1_000, RUNS), seed: 7 }

const told: string[] = [`Lamp: ${RUNS} runs with the seed ${SEED} (RUNS and SEED set others)`]
afterAll(() => console.warn(told.join('\n')))

/** @returns the number of the first run in which something did not hold, and what; null = all held */
async function firstFailure(product: Product): Promise<{ readonly run: number; readonly what: string } | null> {
  let run = 0
  const details = await fc.check(
    fc.asyncProperty(runs, async one => {
      run += 1
      await play(one, product)
    }),
    { ...MUTANT, endOnFailure: true },
  )
  if (!details.failed) return null
  const { errorInstance: error } = details
  return { run, what: error instanceof Error ? (error.message.split(':')[0] ?? '') : 'no error' }
}

test('the lamp is right in every run', async () => {
  const judged = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(runs, async one => {
      for (const [what, times] of Object.entries(await play(one, Calls)))
        judged.set(what, (judged.get(what) ?? 0) + times)
    }),
    { numRuns: RUNS, seed: SEED },
  )
  told.push('Judged:', ...[...judged].sort().map(([what, times]) => `  ${String(times).padStart(8)} ${what}`))
  // a property that never speaks proves nothing
  for (const what of RULES) expect({ what, judged: judged.get(what) ?? 0 }).not.toEqual({ what, judged: 0 })
})

/** What has to have been judged in any number of runs worth the name. */
const RULES = [
  'proof has evidence, and nothing newer against it',
  'what a file showed was so a moment ago',
  'no unknown while reads answer',
  'unknown after 6 s without a sign of life',
  'a wish ends',
  'a wish ends proven or told',
  'never two toggles outstanding',
  'no toggle after what may have worked',
  'no toggle from unknown unless asked',
  'no stop while paused',
  'no press for 800 ms after a new label',
  'what is not offered does nothing',
  'what is offered does something',
  'quiet: the lamp is right',
  'quiet: no call that is over',
]

describe('a fault in the core is caught', () => {
  test.each(MUTATIONS)('$name', async mutation => {
    const failure = await firstFailure(await mutant(mutation))
    told.push(
      failure === null
        ? `NOT caught: ${mutation.name}`
        : `Caught in run ${String(failure.run).padStart(4)}: ${mutation.name} (${failure.what})`,
    )
    expect(failure).not.toBeNull()
  })
})
