import { chmod, mkdir, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readWavHead } from '../audio/wav.ts'
import { systemClock } from '../../wazo/clock.ts'
import { memoryIndex, type MemoryIndex } from '../index.testing.ts'
import { failureOf, privateFolder, sound, until, wavOf } from '../testing.ts'
import { syncFolder, type FolderSync } from './folder.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
let index: MemoryIndex
let sync: FolderSync | null = null
beforeEach(async () => {
  folder = await privateFolder()
  index = memoryIndex()
})
afterEach(async () => {
  await sync?.close()
  sync = null
  await folder.remove()
})

const put = async (name: string, bytes = wavOf(sound(16_000))) => {
  const place = join(folder.path, name)
  await mkdir(join(place, '..'), { recursive: true })
  await writeFile(place, bytes)
  return place
}
const begin = (change: Partial<Parameters<typeof syncFolder>[0]> = {}): FolderSync => {
  sync = syncFolder({
    root: folder.path,
    own: ['1001'],
    template: 'user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}',
    strangers: true,
    automaticNames: true,
    rawRate: null,
    index,
    clock: systemClock,
    onView: () => undefined,
    onTaken: () => undefined,
    log: () => undefined,
    ...change,
  })
  return sync
}
/** What waits for calm, waits a tenth. */
const hasty = { ...systemClock, after: (ms: number, run: () => void) => systemClock.after(ms / 10, run) }
const again = async (change: Partial<Parameters<typeof syncFolder>[0]> = {}) => {
  await sync?.close()
  index.taken.length = 0
  return begin(change)
}
const paths = () => [...index.calls.values()].map(({ key }) => key).sort()
const idle = (it: FolderSync) =>
  until(
    () => it.view().state === 'idle',
    () => it.view(),
  )
const hearing = (path: string) => index.calls.get(`folder-${path}`)?.recordings?.[0]?.hearing

test('takes in the user’s recordings from their names, newest first', async () => {
  await put('auto-1700000100-1001-1002.wav')
  await put('tenant/user-1001-1003-1700000300.wav')
  await put('tenant/user-1004-1001-1700000200.wav')
  await put('user-1004-1005-1700000400.wav')
  await put('notes.txt')
  await put('.hidden.wav')
  await put('lost+found/auto-1700000101-1001-1002.wav')
  await utimes(await put('meeting.wav'), 1_600_000_000, 1_600_000_000)
  const it = begin()
  await idle(it)
  expect(index.taken[0]?.calls.map(({ key }) => key)).toEqual([
    'tenant/user-1001-1003-1700000300.wav',
    'tenant/user-1004-1001-1700000200.wav',
    'auto-1700000100-1001-1002.wav',
    'meeting.wav',
  ])
  const calls = index.taken[0]?.calls ?? []
  expect(calls).toMatchObject([
    {
      source: 'folder',
      startedAt: 1_700_000_300_000,
      outgoing: true,
      peer: { number: '1003' },
      how: 'automatic',
      recordings: [{ key: '/tenant/user-1001-1003-1700000300.wav', durationMs: 1000, bytes: 16_044, hearing: 'yes' }],
    },
    { outgoing: false, peer: { number: '1004' } },
    { outgoing: null, peer: { number: '1002' }, how: 'by-me' },
    { outgoing: null, peer: { number: '' }, startedAt: 1_600_000_000_000, how: null, ownerKnown: true },
  ])
  expect(it.unread()).toBe(1)
})

test('lists what cannot be played, and says so; what has no head is told by its name, Speex by its own', async () => {
  const ogg = Buffer.concat([Buffer.from('OggS'), Buffer.alloc(22), Buffer.from([1, 80]), Buffer.from('Speex   1.2')])
  await put('auto-1700000100-1001-1002.g729', Buffer.alloc(200, 7))
  await put('auto-1700000200-1001-1002.ilbc', Buffer.alloc(200, 7))
  await put('auto-1700000300-1001-1002.spx', ogg)
  await put('auto-1700000400-1001-1002.ogg', ogg)
  await put('auto-1700000500-1001-1002.raw', Buffer.alloc(200, 7))
  await put('auto-1700000600-1001-1002.vox', Buffer.alloc(200, 7))
  await idle(begin())
  expect(paths().map(path => [path.slice(-4), hearing(path)])).toEqual([
    ['g729', 'format'],
    ['ilbc', 'format'],
    ['.spx', 'format'],
    ['.ogg', 'format'],
    // just written: they may grow
    ['.raw', 'growing'],
    ['.vox', 'growing'],
  ])
})

test('in a company’s folder a name that tells nobody is nobody’s until the call log names it', async () => {
  const uuid = 'd2b0d4d1-6a2c-4d84-b0c1-111111111111.wav'
  await put(`tenant/${uuid}`)
  await put('meeting.wav')
  await put('user-1001-1003-1700000300.wav')
  const it = begin({ strangers: false })
  await idle(it)
  const known = (path: string) => index.calls.get(`folder-${path}`)?.ownerKnown
  expect([known(`tenant/${uuid}`), known('meeting.wav'), known('user-1001-1003-1700000300.wav')]).toEqual([
    false,
    false,
    true,
  ])
  // a uuid explains itself
  expect(it.unread()).toBe(1)
})

test('goes on where it was: what is known is not opened again, what is gone is told', async () => {
  for (let at = 0; at < 450; at++) await put(`auto-${1_700_000_000 + at}-1001-${at}.wav`, wavOf(sound(2)))
  await idle(begin())
  expect(index.taken.filter(({ calls }) => calls.length > 0).map(({ calls }) => calls.length)).toEqual([200, 200, 50])
  await rm(join(folder.path, 'auto-1700000007-1001-7.wav'))
  await put('auto-1800000000-1001-1.wav')
  await idle(await again())
  expect(index.taken.flatMap(({ calls }) => calls).map(({ key }) => key)).toEqual(['auto-1800000000-1001-1.wav'])
  expect(paths()).toHaveLength(450)
  expect(paths()).not.toContain('auto-1700000007-1001-7.wav')
})

test('another template reads all names anew', async () => {
  await put('user-1001-1003-1700000300.wav')
  await idle(begin({ template: '' }))
  expect([...index.calls.values()][0]?.peer.number).toBe('')
  await idle(await again())
  expect([...index.calls.values()][0]?.peer.number).toBe('1003')
})

test('says what can be heard of a file', async () => {
  await put('auto-1700000001-1001-1.wav', wavOf(sound(100), 0))
  const crashed = await put('auto-1700000002-1001-2.wav', wavOf(sound(16_000), 0))
  const empty = await put('auto-1700000003-1001-3.wav', new Uint8Array(0))
  const head = await put('auto-1700000004-1001-4.wav', wavOf(new Uint8Array(0)))
  for (const place of [crashed, empty, head]) await utimes(place, 1_700_000_000, 1_700_000_000)
  const it = begin()
  await idle(it)
  expect([1, 2, 3, 4].map(at => hearing(`auto-170000000${at}-1001-${at}.wav`))).toEqual([
    'growing',
    'yes',
    'empty',
    'empty',
  ])
  const audio = it.open('auto-1700000002-1001-2.wav')
  expect(await audio.read(0, await audio.size())).toEqual(wavOf(sound(16_000)))
  await audio.close()
})

test('knows how long formats without a head are; one that was just written to may grow', async () => {
  const at = (name: string) => `auto-1700000001-1001-${name}`
  const files = { gsm: 33 * 100, ulaw: 16_000, sln16: 64_000, g722: 16_000, raw: 64_000, g729: 2_000, spx: 500 }
  for (const [extension, size] of Object.entries(files)) {
    const place = await put(at(`1.${extension}`), new Uint8Array(size))
    await utimes(place, 1_700_000_000, 1_700_000_000)
  }
  await put(at('2.gsm'), new Uint8Array(3_300))
  await idle(begin())
  const told = (name: string) => index.calls.get(`folder-${at(name)}`)?.recordings?.[0]
  const lengths = Object.keys(files).map(extension => told(`1.${extension}`)?.durationMs)
  expect(lengths).toEqual([2_000, 2_000, 2_000, 2_000, null, null, null])
  expect(told('1.gsm')?.hearing).toBe('yes')
  expect(told('2.gsm')?.hearing).toBe('growing')
})

test('lengths of raw files follow the rate that is chosen, in this run and at the next start', async () => {
  const voice = (hz: number, at: number) => 6_000 * Math.sin((2 * Math.PI * hz * at) / 8_000)
  const raw = (samples: number, sampleAt: (at: number) => number) =>
    new Uint8Array(Int16Array.from({ length: samples }, (_, at) => sampleAt(at)).buffer)
  const files = {
    'one.raw': raw(16_000, at => voice(210, at)),
    // two sides, one sample after the other
    'two.raw': raw(32_000, at => voice(at % 2 === 0 ? 210 : 160, at >> 1)),
    // nothing tells whether it is one side or two
    'quiet.raw': new Uint8Array(32_000),
    'head.raw': wavOf(sound(32_000)),
    'one.sln': raw(16_000, at => voice(210, at)),
  }
  const pathOf = (name: string) => `auto-1700000001-1001-${name}`
  for (const [name, bytes] of Object.entries(files)) {
    const place = await put(pathOf(name), bytes)
    await utimes(place, 1_700_000_000, 1_700_000_000)
  }
  const lengths = () =>
    Object.keys(files).map(name => index.calls.get(`folder-${pathOf(name)}`)?.recordings?.[0]?.durationMs)
  const first = begin()
  await idle(first)
  // how fast they were recorded nobody said yet
  expect(lengths()).toEqual([null, null, null, 2_000, 2_000])

  const at16 = [1_000, 1_000, null, 2_000, 2_000]
  index.taken.length = 0
  first.setRawRate(16_000)
  await until(() => isDeepStrictEqual(lengths(), at16), lengths)
  // nothing else was read anew
  const read = () => index.taken.flatMap(({ calls }) => calls.map(({ key }) => key)).sort()
  const raws = ['head.raw', 'one.raw', 'quiet.raw', 'two.raw'].map(pathOf)
  expect(read()).toEqual(raws)
  const heard = first.open(pathOf('two.raw'))
  expect(readWavHead(await heard.read(0, Math.min(64, await heard.size())))).toMatchObject({
    rate: 16_000,
    channels: 2,
  })
  await heard.close()

  await until(() => JSON.stringify(index.notes.get('folder')).includes('"rawRate":16000'))
  await idle(await again({ rawRate: 16_000 }))
  expect(read()).toEqual([])
  // it was chosen while this folder was not read, or the app ended before all were
  await idle(await again({ rawRate: 32_000 }))
  expect([read(), lengths()]).toEqual([raws, [500, 500, null, 2_000, 2_000]])
  const path = pathOf('one.raw')
  const last = await again({ rawRate: 32_000 })
  await idle(last)
  // the last word counts, however many there are
  last.setRawRate(8_000)
  last.setRawRate(48_000)
  last.setRawRate(8_000)
  await until(() => JSON.stringify(index.notes.get('folder')).includes('"rawRate":8000'))
  expect(index.calls.get(`folder-${path}`)?.recordings?.[0]?.durationMs).toBe(2_000)
})

test('follows new, growing, finished and removed files', async () => {
  await put('auto-1700000009-1001-9.wav')
  await idle(begin())
  const name = 'new/auto-1700000001-1001-1.wav'
  const place = await put(name, wavOf(sound(100), 0))
  await until(() => hearing(name) === 'growing', paths)
  await writeFile(place, wavOf(sound(100)))
  await until(() => hearing(name) === 'yes', paths)
  await rm(place)
  await until(() => !paths().includes(name), paths, 10_000)
  expect(paths()).toEqual(['auto-1700000009-1001-9.wav'])
})

test('what was growing when the app went is measured at the next start', async () => {
  const name = 'auto-1700000001-1001-1.wav'
  const place = await put(name, wavOf(sound(100), 0))
  await idle(begin())
  expect(hearing(name)).toBe('growing')
  await sync?.close()
  await writeFile(place, wavOf(sound(100)))
  await idle(await again())
  expect(hearing(name)).toBe('yes')
})

test('a share that is not mounted takes nothing out of the list, and is read once it is there', async () => {
  await put('mount/auto-1700000001-1001-1.wav')
  const root = join(folder.path, 'mount')
  await idle(begin({ root }))
  await sync?.close()
  // the mount point is there, and nothing in it
  await rename(root, join(folder.path, 'away'))
  await mkdir(root)
  const it = await again({ root })
  await until(
    () => it.view().state === 'off',
    () => it.view(),
  )
  expect(it.view().failure).toEqual({ code: 'folder-unreadable' })
  expect(paths()).toEqual(['auto-1700000001-1001-1.wav'])
  // nor is that
  await rm(root, { recursive: true })
  it.look()
  await until(
    () => it.view().state === 'off',
    () => it.view(),
  )
  expect(paths()).toHaveLength(1)
  await rename(join(folder.path, 'away'), root)
  it.look()
  await idle(it)
  expect(it.view().failure).toBeNull()
})

test('a share that goes away while it is watched takes nothing out of the list', async () => {
  await put('mount/a/auto-1700000001-1001-1.wav')
  await put('mount/auto-1700000002-1001-2.wav')
  const root = join(folder.path, 'mount')
  const it = begin({ root })
  await idle(it)
  await rename(join(root, 'a'), join(folder.path, 'a'))
  await rename(join(root, 'auto-1700000002-1001-2.wav'), join(folder.path, 'auto-1700000002-1001-2.wav'))
  await until(
    () => it.view().state === 'off',
    () => it.view(),
    12_000,
  )
  expect(paths()).toHaveLength(2)
  await rename(join(folder.path, 'a'), join(root, 'a'))
  await until(
    () => it.view().state === 'idle',
    () => it.view(),
    12_000,
  )
  // the other one did not come back, and the folder is there: it is gone
  await rm(join(root, 'a'), { recursive: true })
  await put('mount/auto-1700000003-1001-3.wav')
  await until(() => paths().includes('auto-1700000003-1001-3.wav'), paths, 12_000)
})

test('a part that becomes unreadable loses nothing, is told as a part, and is read again once it can be', async () => {
  await asNobody(async () => {
    const kept = 'sub/auto-1700000001-1001-1.wav'
    const [flat, goes, comes] = [2, 3, 4].map(at => `auto-170000000${at}-1001-${at}.wav`)
    if (flat === undefined || goes === undefined || comes === undefined) throw new Error('three names')
    await put(kept)
    const inSub = await put(`sub/${goes}`)
    await put(flat)
    const it = begin({ clock: hasty })
    await idle(it)
    const sub = join(folder.path, 'sub')
    await chmod(sub, 0)
    await until(
      () => it.view().failure !== null,
      () => it.view(),
    )
    expect(it.view()).toMatchObject({ state: 'idle', failure: { code: 'folder-part-unreadable' } })
    // a call ends, and its file comes; another one goes
    it.look()
    await put(comes)
    await until(() => paths().includes(comes), paths)
    await rm(join(folder.path, flat))
    await until(() => !paths().includes(flat), paths, 12_000)
    expect(paths()).toEqual([comes, kept, `sub/${goes}`])
    expect(it.view().failure).toEqual({ code: 'folder-part-unreadable' })
    // a file may go, and one may come, where nothing can be listed
    await chmod(sub, 0o300)
    await rm(inSub)
    await put('sub/auto-1700000005-1001-5.wav')
    await chmod(sub, 0o700)
    await until(
      () => it.view().failure === null,
      () => it.view(),
    )
    await until(() => !paths().includes(`sub/${goes}`), paths, 12_000)
    expect(paths()).toEqual([comes, kept, 'sub/auto-1700000005-1001-5.wav'])
  })
})

test('a part that cannot be read at the start keeps what was read of it, and the rest is up to date', async () => {
  await asNobody(async () => {
    const names = [1, 2].map(at => `sub/deep/auto-170000000${at}-1001-${at}.wav`)
    const places = await Promise.all(names.map(name => put(name)))
    const flat = await put('auto-1700000003-1001-3.wav')
    await put('auto-1700000004-1001-4.wav')
    await idle(begin())
    await sync?.close()
    const sub = join(folder.path, 'sub')
    await rm(flat)
    await rm(places[0] ?? '')
    await chmod(sub, 0)
    const it = await again({ clock: hasty })
    await idle(it)
    expect(it.view().failure).toEqual({ code: 'folder-part-unreadable' })
    expect(paths()).toEqual(['auto-1700000004-1001-4.wav', ...names])
    await chmod(sub, 0o700)
    await until(
      () => it.view().failure === null,
      () => it.view(),
    )
    await until(() => !paths().includes(names[0] ?? ''), paths, 12_000)
    expect(paths()).toEqual(['auto-1700000004-1001-4.wav', names[1]])
  })
})

test('a root that goes and comes back is told both times, by itself, and loses only what is gone then', async () => {
  const root = join(folder.path, 'mount')
  const away = join(folder.path, 'away')
  const [flat, deep, goes] = [
    'auto-1700000001-1001-1.wav',
    'a/auto-1700000002-1001-2.wav',
    'a/auto-1700000003-1001-3.wav',
  ]
  for (const name of [flat, deep, goes]) await put(`mount/${name}`)
  const waits: number[] = []
  const clock = { ...hasty, after: (ms: number, run: () => void) => (waits.push(ms), hasty.after(ms, run)) }
  const it = begin({ root, clock })
  await idle(it)
  waits.length = 0
  await rename(root, away)
  await until(
    () => it.view().state === 'off',
    () => it.view(),
  )
  expect(it.view().failure).toEqual({ code: 'folder-unreadable' })
  // what seems to be gone was judged, and is judged again later
  await until(
    () => waits.includes(5_000),
    () => waits,
    12_000,
  )
  expect(paths()).toEqual([deep, goes, flat])
  await rm(join(away, goes))
  await rename(away, root)
  await until(
    () => it.view().state === 'idle' && it.view().failure === null,
    () => it.view(),
    12_000,
  )
  await until(() => !paths().includes(goes), paths, 12_000)
  expect(paths()).toEqual([deep, flat])
})

test('a folder of files alone that goes and comes back needs no news to be well again', async () => {
  const root = join(folder.path, 'mount')
  await put('mount/auto-1700000001-1001-1.wav')
  const it = begin({ root })
  await idle(it)
  await rename(root, join(folder.path, 'away'))
  await until(
    () => it.view().failure?.code === 'folder-unreadable',
    () => it.view(),
  )
  await rename(join(folder.path, 'away'), root)
  await until(
    () => it.view().failure === null,
    () => it.view(),
    12_000,
  )
  expect([it.view().state, paths()]).toEqual(['idle', ['auto-1700000001-1001-1.wav']])
})

test('files that could not be opened are tried again when somebody looks', async () => {
  await asNobody(async () => {
    await put('sub/auto-1700000001-1001-1.wav')
    await put('auto-1700000002-1001-2.wav')
    // it can be listed, and nothing in it can be opened: no event tells when that changes
    await chmod(join(folder.path, 'sub'), 0o600)
    const it = begin()
    await idle(it)
    expect([it.unread(), it.view().failure]).toEqual([1, null])
    await chmod(join(folder.path, 'sub'), 0o700)
    it.look()
    await until(
      () => it.unread() === 0,
      () => it.unread(),
    )
    expect(paths()).toHaveLength(2)
  })
})

test('never leaves the folder', async () => {
  const outside = await privateFolder()
  await writeFile(join(outside.path, 'auto-1700000001-1001-1.wav'), wavOf(sound(100)))
  await symlink(outside.path, join(folder.path, 'linked'))
  await symlink(join(outside.path, 'auto-1700000001-1001-1.wav'), join(folder.path, 'auto-1700000002-1001-2.wav'))
  const inner = await put('in/auto-1700000003-1001-3.wav')
  const it = begin()
  await idle(it)
  expect(paths()).toEqual(['in/auto-1700000003-1001-3.wav'])
  // a folder on the way is replaced by a link after it was listed
  await rm(join(inner, '..'), { recursive: true })
  await symlink(outside.path, join(folder.path, 'in'))
  await writeFile(join(outside.path, 'auto-1700000003-1001-3.wav'), wavOf(sound(100)))
  const audio = it.open('in/auto-1700000003-1001-3.wav')
  expect(await failureOf(audio.size())).toEqual({ code: 'recording-missing' })
  for (const path of ['../auto-1700000001-1001-1.wav', 'linked/auto-1700000001-1001-1.wav', ''])
    expect(await failureOf(it.open(path).size())).toEqual({ code: 'recording-missing' })
  await outside.remove()
})

test('counts what cannot be read', async () => {
  await chmod(await put('auto-1700000001-1001-1.wav'), 0)
  await put('auto-1700000002-1001-2.wav')
  await asNobody(async () => {
    const it = begin()
    await idle(it)
    expect(it.unread()).toBe(1)
  })
  expect(paths()).toEqual(['auto-1700000002-1001-2.wav'])
})

test('a template that cannot be used is told', async () => {
  const it = begin({ template: '{% for x in y %}' })
  await until(
    () => it.view().state === 'off',
    () => it.view(),
  )
  expect(it.view().failure?.code).toBe('template-unsupported')
})

/** Root may read everything: where this runs as root, it goes on as the user who may nothing (65534 on Linux). */
async function asNobody<T>(run: () => Promise<T>): Promise<T> {
  if (process.getuid?.() !== 0) return run()
  await chmod(folder.path, 0o777)
  process.seteuid?.(65_534)
  try {
    return await run()
  } finally {
    process.seteuid?.(0)
  }
}
