import fc from 'fast-check'
import { expect, test } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { anyExpression, templates, textExpression, truthExpression } from './generate.ts'
import { type NameValues } from './reader.ts'
import { sanitize, type TemplateValues } from './variables.ts'
import { parseTemplate, type WazoTemplate } from './wazo.ts'

/** Pairs of a template and values; .ci/run asks for 10,000. */
const RUNS = Number(process.env['TALLYLIGHT_TEMPLATE_PAIRS'] ?? 1500)

const uuid = 'd7e18958-e2de-48db-afd2-3b30a70a3db9'
const usual: TemplateValues = {
  srcnum: '1001',
  dstnum: '1002',
  timestamp: 1_489_673_101,
  base_context: 'default',
  tenant_uuid: uuid,
  dest_type: 'user',
  side: 'caller',
}

test.each([
  ['user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}', 'known', 'known', 'known'],
  ['{{ tenant_uuid }}/{{ utc_time }}-{{ srcnum }}-{{ dstnum }}', 'known', 'known', 'known'],
  ['{{ dest_type }}-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}-{{ side }}', 'known', 'known', 'known'],
  ['{{ srcnum }}{{ timestamp }}', 'known', 'absent', 'known'],
  ['{{ srcnum }}{{ dstnum }}', 'ambiguous', 'ambiguous', 'absent'],
  ['{{ srcnum }}a{{ dstnum }}', 'ambiguous', 'ambiguous', 'absent'],
  ['{{ base_context }}-{{ srcnum }}-{{ dstnum }}', 'known', 'known', 'absent'],
  ['{{ base_context }}-{{ srcnum }}-{{ base_context }}', 'ambiguous', 'absent', 'absent'],
  ['{{ srcnum }}-{{ srcnum }}', 'known', 'absent', 'absent'],
  ['{{ srcnum[-4:] }}-{{ dstnum }}', 'partly', 'known', 'absent'],
  ['{{ srcnum[-4:] }}{{ timestamp }}', 'partly', 'absent', 'known'],
  ["{{ srcnum.replace('+', '') }}-{{ dstnum|trim }}", 'known', 'known', 'absent'],
  ["{{ srcnum|replace('+', '00') }}", 'partly', 'absent', 'absent'],
  ['{{ srcnum|upper }}', 'partly', 'absent', 'absent'],
  ['{{ timestamp // 60 }}-{{ srcnum }}', 'known', 'absent', 'partly'],
  ["{{ utc_time|replace(' ', '_')|replace(':', '-') }}-{{ srcnum }}", 'known', 'absent', 'known'],
  ['{{ utc_time[20:] }}/{{ utc_time[4:7] }}/{{ utc_time[8:10] }}/{{ utc_time[11:19] }}', 'absent', 'absent', 'known'],
  [
    '{{ utc_time.split()[4] }}/{{ utc_time.split()[1] }}/{{ utc_time.split()[2] }} {{ utc_time.split()[3] }}',
    'absent',
    'absent',
    'known',
  ],
  ['{{ utc_time[4:10] }}', 'absent', 'absent', 'partly'],
  ['{{ (timestamp|string)[:6] }}-{{ (timestamp|string)[6:] }}', 'absent', 'absent', 'known'],
  ["{% if side == 'caller' %}out-{{ dstnum }}{% else %}in-{{ srcnum }}{% endif %}", 'sometimes', 'sometimes', 'absent'],
  ["{% if side == 'caller' %}{{ dstnum }}{% else %}{{ srcnum }}{% endif %}", 'ambiguous', 'ambiguous', 'absent'],
  ["{{ srcnum or 'hidden' }}-{{ timestamp }}", 'ambiguous', 'absent', 'known'],
  ["{{ srcnum or 'not-told' }}-{{ timestamp }}", 'known', 'absent', 'known'],
  ['{{ dest_type[0] }}{{ srcnum }}', 'known', 'absent', 'absent'],
  ["{{ srcnum.replace('3', '/') }}-{{ dstnum }}", 'ambiguous', 'ambiguous', 'absent'],
  ["{{ utc_time|replace('1', '') }}{{ utc_time|replace('1', '') }}", 'absent', 'absent', 'ambiguous'],
  ['{{ srcnum[:0:-1] }}{{ dstnum }}-', 'partly', 'ambiguous', 'absent'],
  ['static', 'absent', 'absent', 'absent'],
  ['{{ local_time }}', 'absent', 'absent', 'known'],
])('%s tells %s, %s, %s', (source, srcnum, dstnum, moment) => {
  expect(parseTemplate(source).reader.verdict).toMatchObject({ srcnum, dstnum, moment })
})

test('only a time of the server’s zone is said to be one', () => {
  const zoneless = (source: string) => parseTemplate(source).reader.verdict.zoneless
  expect([
    zoneless('{{ local_time }}'),
    zoneless('{{ local_time }}-{{ timestamp }}'),
    zoneless('{{ utc_time }}'),
  ]).toEqual([true, false, false])
})

test.each<[string, string, Partial<Record<string, string>> | null, number | null]>([
  ['{{ srcnum }}-{{ srcnum }}', '1-2', null, null],
  ['{{ srcnum }}a{{ dstnum }}', '1001a1002', { srcnum: '1001', dstnum: '1002' }, null],
  ['{{ srcnum }}a{{ dstnum }}', '1aa2', {}, null],
  ["{{ srcnum or 'hidden' }}", '1001', { srcnum: '1001' }, null],
  ["{{ srcnum or 'hidden' }}", 'hidden', {}, null],
  ['{{ srcnum|upper }}', '1001', { srcnum: '1001' }, null],
  ['{{ srcnum|upper }}', 'A1', {}, null],
  ['{{ utc_time }}', 'Thu Mar 16 140501 2017', {}, Date.UTC(2017, 2, 16, 14, 5, 1)],
  ['{{ utc_time }}', 'Thu Mar 36 140501 2017', null, null],
  [
    '{{ utc_time.split()[1] }}{{ utc_time.split()[2] }} {{ utc_time.split()[3] }} {{ utc_time.split()[4] }}',
    'Mar6 140501 2017',
    {},
    Date.UTC(2017, 2, 6, 14, 5, 1),
  ],
  [
    "{{ utc_time[20:] ~ '/' ~ utc_time[4:7] ~ '/' ~ utc_time[8:] }}",
    '2017/Mar/ 6 140501 2017',
    {},
    Date.UTC(2017, 2, 6, 14, 5, 1),
  ],
  [
    "{% if side == 'caller' %}out-{{ dstnum }}{% else %}in-{{ srcnum }}{% endif %}",
    'in-7',
    { srcnum: '7', side: 'callee' },
    null,
  ],
])('%s reads %s', (source, path, values, startedAt) => {
  const found = parseTemplate(source).reader.read(path)
  if (values === null) expect(found).toBeNull()
  else {
    expect(found?.startedAt).toBe(startedAt)
    expect(Object.fromEntries(found?.values ?? [])).toMatchObject(values)
    if (Object.keys(values).length === 0) expect(found?.values.has('srcnum')).toBe(false)
  }
})

test('of two times, the one that every reading agrees on is told', () => {
  const { reader } = parseTemplate('{{ dstnum or timestamp }}{{ utc_time }}')
  expect(reader.verdict.moment).toBe('known')
  expect(reader.read('1000000000Thu Mar 16 140501 2017')?.startedAt).toBe(Date.UTC(2017, 2, 16, 14, 5, 1))
})

test('a folder may lie anywhere on the path', () => {
  const { reader } = parseTemplate('/var/calls/{{ tenant_uuid }}/{{ srcnum }}')
  const told = (path: string) => reader.read(path)?.values.get('srcnum')
  expect([
    told('1001'),
    told(`${uuid}/1001`),
    told(`mnt/var/calls/${uuid}/1001`),
    told(`elsewhere/${uuid}/1001`),
  ]).toEqual(['1001', '1001', '1001', undefined])
})

const number = fc.oneof(
  fc.stringMatching(/^[0-9]{0,12}$/),
  fc.stringMatching(/^\+[0-9]{4,12}$/),
  fc.stringMatching(/^[0-9A-Za-z+*#.]{0,6}$/),
)
const values: fc.Arbitrary<TemplateValues> = fc.record({
  srcnum: number,
  dstnum: number,
  timestamp: fc.integer({ min: 1_000_000_000, max: 4_000_000_000 }),
  base_context: fc.stringMatching(/^[0-9a-z_-]{1,12}$/),
  tenant_uuid: fc.uuid(),
  dest_type: fc.constantFrom('user', 'group', 'queue', 'outcall'),
  side: fc.constantFrom('caller', 'callee'),
})
/** So few values that many names meet. */
const fewValues: fc.Arbitrary<TemplateValues> = fc.record({
  srcnum: fc.constantFrom('', '1', '11', '2', '12', '+1', 'a', 'A', 'a1', 'user'),
  dstnum: fc.constantFrom('', '1', '11', '2', '21', '+1', 'a', 'A', '1a', 'True'),
  timestamp: fc.constantFrom(1_000_000_000, 1_111_111_111, 1_488_809_101),
  base_context: fc.constantFrom('1', '-', '1-1', 'user', 'a_'),
  tenant_uuid: fc.constantFrom(uuid, '11111111-1111-1111-1111-111111111111'),
  dest_type: fc.constantFrom('user', 'group', 'queue', 'outcall'),
  side: fc.constantFrom('caller', 'callee'),
})

const variables = [
  'srcnum',
  'dstnum',
  'timestamp',
  'utc_time',
  'local_time',
  'base_context',
  'tenant_uuid',
  'dest_type',
  'side',
]
const plain = fc.constantFrom(...variables)
/** Mostly what a reader can follow. */
const followed = fc.oneof(
  { weight: 6, arbitrary: plain },
  {
    weight: 4,
    arbitrary: fc
      .tuple(
        plain,
        fc.constantFrom(
          '[-4:]', '[:3]', '[4:]', '[0]', '[-1]', '[::2]', '|upper', '|lower', '|trim', '.strip()', "|replace('+', '')", "|replace('-', '')",
          "|replace(' ', '_')", "|replace('1', '')", "|replace('1', '2')", "|replace('a', '/')", "|replace(' ', '/')", '.split()[0]', '.split()[2]', ".split('-')[1]",
          ".split(' ')[2]", '|length', '|string', "|default('x', true)", '|first', '|int', '[5]|default("x")', '|reverse', '.zfill(4)',
        ), // prettier-ignore
      )
      .map(parts => parts.join('')),
  },
  { weight: 2, arbitrary: fc.tuple(plain, plain).map(parts => parts.join(' ~ ')) },
  { weight: 1, arbitrary: fc.tuple(plain, plain).map(parts => parts.join(' or ')) },
  { weight: 1, arbitrary: fc.tuple(plain, plain).map(parts => parts.join(' and ')) },
  { weight: 1, arbitrary: fc.tuple(plain, plain, plain).map(([a, b, c]) => `${a} if ${b} else ${c}`) },
  { weight: 2, arbitrary: textExpression },
  { weight: 1, arbitrary: anyExpression },
)
const asked = fc.oneof(
  plain,
  fc
    .tuple(
      plain,
      fc.constantFrom(
        "== '1'",
        "!= ''",
        "== 'user'",
        '== side',
        "|replace('+', '') == '1'",
        "|upper == 'A'",
        '|length > 1',
        '[5] is defined',
      ),
    )
    .map(parts => parts.join(' ')),
  truthExpression,
)
const text = fc.constantFrom('-', '_', ' ', '/', '1', 'a', 'to', '.', 'é', '', 'user', '--', '-to-')
const source = fc.oneof(
  {
    weight: 4,
    arbitrary: fc
      .array(
        fc.oneof(
          plain.map(it => `{{ ${it} }}`),
          text,
        ),
        { minLength: 1, maxLength: 7 },
      )
      .map(parts => parts.join('')),
  },
  { weight: 6, arbitrary: templates(followed, asked, text) },
)

function readable(template: string): WazoTemplate | null {
  try {
    return parseTemplate(template)
  } catch (error) {
    if (error instanceof AppFailure) return null
    throw error
  }
}

/** As it lies on the disk, from the folder that relative names begin in; null: no name, or none of ours. */
function pathOf(template: WazoTemplate, given: TemplateValues): string | null {
  try {
    const path = template
      .render(given)
      .replace(/\/+/g, '/')
      .replace(/^\/|\/$/g, '')
    return path === '' ? null : path
  } catch (error) {
    if (error instanceof AppFailure) return null
    throw error
  }
}

/** What a name must tell where it tells anything. */
function truthOf(given: TemplateValues): Record<string, string> {
  return {
    srcnum: sanitize(given.srcnum),
    dstnum: sanitize(given.dstnum),
    timestamp: String(given.timestamp),
    base_context: given.base_context,
    tenant_uuid: given.tenant_uuid,
    dest_type: given.dest_type,
    side: given.side,
  }
}

function expectTrue(found: NameValues, given: TemplateValues): void {
  const truth = truthOf(given)
  for (const [name, value] of found.values)
    if (name in truth) expect({ [name]: value }).toEqual({ [name]: truth[name] })
  if (found.startedAt !== null) expect(found.startedAt).toBe(given.timestamp * 1000)
}

test(`${RUNS} pairs of template and values: rendered, read back, equal wherever it says so`, () => {
  const sum = { read: 0, known: 0, told: 0 }
  fc.assert(
    fc.property(source, fc.oneof(values, fewValues), (written, given) => {
      const template = readable(written)
      fc.pre(template !== null)
      const path = template === null ? null : pathOf(template, given)
      fc.pre(path !== null)
      if (template === null || path === null) return
      const { verdict } = template.reader
      const found = template.reader.read(path)
      const { srcnum, dstnum, moment } = verdict
      // What the verdict promises, each name keeps.
      if (srcnum === 'known') expect(found?.values.get('srcnum')).toBe(sanitize(given.srcnum))
      if (dstnum === 'known') expect(found?.values.get('dstnum')).toBe(sanitize(given.dstnum))
      if (moment === 'known') expect(found?.startedAt).toBe(given.timestamp * 1000)
      if (found !== null) expectTrue(found, given)
      sum.read++
      if ([srcnum, dstnum, moment].includes('known')) sum.known++
      if (found !== null && (found.values.size > 0 || found.startedAt !== null)) sum.told++
    }),
    { numRuns: RUNS, maxSkipsPerRun: 50 },
  )
  expect(sum.read).toBeGreaterThanOrEqual(RUNS)
  expect(sum.known).toBeGreaterThan(RUNS / 5)
  expect(sum.told).toBeGreaterThan(RUNS / 3)
}, 600_000)

test('no two sets of values with one name differ in what is said to be known', () => {
  let met = 0
  fc.assert(
    fc.property(source, fc.array(fewValues, { minLength: 20, maxLength: 60 }), (written, many) => {
      const template = readable(written)
      if (template === null) return
      const { verdict } = template.reader
      const byPath = new Map<string, TemplateValues>()
      for (const given of many) {
        const path = pathOf(template, given)
        if (path === null) continue
        const other = byPath.get(path)
        byPath.set(path, given)
        if (other === undefined) continue
        met++
        if (verdict.srcnum === 'known') expect(sanitize(given.srcnum)).toBe(sanitize(other.srcnum))
        if (verdict.dstnum === 'known') expect(sanitize(given.dstnum)).toBe(sanitize(other.dstnum))
        if (verdict.moment === 'known') expect(given.timestamp).toBe(other.timestamp)
      }
    }),
    { numRuns: Math.ceil(RUNS / 10) },
  )
  expect(met).toBeGreaterThan(RUNS / 10)
}, 600_000)

test('hostile names and templates neither throw nor take long', () => {
  const { reader } = parseTemplate('{{ base_context }}-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}')
  const began = performance.now()
  for (let round = 0; round < 100; round++) reader.read(`${'a-'.repeat(127)}x`)
  for (const part of [
    '{{ srcnum }}',
    '{{ base_context }}',
    '{{ utc_time }}',
    '{{ srcnum[:60] }}',
    "{% if srcnum == 'a' %}b{% endif %}",
  ])
    parseTemplate(part.repeat(Math.floor(500 / part.length))).reader.read('a'.repeat(255))
  expect(performance.now() - began).toBeLessThan(20_000)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), name => {
      reader.read(name)
    }),
  )
})

test('the usual names of the server are read', () => {
  for (const source of [
    'user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}',
    '{{ dest_type }}-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}-{{ side }}',
  ]) {
    const template = parseTemplate(source)
    const found = template.reader.read(template.render(usual))
    expect(found?.startedAt).toBe(1_489_673_101_000)
    expect(found?.values.get('dstnum')).toBe('1002')
  }
})
