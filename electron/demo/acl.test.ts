import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { aclSegment, defaultUserPolicy, grants } from './acl.ts'

const me = { userUuid: '68d40d60-0551-4f5c-909b-8a955c4d6f26', sessionUuid: 'session-1' }
const segment = fc.stringMatching(/^[a-z0-9_-]{1,8}$/)
const access = fc.array(segment, { minLength: 1, maxLength: 6 }).map(parts => parts.join('.'))

describe('grammar', () => {
  test.each([
    ['calld.users.me.#', 'calld.users.me.calls.1697_12.record.start.update', true],
    ['calld.users.me.#', `calld.users.${me.userUuid}.calls.read`, true],
    ['calld.users.me.#', 'calld.users.somebody.calls.read', false],
    ['confd.users.me.services.*.*', 'confd.users.me.services.update', false],
    ['confd.users.me.services.*.*', 'confd.users.me.services.dnd.update', true],
    ['confd.users.*.read', 'confd.users.a.b.read', false],
    ['confd.users.me.edit', 'confd.users.me.update', true],
    ['confd.users.me.update', 'confd.users.me.edit', true],
    [
      'events.auth.users.me.sessions.my_session.expire_soon',
      `events.auth.users.${me.userUuid}.sessions.session-1.expire_soon`,
      true,
    ],
    [
      'events.auth.users.me.sessions.my_session.expire_soon',
      `events.auth.users.${me.userUuid}.sessions.session-2.expire_soon`,
      false,
    ],
    ['a+b', 'aab', false],
  ])('%s and %s: %s', (granted, required, allowed) => {
    expect(grants([granted], required, me)).toBe(allowed)
  })

  test('a negative entry wins wherever it stands', () => {
    expect(grants(['!calld.users.me.calls.create', 'calld.#'], 'calld.users.me.calls.create', me)).toBe(false)
    expect(grants(['calld.#', '!calld.users.me.calls.create'], 'calld.users.me.calls.create', me)).toBe(false)
    expect(grants(['calld.#', '!calld.users.me.calls.create'], 'calld.users.me.calls.read', me)).toBe(true)
  })
})

describe('properties', () => {
  test('an entry without wildcards grants itself and nothing longer', () => {
    fc.assert(
      fc.property(access, segment, (required, more) => {
        const plain = required.replace(/\b(me|my_session)\b/g, 'x')
        expect(grants([plain], plain, me)).toBe(true)
        expect(grants([plain], `${plain}.${more}`, me)).toBe(false)
      }),
    )
  })

  test('# grants everything and ! of the same takes it back', () => {
    fc.assert(
      fc.property(access, required => {
        expect(grants(['#'], required, me)).toBe(true)
        expect(grants(['#', `!${required}`], required, me)).toBe(false)
      }),
    )
  })

  test('more entries never take a right away, unless they are negative', () => {
    fc.assert(
      fc.property(fc.array(access), access, access, (acl, entry, required) => {
        if (grants(acl, required, me)) expect(grants([...acl, entry], required, me)).toBe(true)
      }),
    )
  })
})

test('the default policy allows the own calls and flags, and no administration', () => {
  const allowed = (required: string): boolean => grants(defaultUserPolicy, required, me)
  expect(allowed('confd.users.me.update')).toBe(true)
  expect(allowed(`confd.users.${me.userUuid}.lines.main.associated.endpoints.sip.read`)).toBe(true)
  expect(allowed(`calld.users.me.calls.${aclSegment('1697.12')}.record.pause.update`)).toBe(true)
  expect(allowed('confd.users.4.read')).toBe(false)
  expect(allowed('confd.extensions.features.read')).toBe(false)
  expect(allowed('call-logd.cdr.read')).toBe(false)
  expect(allowed('events.config.user.edited')).toBe(false)
})
