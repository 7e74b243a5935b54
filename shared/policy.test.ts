import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { brokenPolicy, OPEN_POLICY, parsePolicy, strictest } from './policy.ts'

describe("an administrator's rules", () => {
  it('lock what they say', () => {
    expect(parsePolicy('{"selfGrant":"locked"}')).toEqual({ selfGrant: 'locked', problem: null })
    expect(parsePolicy(' {\n "selfGrant": "allowed" }\n')).toEqual(OPEN_POLICY)
    expect(parsePolicy('{}')).toEqual(OPEN_POLICY)
  })

  it.each([
    ['', 'no-json'],
    ['{"selfGrant":"locked"', 'no-json'],
    ['null', 'not-understood'],
    ['[]', 'not-understood'],
    ['"locked"', 'not-understood'],
    ['{"selfgrant":"locked"}', 'not-understood'],
    ['{"selfGrant":"LOCKED"}', 'not-understood'],
    ['{"selfGrant":true}', 'not-understood'],
    ['{"selfGrant":"allowed","more":1}', 'not-understood'],
    ['{"__proto__":{"selfGrant":"allowed"}}', 'not-understood'],
    [`${'['.repeat(20_000)}${']'.repeat(20_000)}`, 'not-understood'],
  ] as const)('that are not understood lock: %.40s', (text, problem) => {
    expect(parsePolicy(text)).toEqual(brokenPolicy(problem))
  })

  it('open only where the text says nothing else', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), text => {
        const policy = parsePolicy(text)
        if (policy.selfGrant === 'allowed') expect(['{}', '{"selfGrant":"allowed"}']).toContain(text.replace(/\s/g, ''))
      }),
    )
  })

  it('of several files: each may lock, none opens what another locks', () => {
    expect(strictest([OPEN_POLICY, parsePolicy('{"selfGrant":"locked"}')]).selfGrant).toBe('locked')
    expect(strictest([brokenPolicy('unreadable'), OPEN_POLICY])).toEqual(brokenPolicy('unreadable'))
    expect(strictest([OPEN_POLICY])).toEqual(OPEN_POLICY)
  })
})
