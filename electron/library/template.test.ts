import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppFailure } from '../../shared/failure.ts'
import { asctime, parseTemplate, sanitize, templateExample } from './template.ts'

const values = {
  srcnum: '1001',
  dstnum: '+33 1 23',
  timestamp: 1_489_673_101,
  base_context: 'default',
  tenant_uuid: 'd7e18958-e2de-48db-afd2-3b30a70a3db9',
  dest_type: 'user',
  side: 'caller',
} as const

function refusal(template: string): unknown {
  try {
    parseTemplate(template)
  } catch (error) {
    return error instanceof AppFailure ? error.failure : error
  }
  return 'accepted'
}

test.each([
  ['user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}', 'user-1001-33 1 23-1489673101'],
  ['{{ tenant_uuid }}/{{ utc_time }}-{{ srcnum }}', `${values.tenant_uuid}/Thu Mar 16 140501 2017-1001`],
  ['/home/pcm/call/user-{{srcnum}}', '/home/pcm/call/user-1001'],
  ['{{ dest_type }}-{{ side -}}   .é', 'user-callere'],
  ['{# who #}{{ srcnum }}', '1001'],
  ['../{{ srcnum }}', '/1001'],
])('renders %s as Wazo does', (template, name) => {
  expect(parseTemplate(template).render(values)).toBe(name)
})

test.each([
  ["{{ srcnum.constructor.constructor('globalThis.hacked = 1')() }}"],
  ['{{ [1,2][0] }}'],
  ['{{ srcnum[0:3] }}'],
  ['{{ srcnum | upper }}'],
  ["{{ 'text' }}"],
  ['{{ range(99999999) }}'],
  ['{{ nobody }}'],
  ['{{ constructor }}'],
  ['{{ __proto__ }}'],
  ['{% for x in range(9999999) %}'],
  ['{% set srcnum = 1 %}'],
  ['{% include "/etc/passwd" %}'],
  ['{{ srcnum if side else dstnum }}'],
  ['{{ srcnum ~ dstnum }}'],
  ['{{ srcnum'],
])('refuses %s and says which part', expression => {
  expect(refusal(`a-{{ srcnum }}-${expression}`)).toEqual({ code: 'template-unsupported', subject: expression })
  expect('hacked' in globalThis).toBe(false)
})

test('what is refused never runs', () => {
  const inside = fc.array(
    fc.constantFrom(
      'srcnum',
      '.',
      '(',
      ')',
      '[',
      ']',
      '"',
      "'",
      '|',
      'constructor',
      '{%',
      '%}',
      '{{',
      '}}',
      ' ',
      'hack()',
      ',',
    ),
    { maxLength: 15 },
  )
  fc.assert(
    fc.property(inside, parts => {
      const template = parts.join('')
      const result = refusal(template)
      if (result !== 'accepted') {
        expect(result).toMatchObject({ code: 'template-unsupported' })
        return
      }
      const pieces = parseTemplate(template).segments.flat()
      expect(pieces.every(piece => 'text' in piece || piece.variable === 'srcnum')).toBe(true)
    }),
    { numRuns: 2000 },
  )
})

test('a name holds only what Wazo leaves of it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), text => {
      expect(sanitize(text)).toMatch(/^[A-Za-z0-9/\-_ ]*$/)
    }),
  )
  expect(sanitize('Éva Straße: Ørsted ../x')).toBe('Eva Strasse Orsted /x')
})

test('asctime is C’s', () => {
  expect(asctime(1_489_673_101, 'utc')).toBe('Thu Mar 16 14:05:01 2017')
  expect(asctime(1_488_809_101, 'utc')).toBe('Mon Mar  6 14:05:01 2017')
})

test('the example is a name', () => {
  expect(templateExample('user-{{ srcnum }}-{{ dstnum }}', '1042')).toBe('user-1042-1002')
})
