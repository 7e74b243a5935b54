/** Jinja2 itself judges our templates: where we give a name, it gives the same; where it fails, we refuse. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { write } from './evaluate.ts'
import { anyExpression, templates, truthExpression, wildExpression } from './generate.ts'
import { LONGEST_TEMPLATE, parse } from './parse.ts'

const COUNT = Number(process.env['TALLYLIGHT_RUNS'] ?? 1000)
const PYTHON = process.env['TALLYLIGHT_PYTHON'] ?? '/usr/bin/python3'
const SEED = Number(process.env['TALLYLIGHT_SEED'] ?? 20_170_316)

const values = fc.record({
  srcnum: fc.oneof(fc.stringMatching(/^\+?[0-9]{0,11}$/), fc.stringMatching(/^[A-Za-z0-9 +*#.-]{0,8}$/)),
  dstnum: fc.oneof(fc.stringMatching(/^[0-9*#]{0,6}$/), fc.constantFrom('', '1002')),
  timestamp: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
  local_time: fc.constantFrom('Thu Mar 16 14:05:01 2017', 'Mon Mar  6 04:05:01 2017'),
  utc_time: fc.constantFrom('Thu Mar 16 13:05:01 2017', 'Mon Mar  6 03:05:01 2017'),
  base_context: fc.constantFrom('default', 'from-extern', 'ctx_1'),
  tenant_uuid: fc.uuid(),
  dest_type: fc.constantFrom('user', 'group', 'queue', 'outcall'),
  side: fc.constantFrom('caller', 'callee'),
})

type Given = Parameters<typeof write>[1]

/** Ours: null = refused. */
function ours(template: string, given: Record<string, string | number>): string | null {
  const python: Given = Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, typeof value === 'number' ? BigInt(value) : value]),
  )
  try {
    return write(parse(template, Object.keys(given)), python)
  } catch (error) {
    if (error instanceof AppFailure && error.failure.code === 'template-unsupported') return null
    throw error
  }
}

/** Jinja's: null = it fails. */
function theirs(cases: readonly (readonly [string, unknown])[]): readonly (string | null)[] {
  const run = spawnSync(PYTHON, [join(import.meta.dirname, 'judge.py')], {
    input: JSON.stringify(cases),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  })
  if (run.status !== 0)
    throw new Error(`The judge needs Python 3 with Jinja2: apt-get install python3-jinja2 (${PYTHON})\n${run.stderr}`)
  return JSON.parse(run.stdout) as (string | null)[]
}

function compareAll(source: fc.Arbitrary<string>): { agreed: number; refused: number; failed: number } {
  const cases = fc.sample(
    fc.tuple(
      source.filter(it => it.length <= LONGEST_TEMPLATE),
      values,
    ),
    { numRuns: COUNT, seed: SEED },
  )
  const judged = theirs(cases)
  const sum = { agreed: 0, refused: 0, failed: 0 }
  const wrong: unknown[] = []
  for (const [at, [template, given]] of cases.entries()) {
    const mine = ours(template, given)
    const right = judged[at] ?? null
    if (mine !== null && mine !== right) wrong.push({ template, given, mine, right })
    else if (right === null) sum.failed++
    else if (mine === null) sum.refused++
    else sum.agreed++
  }
  expect(wrong).toEqual([])
  return sum
}

test(`${COUNT} expressions`, () => {
  const sum = compareAll(anyExpression.map(it => `{{ ${it} }}`))
  // What Jinja can do, we can do, but for what we bound and what we do not offer.
  expect(sum.agreed).toBeGreaterThan(COUNT * 0.6)
  expect(sum.refused).toBeLessThan(COUNT * 0.1)
})

test(`${COUNT} expressions that may be wrong`, () => {
  const sum = compareAll(wildExpression.map(it => `{{ ${it} }}`))
  expect(sum.agreed).toBeGreaterThan(COUNT * 0.02)
})

test(`${COUNT} whole templates`, () => {
  const text = fc.oneof(
    fc.constantFrom('-', '_', ' ', '\n', '/', 'to', ' - ', '\r\n', '\n '),
    fc.stringMatching(/^[A-Za-z0-9 _/.-]{0,6}$/),
  )
  const sum = compareAll(templates(anyExpression, truthExpression, text))
  expect(sum.agreed).toBeGreaterThan(COUNT * 0.3)
})
