import { describe, expect, it } from 'vitest'
import { type AutomaticView, type Flags } from './automatic.ts'
import { formatFor, textFor } from './text/index.ts'
import { automaticSummary, flagsInWords, isDue } from './automaticWords.ts'

const text = textFor('en')
const format = formatFor('en', 'UTC')
const AT = Date.parse('2026-11-23T14:05:12Z')

const flags = (bits: number): Flags => ({
  outgoingExternal: (bits & 1) !== 0,
  outgoingInternal: (bits & 2) !== 0,
  incomingExternal: (bits & 4) !== 0,
  incomingInternal: (bits & 8) !== 0,
})
const view = (proof: AutomaticView['proof']): AutomaticView => ({
  means: 'api',
  proof,
  wish: null,
  refusal: null,
  before: null,
  code: '*26',
})

describe('the four flags in words', () => {
  it('say something else for each of the sixteen settings', () => {
    const said = Array.from({ length: 16 }, (_, bits) => flagsInWords(flags(bits), text, format))
    expect(new Set(said).size).toBe(16)
  })

  it('are short where a short word is true', () => {
    expect(flagsInWords(flags(0), text, format)).toBe('off')
    expect(flagsInWords(flags(15), text, format)).toBe('all calls')
    expect(flagsInWords(flags(3), text, format)).toBe('all outgoing calls')
    expect(flagsInWords(flags(5), text, format)).toBe('outside calls')
    expect(flagsInWords(flags(7), text, format)).toBe('all outgoing calls and incoming outside calls')
    expect(flagsInWords(flags(9), text, format)).toBe('outgoing outside calls and incoming calls from colleagues')
  })
})

describe('the summary', () => {
  it('claims only what was read', () => {
    expect(automaticSummary(view({ kind: 'hint', on: false, at: AT }), text, format)).toBe('off')
    expect(automaticSummary(view({ kind: 'unknown', last: null, at: null }), text, format)).toBe('not known now')
    expect(automaticSummary(view({ kind: 'unknown', last: flags(15), at: AT }), text, format)).toBe(
      'not known now, last seen: all calls',
    )
    expect(automaticSummary(view({ kind: 'unprovable', sentAt: null }), text, format)).toBe('cannot be confirmed')
    expect(automaticSummary(view({ kind: 'unprovable', sentAt: AT }), text, format)).toBe(
      '*26 dialled at 14:05:12. This server cannot confirm it',
    )
  })

  it('promises a recording only where both flags of the direction were read as on', () => {
    expect(isDue(view({ kind: 'known', flags: flags(3), at: AT }), true)).toBe(true)
    expect(isDue(view({ kind: 'known', flags: flags(3), at: AT }), false)).toBe(false)
    expect(isDue(view({ kind: 'known', flags: flags(1), at: AT }), true)).toBe(false)
    expect(isDue(view({ kind: 'unknown', last: flags(15), at: AT }), true)).toBe(false)
    expect(isDue(view({ kind: 'unprovable', sentAt: AT }), true)).toBe(false)
  })
})
