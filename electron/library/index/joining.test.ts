import fc from 'fast-check'
import { expect, test } from 'vitest'
import { intoCalls, joined, measured, recordedMsOf, related, sameNumber, type Telling } from './joining.ts'
import { cdrKey, type SourceCall } from './port.ts'
import { filed, filter, indexInMemory, logged, recording, seen, START, uuid } from './testing.ts'

const numbers = fc.constantFrom(['1042', '4185550142'], ['1042', '+14185550142'], ['1042', '1001'], ['1042'], [])
/** Within two minutes, so that much of it overlaps. */
const moment = fc.integer({ min: 0, max: 24 }).map(step => START + step * 5_000)
const uuids = fc.integer({ min: 1, max: 4 }).map(uuid)
const hearing = fc.constantFrom('yes', 'deleted', 'no-media', 'growing')

const line: fc.Arbitrary<SourceCall> = fc
  .record({
    id: fc.integer({ min: 1, max: 5 }),
    startedAt: moment,
    numbers,
    talk: fc.constantFrom('1.1', '2.1', null),
    sounds: fc.option(fc.uniqueArray(uuids, { maxLength: 2 })),
    length: fc.constantFrom(10_000, 60_000),
    hearing,
  })
  .map(({ id, startedAt, numbers, talk, sounds, length, hearing }) =>
    logged(id, {
      startedAt,
      numbers,
      conversation: talk,
      callMs: length,
      recordings:
        sounds?.map((key, at) =>
          recording(key, { startedAt: startedAt + 2_000 + at * 5_000, endedAt: startedAt + length, hearing }),
        ) ?? null,
    }),
  )
const file: fc.Arbitrary<SourceCall> = fc
  .record({
    name: fc.oneof(
      uuids,
      fc.integer({ min: 1, max: 4 }).map(n => `auto-${n}`),
    ),
    folder: fc.constantFrom('a', 'b'),
    startedAt: moment,
    numbers,
    durationMs: fc.constantFrom(null, 4_000, 30_000),
    ownerKnown: fc.boolean(),
  })
  .map(({ name, folder, startedAt, numbers, durationMs, ownerKnown }) =>
    filed(`${folder}/${name}.wav`, { startedAt, numbers, ownerKnown }, { startedAt, durationMs }),
  )
const live: fc.Arbitrary<SourceCall> = fc
  .record({
    talk: fc.constantFrom('1.1', '2.1', '3.1'),
    startedAt: moment,
    numbers,
    durationMs: fc.constantFrom(null, 4_000, 8_000),
  })
  .map(({ talk, startedAt, numbers, durationMs }) =>
    seen(talk, {
      startedAt,
      numbers,
      peer: { name: '', number: numbers[1] ?? '' },
      recordings: [
        recording(`live-${talk}`, { startedAt, endedAt: startedAt + 8_000, durationMs, hearing: 'finishing' }),
      ],
    }),
  )
const someCall = fc.oneof(line, file, live)
const uniqueCalls = fc.uniqueArray(someCall, { maxLength: 12, selector: call => `${call.source} ${call.key}` })

const told = (calls: readonly SourceCall[]): Telling[] => calls.map(call => ({ call, gone: false }))
const entries = (calls: readonly SourceCall[]) =>
  intoCalls(told(calls))
    .flatMap(group => joined(group) ?? [])
    .map(call => ({ ...call, recordedMs: recordedMsOf(call.parts) }))
    .sort((a, b) => (a.id < b.id ? -1 : 1))

test('what belongs together does not depend on the order in which it came', () => {
  fc.assert(
    fc.property(
      uniqueCalls.chain(calls => fc.tuple(fc.constant(calls), fc.shuffledSubarray(calls, { minLength: calls.length }))),
      ([calls, shuffled]) => {
        expect(entries(shuffled)).toEqual(entries(calls))
      },
    ),
    { numRuns: 500 },
  )
})

test('every telling is in one call, and lines of the call log are never joined with one another', () => {
  fc.assert(
    fc.property(uniqueCalls, calls => {
      const groups = intoCalls(told(calls))
      expect(groups.flat()).toHaveLength(calls.length)
      for (const group of groups) {
        expect(group.filter(({ call }) => call.source === 'call-log').length).toBeLessThanOrEqual(1)
        expect(group.filter(({ call }) => call.source === 'live').length).toBeLessThanOrEqual(
          group.some(({ call }) => call.source === 'call-log') ? 3 : 1,
        )
      }
    }),
  )
})

test('what is not related never is one call: the related alone decide', () => {
  fc.assert(
    fc.property(uniqueCalls, calls => {
      for (const group of intoCalls(told(calls))) {
        if (group.length < 2) continue
        for (const one of group) {
          expect(
            group.some(other => other !== one && (related(one.call, other.call) || related(other.call, one.call))),
          ).toBe(true)
        }
      }
    }),
  )
})

test('the index, told bit by bit and of changes, comes to the same as all at once', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(someCall, { minLength: 1, maxLength: 4 }), { maxLength: 8 }), async batches => {
      const index = await indexInMemory()
      const known = new Map<string, SourceCall>()
      for (const batch of batches) {
        index.take(batch)
        for (const call of batch) known.set(`${call.source} ${call.key}`, call)
      }
      const expected = entries([...known.values()])
      const found = index
        .list({ filter: filter({ recorded: 'all' }), at: null, limit: 200 })
        .entries.sort((a, b) => (a.id < b.id ? -1 : 1))
      expect(found.map(entry => ({ ...entry, parts: entry.parts.map(part => part.id) }))).toMatchObject(
        expected.map(call => ({ ...call, parts: call.parts.map(part => part.id) })),
      )
    }),
    { numRuns: 300 },
  )
})

test('what was told and is gone again leaves no trace', { timeout: 180_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(uniqueCalls, uniqueCalls, async (stay, leave) => {
      const index = await indexInMemory()
      const staying = new Set(stay.map(call => `${call.source} ${call.key}`))
      const leaving = leave.filter(call => !staying.has(`${call.source} ${call.key}`))
      index.take([...leaving, ...stay])
      index.gone(
        'folder',
        leaving.filter(call => call.source === 'folder').map(call => call.key),
      )
      const files = entries([...stay, ...leaving.filter(call => call.source !== 'folder')])
      const found = index.list({ filter: filter({ recorded: 'all' }), at: null, limit: 200 }).entries
      expect(found.map(entry => entry.id).sort()).toEqual(files.map(entry => entry.id))
      for (const source of ['live', 'call-log'] as const) {
        index.gone(
          source,
          leaving.filter(call => call.source === source).map(call => call.key),
        )
      }
      for (const source of ['live', 'folder', 'call-log'] as const) {
        index.gone(
          source,
          stay.filter(call => call.source === source).map(call => call.key),
        )
      }
      expect(index.outline(filter({ recorded: 'all' })).total).toBe(0)
      expect(index.outline(filter()).total).toBe(0)
    }),
    { numRuns: 100 },
  )
})

test('numbers are the same with and without a prefix, if enough of them is', () => {
  expect(sameNumber('+1 418 555 0142', '4185550142')).toBe(true)
  expect(sameNumber('00 1 418 555 0142', '418-555-0142')).toBe(true)
  expect(sameNumber('1042', '42')).toBe(false)
  expect(sameNumber('', '')).toBe(false)
  expect(sameNumber('*10', '10')).toBe(false)
})

test('a file of one number alone belongs to a call only where there is no other', () => {
  const [a, b] = [logged(1), logged(2, { startedAt: START + 1_000 })]
  const lone = filed('x.wav', { numbers: ['1042'] })
  expect(entries([a, lone])).toHaveLength(1)
  expect(entries([a, b, lone])).toHaveLength(3)
})

test('a file that began with a recording of the call log is that recording', () => {
  const [entry] = entries([logged(1), filed('old/user-1042-4185550142-1.wav', { startedAt: START + 3_500 })])
  expect(entry?.parts).toMatchObject([{ uuid: uuid(1), path: 'old/user-1042-4185550142-1.wav', bytes: 944_044 }])
  expect(entry?.parts[0]?.ids).toHaveLength(2)
})

test('of two recordings a file joins the nearer', () => {
  const sounds = [0, 1].map(at =>
    recording(uuid(at + 1), { startedAt: START + 3_000 + at * 1_500, endedAt: START + 50_000 }),
  )
  const [entry] = entries([logged(1, { recordings: sounds }), filed('f.wav', { startedAt: START + 4_400 })])
  expect(entry?.parts.map(part => part.path)).toEqual([null, 'f.wav'])
})

test('the key of a line is its id', () => {
  expect(entries([logged(7)])[0]?.parts[0]?.cdrId).toBe(7)
  expect(cdrKey(7)).toBe('000000000007')
})

const [SECOND, PAUSED] = [1_000, 20_000]
/** A call whose recording ran from the third second to its end, and was paused for twenty seconds as this computer saw. */
const pausedLive = (of: Partial<SourceCall> = {}) =>
  seen(logged(1).conversation ?? '', {
    recordings: [
      recording('live/1', {
        startedAt: START + 3_300,
        endedAt: START + 62_300,
        durationMs: 39_000,
        hearing: 'finishing',
      }),
    ],
    ...of,
  })

test('a pause that was seen is not in what was recorded, whatever the call log counts', () => {
  const [alone] = entries([pausedLive()])
  expect(alone).toMatchObject({ recordedMs: 39_000, parts: [{ durationMs: 39_000 }] })
  const [entry] = entries([logged(1), pausedLive()])
  expect(entry).toMatchObject({ recordedMs: 59_000 - PAUSED, parts: [{ durationMs: 59_000 - PAUSED }] })
  expect(entries([logged(1)])[0]).toMatchObject({ recordedMs: 59_000 })
})

test('a pause is known for its recording by the time since the answer, when clocks differ', () => {
  const late = 300 * SECOND
  const live = pausedLive()
  const shifted = {
    ...live,
    startedAt: live.startedAt + late,
    answeredAt: (live.answeredAt ?? 0) + late,
    recordings: (live.recordings ?? []).map(it => ({
      ...it,
      startedAt: it.startedAt + late,
      endedAt: (it.endedAt ?? 0) + late,
    })),
  }
  expect(entries([logged(1), shifted])[0]?.recordedMs).toBe(59_000 - PAUSED)
})

test('a pause is not taken from another recording than its own', () => {
  const other = recording(uuid(2), { startedAt: START + 20 * SECOND, endedAt: START + 40 * SECOND })
  const own = recording(uuid(1), { startedAt: START + 3_000, endedAt: START + 62_000 })
  const [entry] = entries([logged(1, { recordings: [own, other] }), pausedLive()])
  expect(entry?.parts.map(part => part.durationMs)).toEqual([59_000 - PAUSED, 20_000])
})

test('the length that a file was measured to have comes before all others', () => {
  const file = filed(`a/${uuid(1)}.wav`, { numbers: [] }, { durationMs: 38_700 })
  const [entry] = entries([logged(1), pausedLive(), file])
  expect(entry).toMatchObject({ recordedMs: 38_700, parts: [{ durationMs: 38_700 }] })
  // as far as it is written
  const growing = filed(`a/${uuid(1)}.wav`, { numbers: [] }, { durationMs: 5_000, hearing: 'growing' })
  expect(entries([logged(1), growing])[0]?.recordedMs).toBe(59_000)
})

test('a copy tells how long its sound is, unless it is of another kind', () => {
  const [part] = entries([logged(1)])[0]?.parts ?? []
  if (part === undefined) throw new Error('no part')
  const lengthBy = (bytes: number) => measured(part, bytes).durationMs
  expect([lengthBy(44 + 16 * 39_000), lengthBy(0), lengthBy(44 + 32 * 59_000)]).toEqual([39_000, 0, 59_000])
  const [file] = entries([filed('x.wav')])[0]?.parts ?? []
  expect(file === undefined ? null : measured(file, 44).durationMs).toBe(59_000)
})

test('a moment that both sides recorded is counted once', () => {
  const side = (path: string, from: number) =>
    filed(path, { startedAt: START + from }, { startedAt: START + from, durationMs: 340 * SECOND })
  expect(entries([side('a.wav', 0), side('b.wav', 0)])[0]).toMatchObject({ recordedMs: 340 * SECOND })
  expect(entries([side('a.wav', 0), side('b.wav', 10 * SECOND)])[0]).toMatchObject({ recordedMs: 350 * SECOND })
})

test('what parts hold together is each moment of any of them, once', () => {
  const stretch = fc.record({ startedAt: fc.nat(60), durationMs: fc.option(fc.nat(20)) })
  fc.assert(
    fc.property(fc.array(stretch, { maxLength: 6 }), parts => {
      const known = parts.some(({ durationMs }) => durationMs !== null)
      const moments = new Set(
        parts.flatMap(({ startedAt, durationMs }) =>
          Array.from({ length: durationMs ?? 0 }, (_, at) => startedAt + at),
        ),
      )
      expect(recordedMsOf(parts)).toBe(known ? moments.size : null)
    }),
  )
})
