import fc from 'fast-check'
import { expect, test } from 'vitest'
import { audioType, nameReader, templateReader } from './names.ts'
import { parseTemplate, templateVariables } from './template.ts'

test('reads the names of *3', () => {
  const reader = nameReader('')
  expect(reader.read('tenant/auto-1489673101-1001-1002.wav')).toEqual({
    kind: 'on-demand',
    numbers: ['1001', '1002'],
    startedAt: 1_489_673_101_000,
  })
  expect(reader.read('auto-1489673101-a talk with Bob.wav')).toMatchObject({ kind: 'on-demand', numbers: [] })
  expect(reader.read('1001-1002-1489673101.wav')).toBeNull()
})

test('reads the names of a template, wherever the folder lies on its path', () => {
  const template = '/var/calls/{{ tenant_uuid }}/{{ utc_time }}-{{ srcnum }}-{{ dstnum }}'
  const name = 'Thu Mar 16 140501 2017-1001-1002.wav'
  const told = { kind: 'permanent', numbers: ['1001', '1002'], startedAt: Date.UTC(2017, 2, 16, 14, 5, 1) }
  const uuid = 'd7e18958-e2de-48db-afd2-3b30a70a3db9'
  const reader = nameReader(template)
  expect(reader.read(name)).toEqual(told)
  expect(reader.read(`${uuid}/${name}`)).toEqual(told)
  expect(reader.read(`mnt/var/calls/${uuid}/${name}`)).toEqual(told)
  expect(reader.read(`elsewhere/${uuid}/${name}`)).toBeNull()
  expect(reader.read('notes.wav')).toBeNull()
})

test.each([
  ['user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}', false],
  ['{{ srcnum }}{{ timestamp }}', false],
  ['{{ base_context }}-{{ srcnum }}-{{ dstnum }}', false],
  ['{{ dest_type }}{{ side }}{{ srcnum }}', false],
  ['{{ srcnum }}{{ dstnum }}', true],
  ['{{ srcnum }}a{{ dstnum }}', true],
  ['{{ base_context }}-{{ srcnum }}-{{ base_context }}', true],
  ['{{ srcnum }}/{{ dstnum }}', false],
])('%s: ambiguous %s', (template, ambiguous) => {
  expect(templateReader(template).ambiguous).toBe(ambiguous)
})

test('one variable that stands twice has one value', () => {
  const reader = templateReader('{{ srcnum }}-{{ srcnum }}')
  expect(reader.read('1-1')).toMatchObject({ srcnum: '1' })
  expect(reader.read('1-2')).toBeNull()
})

const number = fc.stringMatching(/^[0-9A-Za-z]{0,12}$/)
const values = fc.record({
  srcnum: number,
  dstnum: number,
  timestamp: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
  base_context: fc.stringMatching(/^[0-9a-z_-]{1,12}$/),
  tenant_uuid: fc.uuid(),
  dest_type: fc.constantFrom('user', 'group', 'queue', 'outcall'),
  side: fc.constantFrom('caller', 'callee'),
})
const piece = fc.oneof(
  fc.constantFrom(...templateVariables).map(name => `{{ ${name} }}`),
  fc.constantFrom('-', '_', ' ', 'to', '7', '/', '.', 'é', '', 'user', '--'),
)

test('what a template renders is read back, and never read as something else', () => {
  let read = 0
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 7 }), values, (parts, given) => {
      const source = parts.join('')
      const reader = templateReader(source)
      const path = parseTemplate(source)
        .render(given)
        .replace(/\/+/g, '/')
        .replace(/^\/|\/$/g, '')
      fc.pre(path !== '' && !reader.ambiguous)
      const back = reader.read(path)
      const has = (name: string) => source.includes(`{{ ${name} }}`)
      // A segment that is empty because its numbers are leaves a shorter path, which is another name.
      fc.pre(!path.includes('//') && path.split('/').length === parseTemplate(source).segments.length)
      read++
      expect(back).not.toBeNull()
      expect(back?.srcnum).toBe(has('srcnum') ? given.srcnum : null)
      expect(back?.dstnum).toBe(has('dstnum') ? given.dstnum : null)
      if (has('timestamp') || has('utc_time')) expect(back?.startedAt).toBe(given.timestamp * 1000)
      else if (!has('local_time')) expect(back?.startedAt).toBeNull()
    }),
    { numRuns: 5000 },
  )
  expect(read).toBeGreaterThan(1000)
})

test('hostile names neither throw nor take long', () => {
  const reader = nameReader('{{ base_context }}-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}')
  const began = performance.now()
  for (let round = 0; round < 100; round++) reader.read(`${'a-'.repeat(127)}x.wav`)
  expect(performance.now() - began).toBeLessThan(1000)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), name => {
      reader.read(name)
    }),
  )
})

test('tells audio by its name', () => {
  expect(audioType('a.WAV')).toBe('audio/wav')
  expect(audioType('.a.wav')).toBeNull()
  expect(audioType('a.txt')).toBeNull()
})
