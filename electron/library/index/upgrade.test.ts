/** A file of the version before: what the sources told of is all there after. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { drivers, openDatabase } from './database.ts'
import { createTellings } from './neighbours.ts'
import { INDEX_SCHEMA, migrate, setUp } from './schema.ts'
import { filed, filter, logged, openedIndex, temporaryFolder } from './testing.ts'

describe.each(drivers())('over %s', driver => {
  test('entries are made anew', async () => {
    const calls = [logged(1), logged(2, { peer: { name: 'Zoé', number: '4185550111' } }), filed('a/b.wav')]
    const folder = temporaryFolder()
    const old = await openDatabase(join(folder, 'library.db'), driver)
    setUp(old)
    migrate(old, { migrations: INDEX_SCHEMA.migrations.slice(0, 1) })
    for (const call of calls) createTellings(old).put(call)
    old.close()

    const [index, fresh] = [await openedIndex({ driver, folder }), await openedIndex({ driver })]
    fresh.take(calls)
    const all = { filter: filter({ recorded: 'all' }), at: null, limit: 9 } as const
    expect(index.list(all).entries.length).toBeGreaterThan(1)
    expect(index.list(all)).toEqual(fresh.list(all))
    expect(index.list({ ...all, filter: filter({ search: 'zoe' }) }).entries).toHaveLength(1)
  })
})
