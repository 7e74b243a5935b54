import { appendFile, mkdir, open, rename, rm, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FileSight } from '../../shared/sight.ts'
import { privateFolder, sound, until, wavOf } from './testing.ts'
import { watchFolder, type FolderWatch } from './watch.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
let watching: FolderWatch | null = null
let sights: FileSight[] = []
let errors: unknown[] = []
/** Added to the true time: a test leaps over the seconds that a writer may be silent. */
let leap = 0
beforeEach(async () => {
  folder = await privateFolder()
  sights = []
  errors = []
  leap = 0
})
afterEach(async () => {
  await watching?.close()
  watching = null
  await folder.remove()
  expect(errors).toEqual([])
})

const begin = async (change: Partial<Parameters<typeof watchFolder>[0]> = {}) => {
  watching = watchFolder({
    root: folder.path,
    own: ['1001'],
    template: 'user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}',
    onSight: sight => sights.push(sight),
    onError: error => errors.push(error),
    now: () => Date.now() + leap,
    ...change,
  })
  await watching.ready
}
const at = (name: string) => join(folder.path, name)
const last = () => sights.at(-1)
/** Asterisk closes a file: the lengths are written into its head. */
const finish = async (place: string, data: number) => {
  const handle = await open(place, 'r+')
  const size = new Uint8Array(4)
  new DataView(size.buffer).setUint32(0, data, true)
  await handle.write(size, 0, 4, 40)
  await handle.close()
}

test('sees a recording begin, grow and end, each within half a second', async () => {
  await begin()
  const place = at('auto-1700000001-1001-1002.wav')
  let since = performance.now()
  await writeFile(place, wavOf(new Uint8Array(0), 0))
  await until(
    () => last()?.state === 'writing',
    () => sights,
  )
  expect(performance.now() - since).toBeLessThan(500)
  expect(last()).toMatchObject({
    name: 'auto-1700000001-1001-1002.wav',
    numbers: ['1001', '1002'],
    kind: 'on-demand',
    startedAt: 1_700_000_001_000,
    size: 44,
  })
  expect(Math.abs((last()?.appearedAt ?? 0) - Date.now())).toBeLessThan(5_000)
  await appendFile(place, sound(32_768))
  await until(
    () => last()?.size === 32_812,
    () => sights,
  )
  since = performance.now()
  await finish(place, 32_768)
  await until(
    () => last()?.state === 'closed',
    () => sights,
  )
  expect(performance.now() - since).toBeLessThan(500)
  expect(sights.slice(0, -1).every(sight => sight.state === 'writing')).toBe(true)
})

test('a file that stands still without its length is stuck after 5 s, and goes on when it grows', async () => {
  await begin()
  const place = at('user-1002-1001-1700000001.wav')
  await writeFile(place, wavOf(sound(100), 0))
  await until(
    () => last()?.size === 144,
    () => sights,
  )
  expect(last()).toMatchObject({ kind: 'permanent', numbers: ['1002', '1001'] })
  const told = sights.length
  leap = 5_100
  await until(
    () => last()?.state === 'stuck',
    () => sights,
  )
  expect(sights).toHaveLength(told + 1)
  await appendFile(place, sound(100))
  await until(
    () => last()?.state === 'writing',
    () => sights,
  )
})

test('a recording that is opened again is written again', async () => {
  const place = at('auto-1700000001-1001-1002.wav')
  await writeFile(place, wavOf(sound(1000)))
  await begin()
  await finish(place, 0)
  await until(
    () => last()?.state === 'writing',
    () => sights,
  )
  await finish(place, 1000)
  await until(
    () => last()?.state === 'closed',
    () => sights,
  )
})

test('what was there at the start is told only when it grows', async () => {
  await writeFile(at('auto-1700000001-1001-1.wav'), wavOf(sound(100)))
  const open_ = at(`auto-${Math.floor(Date.now() / 1000)}-1001-2.wav`)
  await writeFile(open_, wavOf(sound(100), 0))
  const crashed = at('auto-1700000003-1001-3.wav')
  await writeFile(crashed, wavOf(sound(100), 0))
  await utimes(crashed, 1_700_000_000, 1_700_000_000)
  await begin()
  // Something to wait for: a new file, which is told.
  await writeFile(at('.4.wav'), wavOf(sound(100)))
  await rename(at('.4.wav'), at('auto-1700000004-1001-4.wav'))
  await until(() => sights.length > 0)
  expect(sights.map(sight => [sight.numbers[1], sight.state])).toEqual([['4', 'closed']])
  await appendFile(open_, sound(100))
  await until(() => sights.length > 1)
  expect(last()).toMatchObject({ numbers: ['1001', '2'], state: 'writing', appearedAt: null })
})

test('looks into folders that appear, and leaves others’ recordings and other files alone', async () => {
  await begin()
  await mkdir(at('tenant'))
  await writeFile(at('tenant/user-1005-1006-1700000001.wav'), wavOf(sound(100), 0))
  await writeFile(at('tenant/notes.txt'), 'auto')
  await writeFile(at('tenant/.auto-1700000001-1001-1.wav'), wavOf(sound(100), 0))
  await writeFile(at('tenant/something.wav'), wavOf(sound(100), 0))
  await until(() => last()?.name === 'something.wav')
  await writeFile(at('tenant/auto-1700000002-1001-2.wav'), wavOf(sound(100), 0))
  await until(
    () => last()?.name === 'auto-1700000002-1001-2.wav',
    () => sights,
  )
  expect(sights.find(sight => sight.name === 'something.wav')?.numbers).toEqual([])
  expect(new Set(sights.map(sight => sight.name))).toEqual(new Set(['something.wav', 'auto-1700000002-1001-2.wav']))
})

test('a file that vanishes while it is written proves nothing any more', async () => {
  await begin()
  const place = at('auto-1700000001-1001-2.wav')
  await writeFile(place, wavOf(sound(100), 0))
  await until(() => last()?.state === 'writing')
  await rm(place)
  await until(
    () => last()?.state === 'stuck',
    () => sights,
  )
})

test('formats without a head are told by growth', async () => {
  await begin()
  const place = at('auto-1700000001-1001-2.gsm')
  await writeFile(place, sound(330))
  await until(() => last()?.size === 330)
  leap = 6_000
  await appendFile(place, sound(330))
  await until(() => last()?.size === 660)
  expect(last()?.state).toBe('writing')
  leap = 60_000
  await until(() => last()?.state === 'stuck')
})

test('says once that the folder is not there', async () => {
  await begin({ root: at('nowhere') })
  expect(errors.splice(0)).toMatchObject([{ code: 'ENOENT' }])
})
