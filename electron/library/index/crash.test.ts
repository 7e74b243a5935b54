/** Killed at any point, the index opens again, with all that it said it had, once. `RUNS` in the environment: how often. */
import { spawn } from 'node:child_process'
import { randomBytes, randomInt } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { describe, expect, test } from 'vitest'
import { LINES } from './batches.testing.ts'
import { type Driver, drivers, openDatabase } from './database.ts'
import { openCore } from './open.ts'
import { cdrKey } from './port.ts'
import { filter, temporaryFolder } from './testing.ts'

const RUNS = Number(process.env['RUNS'] ?? 4)

/** What it said to have written. */
interface Done {
  batches: number
  readonly notes: Set<string>
}

/** Lets it write, and kills it somewhere after some lines that it said. Adds to what it had said before. */
async function writeAndKill(folder: string, driver: Driver, key: Buffer | null, done: Done): Promise<void> {
  const script = join(import.meta.dirname, 'writer.testing.ts')
  const args = [script, folder, driver, ...(key === null ? [] : [key.toString('hex')])]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  const complaints: string[] = []
  child.stderr.setEncoding('utf8').on('data', (text: string) => complaints.push(text))
  const end = once(child, 'exit')
  let left = randomInt(1, 12)
  for await (const said of createInterface({ input: child.stdout })) {
    const [what, number] = said.split(' ')
    if (what === 'batch') done.batches = Number(number)
    else done.notes.add(said)
    left--
    // somewhere within what it does next
    if (left === 0) setTimeout(() => child.kill('SIGKILL'), randomInt(0, 8))
  }
  const [code, signal] = (await end) as [number | null, string | null]
  expect({ code, signal, complaints }).toEqual({ code: null, signal: 'SIGKILL', complaints: [] })
}

describe.each(
  drivers().flatMap(driver => [
    { driver, sealed: false },
    { driver, sealed: true },
  ]),
)('killed while it writes, over $driver, sealed: $sealed', ({ driver, sealed }) => {
  test(`nothing is lost, doubled or damaged, ${RUNS} times`, { timeout: 60_000 + RUNS * 10_000 }, async () => {
    const folder = temporaryFolder()
    const key = sealed ? randomBytes(32) : null
    const files = { file: join(folder, 'library.db'), notesFile: join(folder, 'notes.db') }
    const done: Done = { batches: 0, notes: new Set() }
    for (let run = 0; run < RUNS; run++) {
      await writeAndKill(folder, driver, key, done)
      const said: string[] = []
      const index = await openCore({ ...files, key, driver, suspect: true, log: text => said.push(text) })
      const batches = Number(index.note('done') ?? 0)
      const { total } = index.outline(filter({ recorded: 'all' }))
      const recorded = index.outline(filter()).total
      const changed = index.outline(filter({ recorded: 'all', search: 'changed' })).total
      const notes = index.outline(filter({ recorded: 'all', annotated: true, search: 'note ' })).total
      const exported = index.exportNotes().map(it => it.note)
      const keys: string[] = []
      for (
        let page = index.keys('call-log', null);
        page.length > 0;
        page = index.keys('call-log', page.at(-1) ?? null)
      ) {
        keys.push(...page)
      }
      index.close()
      expect(said).toEqual([])
      expect(batches).toBeGreaterThanOrEqual(done.batches)
      expect({ total, recorded, changed }).toEqual({
        total: batches * LINES,
        recorded: (batches * LINES) / 2,
        changed: Math.max(0, batches - 1),
      })
      expect(keys).toEqual(Array.from({ length: batches * LINES }, (_, at) => cdrKey(at + 1)))
      expect(new Set(exported).size).toBe(exported.length)
      expect([...done.notes].filter(note => !exported.includes(note))).toEqual([])
      expect(notes).toBe(exported.length)
      for (const path of [files.file, files.notesFile]) {
        const database = await openDatabase(sealed ? `${path}.sealed` : path, driver)
        const health = database.prepare('PRAGMA integrity_check').all()
        database.close()
        expect(health).toEqual([{ integrity_check: 'ok' }])
      }
    }
  })
})
