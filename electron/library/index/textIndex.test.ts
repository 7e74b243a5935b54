/** The text index as it lies in its file: pieces of many transactions, brought together. */
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { type Driver, drivers, numberIn, openDatabase } from './database.ts'
import { openCore } from './open.ts'
import { filter, logged, openedIndex, recording, temporaryFolder, uuid } from './testing.ts'

const call = (id: number) =>
  logged(id, {
    startedAt: Date.UTC(2026, 0, 1) + id * 3_600_000,
    peer: { name: id % 3 === 0 ? 'Hélène Roy' : 'Paul Côté', number: `+3361234${1_000 + id}` },
    recordings: [recording(uuid(id))],
  })

async function pieces(folder: string, driver: Driver): Promise<number> {
  const database = await openDatabase(join(folder, 'library.db'), driver)
  const row = database.prepare('SELECT count(DISTINCT segid) AS pieces FROM entry_text_idx').get()
  database.close()
  return numberIn(row, 'pieces')
}

describe.each(drivers())('over %s', driver => {
  test('is tidied step by step, finds the same, and is left alone for one call more', async () => {
    const folder = temporaryFolder()
    const filled = await openedIndex({ driver, folder })
    for (let first = 1; first < 600; first += 10) filled.take(Array.from({ length: 10 }, (_, at) => call(first + at)))
    const found = (of: Pick<typeof filled, 'list' | 'outline'>) =>
      ['helene', '0612341', 'co', '1099', '0000-4000'].map(search => [
        of.list({ filter: filter({ search }), at: null, limit: 200 }).entries,
        of.outline(filter({ search })),
      ])
    const before = found(filled)
    filled.close()
    expect(await pieces(folder, driver)).toBeGreaterThan(3)

    const index = await openedIndex({ driver, folder })
    let steps = 1
    for (; index.tidy(); steps++) expect(found(index)).toEqual(before)
    expect(steps).toBeGreaterThan(1)
    expect(found(index)).toEqual(before)
    index.close()
    expect(await pieces(folder, driver)).toBe(1)

    const whole = await openCore({
      file: join(folder, 'library.db'),
      notesFile: join(folder, 'notes.db'),
      driver,
      suspect: true,
      log: text => expect.unreachable(text),
    })
    whole.take([call(2_000)])
    expect(whole.tidy()).toBe(false)
    whole.close()
    expect(await pieces(folder, driver)).toBe(2)
  })
  test('everything that searches touch is read ahead once, and then no more', async () => {
    const index = await openedIndex({ driver })
    index.take(Array.from({ length: 1_200 }, (_, id) => call(id + 1)))
    let steps = 1
    while (index.readAhead()) steps++
    // twice 1,200 rows of at most 500, and what the text index has of them
    expect(steps).toBeGreaterThanOrEqual(2 * 3 + 1)
    expect(index.readAhead()).toBe(false)
    expect(index.outline(filter({ search: 'helene' })).total).toBe(400)
  })
})
