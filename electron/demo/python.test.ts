import fc from 'fast-check'
import { expect, test } from 'vitest'
import { naiveUtc, pythonJson, pythonRepr, pythonTime, zonedUtc } from './python.ts'

test('JSON reads back as it was written, in ASCII alone', () => {
  fc.assert(
    fc.property(fc.jsonValue(), value => {
      const written = pythonJson(value)
      expect(JSON.parse(written)).toEqual(JSON.parse(JSON.stringify(value)))
      expect(/^[\x20-\x7e]*$/.test(written)).toBe(true)
    }),
  )
})

test('separators and escapes are Python’s', () => {
  expect(pythonJson({ a: [1, true, null], é: 'Ō', left: undefined })).toBe(
    '{"a": [1, true, null], "\\u00e9": "\\u014c"}',
  )
})

test.each([
  [['Not a valid boolean.'], "['Not a valid boolean.']"],
  ["'call_record_enabled' is deprecated", '"\'call_record_enabled\' is deprecated"'],
  ['"client_id" must', '\'"client_id" must\''],
  [`both ' and "`, `'both \\' and "'`],
  [{ min: 1, max: null, on: true, off: false }, "{'min': 1, 'max': None, 'on': True, 'off': False}"],
])('repr of %j', (value, expected) => {
  expect(pythonRepr(value)).toBe(expected)
})

test('times', () => {
  const ms = Date.UTC(2026, 10, 23, 13, 10, 38, 491)
  expect(naiveUtc(ms)).toBe('2026-11-23T13:10:38.491000')
  expect(zonedUtc(ms)).toBe('2026-11-23T13:10:38.491000+00:00')
  expect(zonedUtc(ms - 491)).toBe('2026-11-23T13:10:38+00:00')
  expect(Math.abs(pythonTime(ms) * 1000 - ms)).toBeLessThan(1)
})
