import { describe, expect, test } from 'vitest'
import { HEEDED_MS } from './core.ts'
import { drivers } from './database.ts'
import { type OpenedIndex } from './open.ts'
import { cdrKey } from './port.ts'
import { filed, filter, logged, openedIndex, recording, seen, START, temporaryFolder, uuid } from './testing.ts'

const all = { filter: filter({ recorded: 'all' }), at: null, limit: 100 } as const

describe.each(drivers())('the index over %s', driver => {
  const open = (folder?: string) => openedIndex(folder === undefined ? { driver } : { driver, folder })
  const found = (index: Awaited<ReturnType<typeof open>>, search: string) =>
    index.list({ ...all, filter: filter({ recorded: 'all', search }) }).entries.map(entry => entry.peer.name)

  test('a call is listed as its source tells of it', async () => {
    const index = await open()
    expect(index.take([logged(12)])).toBe(1)
    const [entry] = index.list(all).entries
    expect(entry).toMatchObject({
      sources: ['call-log'],
      startedAt: START,
      callMs: 60_000,
      peer: { name: 'Marie Tremblay', number: '+1 418 555 0142' },
      why: null,
      fromMs: 1_000,
      recordedMs: 59_000,
      how: null,
      purgedAt: START + 3_000 + 365 * 86_400_000,
    })
    expect(entry?.parts).toMatchObject([{ hearing: 'yes', kept: false, maybeOthers: false, durationMs: 59_000 }])
    expect(index.entry(entry?.id ?? '')).toEqual(entry)
    expect(index.part(entry?.parts[0]?.id ?? '')).toMatchObject({
      cdrId: 12,
      uuid: uuid(12),
      path: null,
      vaultKey: uuid(12),
    })
    expect(index.partOf(uuid(12))?.entry).toBe(entry?.id)
  })

  test('what is told again is no change, and a change is one', async () => {
    const index = await open()
    index.take([logged(1), logged(2, { startedAt: START + 100_000 })])
    expect(index.take([logged(1)])).toBe(0)
    expect(index.take([logged(1, { peer: { name: 'Marie T.', number: '1' } })])).toBe(1)
    expect(index.outline(all.filter).total).toBe(2)
  })

  test('all or nothing: a call that cannot be stored takes the batch with it', async () => {
    const index = await open()
    const broken = logged(2, { key: null as unknown as string })
    expect(() => index.take([logged(1), broken])).toThrow()
    expect(index.outline(all.filter).total).toBe(0)
  })

  test('a file whose name is the server’s uuid is that recording', async () => {
    const index = await open()
    index.take([filed(`tenant/${uuid(5)}.wav`, { numbers: [], peer: { name: '', number: '' }, ownerKnown: false })])
    expect(index.outline(all.filter).total).toBe(0)
    index.take([logged(5)])
    const { entries } = index.list(all)
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({ sources: ['call-log', 'folder'], parts: [{ hearing: 'yes' }] })
    expect(index.partOf(uuid(5))).toMatchObject({
      cdrId: 5,
      uuid: uuid(5),
      path: `tenant/${uuid(5)}.wav`,
      bytes: 944_044,
    })
  })

  test('a file of a uuid that has no owner goes when its call goes', async () => {
    const index = await open()
    index.take([
      filed(`${uuid(5)}.wav`, { numbers: [], ownerKnown: false }),
      logged(5, { recordings: [recording(uuid(5))] }),
    ])
    expect(index.outline(all.filter).total).toBe(1)
    index.gone('folder', [`/${uuid(5)}.wav`])
    expect(index.list(all).entries[0]?.sources).toEqual(['call-log'])
  })

  test('a call of this run, its file and its line become one, and what was seen stays', async () => {
    const index = await open()
    index.take([seen('77.1')])
    const [live] = index.list(all).entries
    expect(live).toMatchObject({ sources: ['live'], why: null, parts: [{ hearing: 'finishing' }] })
    index.take([filed('auto-1-1042-4185550142.wav')])
    index.take([logged(9, { conversation: '77.1' })])
    const { entries } = index.list(all)
    expect(entries).toHaveLength(1)
    expect(entries[0]).toMatchObject({
      sources: ['call-log', 'live', 'folder'],
      how: 'automatic',
      parts: [{ hearing: 'yes' }],
    })
    expect(index.entry(live?.id ?? '')).toEqual(entries[0])
    expect(index.listed(all.filter, [live?.id ?? ''])).toEqual([entries[0]?.id])
  })

  test('notes hang on the call, whichever source tells of it, and outlive the index', async () => {
    const folder = temporaryFolder()
    const index = await open(folder)
    index.take([filed('a/auto-1-1042-4185550142.wav')])
    const [entry] = index.list(all).entries
    const id = entry?.id ?? ''
    index.annotate({ kind: 'entries', ids: [id] }, { note: 'Prix convenu', tags: ['client'], favourite: true })
    const part = entry?.parts[0]?.id ?? ''
    index.changeMarks(id, [{ do: 'add', mark: { id: 'm1', part, atMs: 1_000, text: '' } }])
    index.changeMarks(id, [{ do: 'add', mark: { id: 'm2', part, atMs: 500, text: '' } }])
    expect(index.marks(id).map(mark => mark.id)).toEqual(['m2', 'm1'])
    index.changeMarks(id, [
      { do: 'text', id: 'm1', text: 'ici' },
      { do: 'remove', id: 'm2' },
    ])
    index.take([logged(3)])
    const [joined] = index.list(all).entries
    expect(joined).toMatchObject({ note: 'Prix convenu', tags: ['client'], favourite: true, marks: 1 })
    expect(index.marks(joined?.id ?? '')).toMatchObject([{ part: joined?.parts[0]?.id, atMs: 1_000, text: 'ici' }])
    expect(index.tags()).toEqual(['client'])
    index.close()
    const { rmSync } = await import('node:fs')
    for (const end of ['', '-wal', '-shm']) rmSync(`${folder}/library.db${end}`, { force: true })
    const again = await open(folder)
    expect(again.outline(all.filter).total).toBe(0)
    again.take([logged(3)])
    expect(again.list(all).entries[0]).toMatchObject({
      note: 'Prix convenu',
      tags: ['client'],
      favourite: true,
      marks: 1,
    })
  })

  test('search: accents and case, spaces and signs of numbers, and signs of query languages as plain text', async () => {
    const index = await open()
    const call = (id: number, name: string, number = '100') =>
      logged(id, { startedAt: START + id * 1_000, peer: { name, number }, numbers: [number], recordings: [] })
    index.take([
      call(1, 'Hélène Çelik', '+33 5 55 12 00'),
      call(2, '100% "sûr" AND_not*'),
      call(3, 'NEAR(a b) OR c'),
      call(4, '李小龍'),
      call(5, 'Bo'),
    ])
    expect(found(index, 'helene')).toEqual(['Hélène Çelik'])
    expect(found(index, 'CELIK')).toEqual(['Hélène Çelik'])
    expect(found(index, '555-12')).toEqual(['Hélène Çelik'])
    expect(found(index, '5 5512')).toEqual(['Hélène Çelik'])
    expect(found(index, '100%')).toEqual(['100% "sûr" AND_not*'])
    expect(found(index, '%')).toEqual(['100% "sûr" AND_not*'])
    expect(found(index, '_')).toEqual(['100% "sûr" AND_not*'])
    expect(found(index, '"sur"')).toEqual(['100% "sûr" AND_not*'])
    expect(found(index, '"')).toEqual(['100% "sûr" AND_not*'])
    expect(found(index, 'not*')).toEqual(['100% "sûr" AND_not*'])
    expect(found(index, 'near(a')).toEqual(['NEAR(a b) OR c'])
    expect(found(index, '小')).toEqual(['李小龍'])
    expect(found(index, '李小龍')).toEqual(['李小龍'])
    expect(found(index, 'bo')).toEqual(['Bo'])
    expect(found(index, 'helenez')).toEqual([])
  })

  test('two recordings of one call that overlap may be one the other party’s', async () => {
    const index = await open()
    const stretch = (id: number, from: number, to: number) =>
      recording(uuid(id), { startedAt: START + from, endedAt: START + to })
    index.take([logged(1, { recordings: [stretch(1, 3_000, 60_000), stretch(2, 9_000, 50_000)] })])
    index.take([
      logged(2, {
        startedAt: START + 9e6,
        recordings: [stretch(3, 9_003_000, 9_010_000), stretch(4, 9_020_000, 9_030_000)],
      }),
    ])
    const flags = index.list(all).entries.map(entry => entry.parts.map(part => part.maybeOthers))
    expect(flags).toEqual([
      [false, false],
      [true, true],
    ])
  })

  test('what a source no longer has goes, unless something of the user’s hangs on it', async () => {
    const index = await open()
    index.take([logged(1), logged(2, { startedAt: START + 1e6 }), logged(3, { startedAt: START + 2e6 })])
    const [third, second] = index.list(all).entries
    index.annotate({ kind: 'entries', ids: [second?.id ?? ''] }, { note: 'à garder' })
    index.setKept(uuid(3), { bytes: 10, keptAt: 5 })
    expect(index.keys('call-log', null)).toEqual([1, 2, 3].map(cdrKey))
    index.gone('call-log', [1, 2, 3].map(cdrKey))
    expect(index.keys('call-log', null)).toEqual([])
    const left = index.list(all).entries
    expect(left.map(entry => entry.id)).toEqual([third?.id, second?.id])
    expect(left.map(entry => entry.parts.map(part => part.hearing))).toEqual([['deleted'], ['deleted']])
    expect(left[0]?.parts[0]?.kept).toBe(true)
    index.take([logged(2, { startedAt: START + 1e6 })])
    expect(index.entry(second?.id ?? '')?.parts[0]?.hearing).toBe('yes')
  })

  test('what opening taught holds until the source tells something else', async () => {
    const index = await open()
    index.take([logged(1)])
    const part = index.list(all).entries[0]?.parts[0]?.id ?? ''
    index.heard(part, 'empty')
    expect(index.part(part)?.hearing).toBe('empty')
    index.take([logged(1, { why: 'unknown' })])
    expect(index.part(part)?.hearing).toBe('empty')
    index.take([filed(`x/${uuid(1)}.wav`)])
    expect(index.part(part)?.hearing).toBe('yes')
  })

  test('what may pass is heeded for an hour, also after a restart, and what lasts for ever', async () => {
    const folder = temporaryFolder()
    let time = START
    const opened = () => openedIndex({ driver, folder, now: () => time })
    const index = await opened()
    index.take([1, 2, 3].map(id => logged(id, { startedAt: START + id * 1e6 })))
    const parts = (of: OpenedIndex) => of.list(all).entries.flatMap(entry => entry.parts)
    const lessons = ['deleted', 'missing', 'no-media'] as const
    parts(index).forEach(({ id }, at) => index.heard(id, lessons[at] ?? 'yes'))
    const hearings = (of: OpenedIndex) => parts(of).map(({ hearing }) => hearing)
    time += HEEDED_MS - 1
    expect(hearings(index)).toEqual(lessons)
    index.close()
    const again = await opened()
    expect(hearings(again)).toEqual(lessons)
    time += 1
    expect(again.part(parts(again)[1]?.id ?? '')?.hearing).toBe('yes')
    expect(hearings(again)).toEqual(['deleted', 'yes', 'yes'])
    // it failed again, and the clock was set back then
    again.heard(parts(again)[1]?.id ?? '', 'missing')
    expect(hearings(again)).toEqual(['deleted', 'missing', 'yes'])
    time -= 86_400_000
    expect(hearings(again)).toEqual(['deleted', 'yes', 'yes'])
    again.close()
    time += 86_400_000
    expect(hearings(await opened())).toEqual(['deleted', 'yes', 'yes'])
  })

  test('a lesson is forgotten when it is asked for anew', async () => {
    const index = await open()
    index.take([logged(1), logged(2, { startedAt: START + 1e6 })])
    const [part = '', other = ''] = index.list(all).entries.map(entry => entry.parts[0]?.id ?? '')
    for (const id of [part, other]) index.heard(id, 'missing')
    expect(index.unlearn(part)).toBe(true)
    expect(index.list(all).entries.map(entry => entry.parts[0]?.hearing)).toEqual(['yes', 'missing'])
    expect([index.unlearn(part), index.unlearn('nobody')]).toEqual([false, false])
  })

  test('copies are known by the recording, and listed', async () => {
    const index = await open()
    index.take([logged(1)])
    index.setKept(uuid(1), { bytes: 7, keptAt: 8 })
    index.setKept(uuid(99), { bytes: 1, keptAt: 1 })
    expect(index.kept(null)).toMatchObject([
      { vaultKey: uuid(1), bytes: 7, part: { cdrId: 1 } },
      { vaultKey: uuid(99), part: null },
    ])
    expect(index.list({ ...all, filter: filter({ kept: true }) }).entries).toHaveLength(1)
    index.setKept(uuid(1), null)
    expect(index.list({ ...all, filter: filter({ kept: true }) }).entries).toHaveLength(0)
  })

  test('a copy tells how much was recorded, for the list, its filter, groups and exports', async () => {
    const index = await open()
    index.take([logged(1)])
    index.setKept(uuid(1), { bytes: 44 + 16 * 39_000, keptAt: 8 })
    const [entry] = index.list(all).entries
    expect(entry).toMatchObject({ recordedMs: 39_000, parts: [{ durationMs: 39_000 }] })
    expect(index.part(entry?.parts[0]?.id ?? '')?.durationMs).toBe(39_000)
    const [group] = index.groups({ filter: all.filter, by: 'person', after: null, limit: 1 })
    expect(group?.recordedMs).toBe(39_000)
    const ofLength = (shortest: number) => index.outline(filter({ recorded: 'all', shortest })).total
    expect([ofLength(39_000), ofLength(39_001)]).toEqual([1, 0])
    index.setKept(uuid(1), null)
    expect(index.list(all).entries[0]?.recordedMs).toBe(59_000)
  })

  test('where a reading stands is written with what it read, or not at all', async () => {
    const index = await open()
    expect(index.note('call-log')).toBeUndefined()
    index.setNote('call-log', { highest: 3 }, [logged(3)])
    expect(index.note('call-log')).toEqual({ highest: 3 })
    expect(() => index.setNote('call-log', { highest: 4 }, [logged(4, { key: null as unknown as string })])).toThrow()
    expect(index.note('call-log')).toEqual({ highest: 3 })
  })

  test('groups by person and by conversation, the latest first, in pages', async () => {
    const index = await open()
    const call = (id: number, number: string, conversation: string | null) =>
      logged(id, { startedAt: START + id * 1e6, peer: { name: `N${number}`, number }, conversation })
    index.take([call(1, '+33 1', 'a'), call(2, '2', 'a'), call(3, '331', null)])
    const groups = index.groups({ filter: all.filter, by: 'person', after: null, limit: 1 })
    expect(groups).toMatchObject([{ number: '331', count: 2, recordedMs: 118_000, latestAt: START + 3e6 }])
    const [first] = groups
    const after = first === undefined ? null : { latestAt: first.latestAt, key: first.key }
    expect(index.groups({ filter: all.filter, by: 'person', after, limit: 9 })).toMatchObject([
      { number: '2', count: 1 },
    ])
    const person = index.list({ ...all, filter: filter({ person: first?.key ?? '' }) }).entries
    expect(person).toHaveLength(2)
    expect(
      index.groups({ filter: all.filter, by: 'conversation', after: null, limit: 9 }).map(group => group.count),
    ).toEqual([1, 2])
    expect(index.list({ ...all, filter: filter({ conversation: 'a' }) }).entries).toHaveLength(2)
  })

  test('hidden entries are listed only where they are asked for', async () => {
    const index = await open()
    index.take([logged(1), logged(2, { startedAt: START + 1e6 })])
    const [entry] = index.list(all).entries
    index.annotate({ kind: 'entries', ids: [entry?.id ?? ''] }, { hidden: true })
    expect(index.list(all).entries).toHaveLength(1)
    expect(index.list({ ...all, filter: filter({ hidden: true }) }).entries).toMatchObject([
      { id: entry?.id, hidden: true },
    ])
  })
})
