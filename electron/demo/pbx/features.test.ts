import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { type HeldDigits, nothingHeld, press } from './features.ts'

interface Outcome {
  readonly passed: string
  readonly matches: number
  readonly held: string
}

/** Presses digits with the given gaps before each. */
function pressAll(digits: string, code: string, gaps: readonly number[] = []): Outcome {
  let held: HeldDigits = nothingHeld
  let at = 0
  let passed = ''
  let matches = 0
  for (const [index, digit] of [...digits].entries()) {
    at += gaps[index] ?? 100
    const result = press(held, digit, at, code, 1500)
    held = result.held
    passed += result.passed
    if (result.matched) matches++
  }
  return { passed, matches, held: held.digits }
}

describe('feature digits', () => {
  // Measured on a real Asterisk: `**3` does not work, the others do, and digits past the code reach the other side.
  it.each([
    ['*3', { passed: '', matches: 1, held: '' }],
    ['3*3', { passed: '3', matches: 1, held: '' }],
    ['*33', { passed: '3', matches: 1, held: '' }],
    ['**3', { passed: '**3', matches: 0, held: '' }],
    ['*', { passed: '', matches: 0, held: '*' }],
    ['12#', { passed: '12#', matches: 0, held: '' }],
  ])('%s', (digits, outcome) => {
    expect(pressAll(digits, '*3')).toEqual(outcome)
  })

  it.each([
    [1499, 1],
    [1500, 0],
    [2000, 0],
  ])('with %i ms between the digits matches %i times', (gap, matches) => {
    const outcome = pressAll('*3', '*3', [0, gap])
    expect(outcome.matches).toBe(matches)
    expect(outcome.passed).toBe(matches === 1 ? '' : '*3')
  })

  const digits = fc.string({ unit: fc.constantFrom(...'0123*#'), maxLength: 20 })
  const code = fc.string({ unit: fc.constantFrom(...'03*'), minLength: 1, maxLength: 4 })
  const gaps = fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 20 })

  it('loses no digit and invents none', () => {
    fc.assert(
      fc.property(digits, code, gaps, (pressed, wanted, waits) => {
        const { passed, matches, held } = pressAll(pressed, wanted, waits)
        expect(passed.length + matches * wanted.length + held.length).toBe(pressed.length)
        expect(wanted.startsWith(held) && held !== wanted).toBe(true)
        // What is left when the codes are taken out in order is what was passed on.
        let rest = passed + held
        let from = 0
        for (let match = 0; match < matches; match++) {
          from = pressed.indexOf(wanted, from)
          expect(from).toBeGreaterThanOrEqual(0)
          from += wanted.length
        }
        for (const digit of pressed) if (rest.startsWith(digit)) rest = rest.slice(1)
        expect(rest).toBe('')
      }),
    )
  })

  it('matches a code pressed on its own, whatever was pressed long before', () => {
    fc.assert(
      fc.property(digits, code, (before, wanted) => {
        const waits = [...Array.from(before, () => 100), 1500, ...Array.from(wanted.slice(1), () => 100)]
        const alone = pressAll(before, wanted)
        expect(pressAll(before + wanted, wanted, waits).matches).toBe(alone.matches + 1)
      }),
    )
  })
})
