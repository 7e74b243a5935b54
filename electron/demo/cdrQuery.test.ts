import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { likeRegex, orderFields, parseCdrQuery, parseDateTime, selectCdrs, type CdrFilter } from './cdrQuery.ts'
import { type Cdr } from './world.ts'

const me = 'user-1'
const other = 'user-2'
const abilities = { conversationId: true, callStatus: true }

function filterOf(query: string): CdrFilter {
  const parsed = parseCdrQuery(new URLSearchParams(query), false, abilities)
  if (parsed.kind === 'invalid') throw new Error(JSON.stringify(parsed.details))
  return parsed.filter
}

function complaints(query: string): string[] {
  const parsed = parseCdrQuery(new URLSearchParams(query), false, abilities)
  return parsed.kind === 'invalid' ? Object.keys(parsed.details) : []
}

function cdr(id: number, given: Partial<Cdr> = {}): Cdr {
  return {
    id,
    tenant_uuid: 'tenant',
    start: new Date(1_760_000_000_000 + id * 60_000).toISOString(),
    end: new Date(1_760_000_030_000 + id * 60_000).toISOString(),
    answered: true,
    answer: null,
    duration: 10,
    call_direction: 'internal',
    call_status: 'answered',
    conversation_id: `1760000000.${id}`,
    destination_details: { type: 'unknown' },
    destination_extension: '1002',
    destination_internal_context: null,
    destination_internal_extension: null,
    destination_line_id: null,
    destination_name: 'Paul Roy',
    destination_user_uuid: null,
    requested_name: null,
    requested_context: null,
    requested_extension: null,
    requested_internal_context: null,
    requested_internal_extension: null,
    requested_user_uuid: null,
    source_extension: '1001',
    source_internal_context: null,
    source_internal_name: null,
    source_internal_extension: null,
    source_line_id: null,
    source_name: 'Eve Gagnon',
    source_user_uuid: me,
    recordings: [],
    participants: [me],
    ...given,
  }
}

const anyLog = fc
  .array(
    fc.record({
      duration: fc.option(fc.integer({ min: 0, max: 500 })),
      call_status: fc.constantFrom('answered', 'blocked', 'unknown', 'voicemail'),
      call_direction: fc.constantFrom('internal', 'inbound', 'outbound'),
      source_name: fc.option(fc.constantFrom('Eve', 'Éva', 'Marie', 'a%b')),
      destination_extension: fc.option(fc.constantFrom('1002', '4185550142', '+14185550142')),
      participants: fc.constantFrom([me], [me, other], [other]),
    }),
    { maxLength: 25 },
  )
  .map(rows => rows.map((row, index) => cdr(index + 1, row)))

describe('parameters', () => {
  test.each([
    ['limit=-1', ['limit']],
    ['limit=x&offset=y', ['limit', 'offset']],
    ['order=recordings', ['order']],
    ['order=end', ['order']],
    ['direction=up', ['direction']],
    ['from=2026-11-20', ['from']],
    ['until=yesterday', ['until']],
    ['number=%2B15145550123', ['number']],
    ['recorded=maybe', ['recorded']],
    ['call_status=missed', ['call_status']],
    ['conversation_id=abc', ['conversation_id']],
    ['format=xml', ['format']],
    ['frobnicate=1', []],
  ])('%s complains of %j', (query, fields) => {
    expect(complaints(query)).toEqual(fields)
  })

  test('an older server ignores what it does not know', () => {
    const query = new URLSearchParams('conversation_id=abc&call_status=missed')
    expect(parseCdrQuery(query, false, { conversationId: false, callStatus: false }).kind).toBe('filter')
  })

  test('the defaults: newest first, a thousand', () => {
    expect(filterOf('')).toMatchObject({ limit: 1000, offset: 0, order: 'start', direction: 'desc', csv: false })
  })

  test.each([
    ['2026-11-20T09:25:00Z', Date.UTC(2026, 10, 20, 9, 25)],
    ['2026-11-20T09:25:00', Date.UTC(2026, 10, 20, 9, 25)],
    ['2026-11-20 09:25:00', Date.UTC(2026, 10, 20, 9, 25)],
    ['2026-11-20T09:25:00-05:00', Date.UTC(2026, 10, 20, 14, 25)],
    ['2026-11-20T09:25:00.123Z', Date.UTC(2026, 10, 20, 9, 25, 0, 123)],
    ['2026-11-20', null],
    ['2026-13-20T09:25:00Z', null],
  ])('date %s', (text, expected) => {
    expect(parseDateTime(text)).toBe(expected)
  })
})

describe('LIKE', () => {
  test('a text without wildcards matches itself, whatever its signs', () => {
    fc.assert(
      fc.property(fc.string(), text => {
        fc.pre(!/[%_]/.test(text))
        expect(likeRegex(text).test(text)).toBe(true)
      }),
    )
  })

  test('% is anything, _ one character; case does not count, accents do', () => {
    expect(likeRegex('%oy').test('Paul ROY')).toBe(true)
    expect(likeRegex('p__l%').test('Paul Roy')).toBe(true)
    expect(likeRegex('eva').test('Éva')).toBe(false)
    expect(likeRegex('éva').test('Éva')).toBe(true)
  })
})

describe('filters', () => {
  test('pages put together are the whole list, without doubles', () => {
    fc.assert(
      fc.property(
        anyLog,
        fc.integer({ min: 1, max: 7 }),
        fc.constantFrom(...orderFields),
        fc.constantFrom('asc', 'desc'),
        (log, size, order, direction) => {
          const sort = `order=${order}&direction=${direction}`
          const whole = selectCdrs(log, me, filterOf(`${sort}&limit=0`))
          const ids: number[] = []
          for (let offset = 0; offset < whole.filtered; offset += size) {
            const page = selectCdrs(log, me, filterOf(`${sort}&limit=${size}&offset=${offset}`))
            expect(page.items.length).toBeLessThanOrEqual(size)
            expect([page.total, page.filtered]).toEqual([whole.total, whole.filtered])
            ids.push(...page.items.map(item => item.id))
          }
          expect(ids).toEqual(whole.items.map(item => item.id))
          expect(new Set(ids).size).toBe(whole.filtered)
        },
      ),
    )
  })

  test('nobody sees a call that he took no part in, and blocked ones only when he asks', () => {
    fc.assert(
      fc.property(anyLog, log => {
        const mine = selectCdrs(log, me, filterOf(''))
        expect(mine.total).toBe(log.filter(item => item.participants.includes(me)).length)
        expect(mine.items.every(item => item.participants.includes(me) && item.call_status !== 'blocked')).toBe(true)
        const blocked = selectCdrs(log, me, filterOf('call_status=blocked'))
        expect(blocked.filtered + mine.filtered).toBe(mine.total)
      }),
    )
  })

  test('from and until cut a half-open stretch', () => {
    const log = [1, 2, 3, 4].map(id => cdr(id))
    const query = new URLSearchParams({ from: log[1]?.start ?? '', until: log[3]?.start ?? '', direction: 'asc' })
    expect(selectCdrs(log, me, filterOf(query.toString())).items.map(item => item.id)).toEqual([2, 3])
  })

  test('a recording file name searches its call', () => {
    const log = [cdr(7), cdr(8)]
    const file = '2026-11-20T09_00_05UTC-8-73cfad36-c065-46c6-ad64-c21b855bd9aa.wav'
    expect(selectCdrs(log, me, filterOf(`search=${file}`)).items.map(item => item.id)).toEqual([8])
  })

  test('numbers: whole, or open at an end', () => {
    const log = [cdr(1, { destination_extension: '4185550142' }), cdr(2, { destination_extension: '+14185550142' })]
    const found = (number: string): number[] =>
      selectCdrs(log, me, filterOf(`number=${number}&direction=asc`)).items.map(item => item.id)
    expect(found('4185550142')).toEqual([1])
    expect(found('_4185550142')).toEqual([1, 2])
    expect(found('418_')).toEqual([1])
  })

  test('distinct keeps the newest call with each peer', () => {
    const log = [
      cdr(1, { destination_extension: '1002' }),
      cdr(2, { destination_extension: '1003' }),
      cdr(3, { source_extension: '1002', destination_extension: '1001', source_user_uuid: other }),
    ]
    const page = selectCdrs(log, me, filterOf('distinct=peer_exten'))
    expect([page.items.map(item => item.id), page.filtered, page.total]).toEqual([[3, 2], 2, 3])
  })

  test('recorded includes those whose recordings are all deleted', () => {
    const recording = { uuid: 'r', startTime: '2026-11-20T09:00:00+00:00', endTime: null, path: null }
    const log = [cdr(1), cdr(2, { recordings: [recording] })]
    expect(selectCdrs(log, me, filterOf('recorded=true')).items.map(item => item.id)).toEqual([2])
    expect(selectCdrs(log, me, filterOf('recorded=0')).items.map(item => item.id)).toEqual([1])
  })
})
