import { chmod, mkdir, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { ListPage } from '../../shared/recordings.ts'
import { createFolderSource } from './folder.ts'
import { type LibrarySource } from './source.ts'
import { failureOf, privateFolder, sound, until, wavOf } from './testing.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
let source: LibrarySource | null = null
let changes = 0
beforeEach(async () => {
  folder = await privateFolder()
  changes = 0
})
afterEach(async () => {
  await source?.close()
  source = null
  await folder.remove()
})

const first = { search: '', cursor: null }
const put = async (name: string, bytes = wavOf(sound(16_000))) => {
  const place = join(folder.path, name)
  await mkdir(join(place, '..'), { recursive: true })
  await writeFile(place, bytes)
  return place
}
const begin = (change: Partial<Parameters<typeof createFolderSource>[0]> = {}): LibrarySource => {
  source = createFolderSource({
    root: folder.path,
    own: ['1001'],
    template: 'user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}',
    onChanged: () => changes++,
    ...change,
  })
  return source
}
const namesOf = (page: ListPage) => page.entries.map(entry => entry.fileName)

test('lists the user’s recordings from their names, newest first', async () => {
  await put('auto-1700000100-1001-1002.wav')
  await put('tenant/user-1001-1003-1700000300.wav')
  await put('tenant/user-1004-1001-1700000200.wav')
  await put('user-1004-1005-1700000400.wav')
  await put('notes.txt')
  await put('.hidden.wav')
  const old = await put('meeting.wav')
  await utimes(old, 1_600_000_000, 1_600_000_000)
  const page = await begin().list(first)
  expect(ListPage.parse(page)).toEqual(page)
  expect(page.unread).toBe(0)
  expect(page.entries).toMatchObject([
    {
      fileName: 'user-1001-1003-1700000300.wav',
      outgoing: true,
      peer: { number: '1003' },
      startedAt: 1_700_000_300_000,
    },
    { fileName: 'user-1004-1001-1700000200.wav', outgoing: false, peer: { number: '1004' } },
    { fileName: 'auto-1700000100-1001-1002.wav', outgoing: null, peer: { number: '1002' } },
    { fileName: 'meeting.wav', outgoing: null, peer: { number: '' }, startedAt: 1_600_000_000_000 },
  ])
  expect(page.entries.map(entry => entry.parts[0])).toMatchObject(Array(4).fill({ durationMs: 1000, playable: 'yes' }))
  expect(JSON.stringify(page)).not.toContain(folder.path)
  expect(JSON.stringify(page)).not.toContain('tenant')
})

test('searches numbers and names', async () => {
  await put('user-1001-33123456-1700000300.wav')
  await put('user-1001-1002-1700000200.wav')
  await put('Réunion.wav')
  const listed = begin()
  expect(namesOf(await listed.list({ search: '33 12 34', cursor: null }))).toEqual([
    'user-1001-33123456-1700000300.wav',
  ])
  expect(namesOf(await listed.list({ search: 'reunion', cursor: null }))).toEqual(['Réunion.wav'])
})

test('pages through many files', async () => {
  for (let at = 0; at < 250; at++) await put(`auto-${1_700_000_000 + (at >> 1)}-1001-${at}.wav`, wavOf(sound(2)))
  const listed = begin()
  const seen: string[] = []
  let cursor: string | null = null
  do {
    const page: ListPage = await listed.list({ search: '', cursor })
    seen.push(...namesOf(page))
    cursor = page.next
  } while (cursor !== null)
  expect(new Set(seen).size).toBe(250)
  expect(seen).toHaveLength(250)
})

test('says what can be heard of a file', async () => {
  await put('auto-1700000001-1001-1.wav', wavOf(sound(100), 0))
  const crashed = await put('auto-1700000002-1001-2.wav', wavOf(sound(16_000), 0))
  const nothing = await put('auto-1700000003-1001-3.wav', new Uint8Array(0))
  const head = await put('auto-1700000004-1001-4.wav', wavOf(new Uint8Array(0)))
  for (const place of [crashed, nothing, head]) await utimes(place, 1_700_000_000, 1_700_000_000)
  const page = await begin().list(first)
  expect(page.entries.map(entry => [entry.peer.number, entry.parts[0]?.playable])).toEqual([
    ['4', 'empty'],
    ['3', 'empty'],
    ['2', 'yes'],
    ['1', 'growing'],
  ])
  const crashedPart = page.entries[2]?.parts[0]
  expect(crashedPart?.durationMs).toBe(1000)
  const { source: audio, fileName } = await running().open(crashedPart?.id ?? '')
  expect(fileName).toBe('auto-1700000002-1001-2.wav')
  expect(await audio.read(0, await audio.size())).toEqual(wavOf(sound(16_000)))
  await audio.close()
})

test('never leaves the folder', async () => {
  const outside = await privateFolder()
  await writeFile(join(outside.path, 'auto-1700000001-1001-1.wav'), wavOf(sound(100)))
  await symlink(outside.path, join(folder.path, 'linked'))
  await symlink(join(outside.path, 'auto-1700000001-1001-1.wav'), join(folder.path, 'auto-1700000002-1001-2.wav'))
  const inner = await put('in/auto-1700000003-1001-3.wav')
  const listed = begin()
  const page = await listed.list(first)
  expect(namesOf(page)).toEqual(['auto-1700000003-1001-3.wav'])
  // A folder on the way is replaced by a link after it was listed.
  await rm(join(inner, '..'), { recursive: true })
  await symlink(outside.path, join(folder.path, 'in'))
  await writeFile(join(outside.path, 'auto-1700000003-1001-3.wav'), wavOf(sound(100)))
  const { source: audio } = await listed.open(page.entries[0]?.parts[0]?.id ?? '')
  expect(await failureOf(audio.size())).toEqual({ code: 'recording-missing' })
  for (const id of ['../auto', 'in/auto-1700000003-1001-3.wav', '']) {
    expect(await failureOf(listed.open(id))).toEqual({ code: 'recording-missing' })
  }
  await outside.remove()
})

test('tells of new, finished and removed files', async () => {
  const listed = begin()
  expect(namesOf(await listed.list(first))).toEqual([])
  const place = await put('new/auto-1700000001-1001-1.wav', wavOf(sound(100), 0))
  await until(() => changes > 0)
  const page = await listed.list(first)
  expect(page.entries[0]?.parts[0]?.playable).toBe('growing')
  const before = changes
  await writeFile(place, wavOf(sound(100)))
  await until(() => changes > before)
  expect((await listed.list(first)).entries[0]?.parts[0]?.playable).toBe('yes')
  const then = changes
  await rm(place)
  await until(() => changes > then)
  expect(namesOf(await listed.list(first))).toEqual([])
})

test('says when the folder is not there, and works once it is', async () => {
  const root = join(folder.path, 'mount')
  const listed = begin({ root })
  expect(await failureOf(listed.list(first))).toEqual({ code: 'folder-unreadable' })
  await put('mount/auto-1700000001-1001-1.wav')
  expect(namesOf(await listed.list(first))).toEqual(['auto-1700000001-1001-1.wav'])
})

test('counts what cannot be read', async () => {
  await chmod(await put('auto-1700000001-1001-1.wav'), 0)
  await put('auto-1700000002-1001-2.wav')
  await chmod(folder.path, 0o755)
  const page = await asNobody(() => begin().list(first))
  expect(namesOf(page)).toEqual(['auto-1700000002-1001-2.wav'])
  expect(page.unread).toBe(1)
})

/** Root may read everything: where this runs as root, it goes on as the user who may nothing (65534 on Linux). */
async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run()
  process.seteuid?.(65_534)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}

function running(): LibrarySource {
  if (source === null) throw new Error('Not begun')
  return source
}
