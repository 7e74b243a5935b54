/**
 * Run as a process of its own by crash.test.ts, which kills it: writes batch after batch to an index and says of each on
 * stdout when it was done. Arguments: the folder, the driver, and the key as hexadecimal digits where it is sealed.
 */
import { writeSync } from 'node:fs'
import { join } from 'node:path'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { type Driver } from './database.ts'
import { openCore } from './open.ts'
import { batch } from './batches.testing.ts'

const [folder = '', driver = 'node', key = ''] = process.argv.slice(2)

const index = await openCore({
  file: join(folder, 'library.db'),
  notesFile: join(folder, 'notes.db'),
  driver: driver as Driver,
  key: key === '' ? null : Buffer.from(key, 'hex'),
  log: text => process.stderr.write(`${text}\n`),
})
for (let number = Number(index.note('done') ?? 0) + 1; ; number++) {
  index.setNote('done', number, batch(number))
  writeSync(1, `batch ${number}\n`)
  const [newest] = index.list({ filter: { ...NO_FILTER, search: `caller ${number}.` }, at: null, limit: 1 }).entries
  if (newest === undefined) throw new Error(`batch ${number} is not found`)
  index.annotate({ kind: 'entries', ids: [newest.id] }, { note: `note ${number}` })
  writeSync(1, `note ${number}\n`)
}
