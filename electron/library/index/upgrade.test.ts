/** A file of the version before: what the sources told of is all there after. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drivers, openDatabase } from './database.ts'
import { idOf, recordingIdentity } from './identity.ts'
import { createTellings } from './neighbours.ts'
import { INDEX_SCHEMA, migrate, setUp } from './schema.ts'
import { filed, filter, logged, openedIndex, START, temporaryFolder, uuid } from './testing.ts'

/** An entry as versions 2 and 3 wrote it: it goes, also out of the text index. */
const STALE = `
  INSERT INTO entry (id, started_at, day, recorded, sources, person, talk, peer_name, peer_number, search, kept, favourite, hidden, annotated)
    VALUES (1, 1, 19700101, 0, 1, '', '', '', '', 'stale', 0, 0, 0, 0);
  INSERT INTO shown (id, body) VALUES (1, '');
  INSERT INTO entry_text (rowid, search) VALUES (1, 'stale');`

describe.each(drivers())('over %s', driver => {
  test.each([1, 2, 3])('entries are made anew, from version %i', async version => {
    const calls = [logged(1), logged(2, { peer: { name: 'Zoé', number: '4185550111' } }), filed('a/b.wav')]
    const folder = temporaryFolder()
    const old = await openDatabase(join(folder, 'library.db'), driver)
    setUp(old)
    migrate(old, { migrations: INDEX_SCHEMA.migrations.slice(0, version) })
    for (const call of calls) createTellings(old).put(call)
    if (version >= 2) old.exec(STALE)
    old.close()

    const [index, fresh] = [await openedIndex({ driver, folder }), await openedIndex({ driver })]
    fresh.take(calls)
    const all = { filter: filter({ recorded: 'all' }), at: null, limit: 9 } as const
    expect(index.list(all).entries.length).toBeGreaterThan(1)
    expect(index.list(all)).toEqual(fresh.list(all))
    const found = (search: string) => index.outline(filter({ recorded: 'all', search })).total
    expect([found('zoe'), found('stale')]).toEqual([1, 0])
  })

  test('what was learnt is heeded still, but for what may pass', async () => {
    const folder = temporaryFolder()
    const old = await openDatabase(join(folder, 'library.db'), driver)
    setUp(old)
    migrate(old, { migrations: INDEX_SCHEMA.migrations.slice(0, 3) })
    const lessons = ['missing', 'empty'] as const
    for (const [at, hearing] of lessons.entries()) {
      createTellings(old).put(logged(at, { startedAt: START + at * 1e6 }))
      const part = idOf('part', recordingIdentity(uuid(at)))
      old.prepare("INSERT INTO lesson (part, hearing, told) VALUES (?, ?, 'yes ')").run(part, hearing)
    }
    old.close()
    const index = await openedIndex({ driver, folder })
    const { entries } = index.list({ filter: filter({ recorded: 'all' }), at: null, limit: 9 })
    expect(entries.map(({ parts }) => parts[0]?.hearing)).toEqual(['empty', 'yes'])
  })
})
