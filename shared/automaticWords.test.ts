import { describe, expect, it } from 'vitest'
import { type AutomaticView, type Due, dueFor, type Flags } from './automatic.ts'
import { notRead } from './snapshots.testing.ts'
import { formatFor, textFor } from './text/index.ts'
import { automaticSummary, codeInWords, dueInWords, flagsInWords, missingInWords } from './automaticWords.ts'

const text = textFor('en')
const format = formatFor('en', 'UTC')
const AT = Date.parse('2026-11-23T14:05:12Z')

const flags = (bits: number): Flags => ({
  outgoingExternal: (bits & 1) !== 0,
  outgoingInternal: (bits & 2) !== 0,
  incomingExternal: (bits & 4) !== 0,
  incomingInternal: (bits & 8) !== 0,
})
const view = (proof: AutomaticView['proof']): AutomaticView => ({ ...notRead, proof })

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
})

describe('a call that may be recorded by itself', () => {
  const say = (due: Due) => dueInWords(due, text, format)
  it('says so with the setting that makes it', () => {
    expect(say(dueFor(flags(1), true, 'outside'))).toBe('Will be recorded automatically: outgoing outside calls')
    expect(say(dueFor(flags(3), true, 'unknown'))).toBe('Will be recorded automatically: all outgoing calls')
    expect(say(dueFor(flags(1), true, 'unknown'))).toBe('May be recorded automatically: outgoing outside calls')
    expect(say(dueFor(flags(1), false, 'outside'))).toBeNull()
    expect(say({ due: 'maybe', why: [] })).toContain('your phone line says so')
  })

  it('whose recording is missing names the side that may record instead: of a call from a colleague alone', () => {
    const call: Parameters<typeof missingInWords>[0] = {
      automatic: { due: 'yes', why: [], missing: true },
      outgoing: false,
      zone: 'inside',
    }
    expect(missingInWords(call, text)).toContain("Your colleague's side may record instead")
    expect(missingInWords({ ...call, zone: 'outside' }, text)).toBe('Should be recorded, but is not on your side')
    expect(missingInWords({ ...call, outgoing: true }, text)).toBe('Should be recorded, but is not on your side')
    expect(missingInWords({ ...call, automatic: { ...call.automatic, missing: false } }, text)).toBeNull()
  })
})

describe('what the code would do', () => {
  const known = (bits: number) => view({ kind: 'known', flags: flags(bits), at: AT })
  it('is said for each setting, and what a mixed one loses', () => {
    expect(codeInWords(known(0), text, format)).toMatch(/on for all calls/)
    expect(codeInWords(known(15), text, format)).toMatch(/off for all calls/)
    expect(codeInWords(known(1), text, format)).toMatch(/all four on.*\(outgoing outside calls\) is lost. Undo/)
    expect(codeInWords({ ...known(1), means: 'code' }, text, format)).toMatch(/cannot be brought back from here/)
    expect(codeInWords(view({ kind: 'unprovable', sentAt: null }), text, format)).toMatch(/Listen/)
  })
  it('names whose phone rings', () => {
    expect(codeInWords({ ...known(0), codeBy: 'server' }, text, format)).toMatch(/^Your phone will ring: pick up/)
  })
})
