import { symlink, unlink, writeFile } from 'node:fs/promises'
import { readdirSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { failureOf, privateFolder, sound, until } from '../testing.ts'
import { fileSource } from './file.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
let place = ''
beforeEach(async () => {
  folder = await privateFolder()
  place = join(folder.path, 'a.wav')
  await writeFile(place, sound(1000))
})
afterEach(() => folder.remove())

const sourceOf = (path: string, idleMs = 60_000) =>
  fileSource(() => Promise.resolve(path), { contentType: 'audio/wav', idleMs })

/** Whether this process holds the file open; Linux tells. */
const held = () =>
  readdirSync('/proc/self/fd').some(name => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`) === place
    } catch {
      return false // closed meanwhile
    }
  })
const onLinux = test.runIf(process.platform === 'linux')

test('reads at any place, many at once', async () => {
  const source = sourceOf(place)
  expect(await source.size()).toBe(1000)
  const pieces = await Promise.all([source.read(0, 10), source.read(990, 1000), source.read(5, 500)])
  expect(pieces).toEqual([sound(1000).slice(0, 10), sound(1000).slice(990), sound(1000).slice(5, 500)])
  await source.close()
})

test('reads into what is lent, and tells where it reads', async () => {
  const source = sourceOf(place)
  const lent = new Uint8Array(600)
  const piece = await source.read(5, 505, lent)
  expect(piece).toEqual(sound(1000).slice(5, 505))
  expect(piece.buffer).toBe(lent.buffer)
  expect(await source.file?.()).toEqual({ path: place, hint: {} })
  await source.close()
})

test('fewer bytes than asked for are an error', async () => {
  const source = sourceOf(place)
  expect(await failureOf(source.read(990, 1001))).toEqual({ code: 'recording-broken' })
  await source.close()
})

test('says what is wrong with the file, and works again once it is there', async () => {
  const missing = join(folder.path, 'b.wav')
  const source = sourceOf(missing)
  expect(await failureOf(source.size())).toEqual({ code: 'recording-missing' })
  await writeFile(missing, sound(5))
  expect(await source.size()).toBe(5)
  await source.close()
  expect(await failureOf(sourceOf(folder.path).size())).toEqual({ code: 'recording-broken' })
})

onLinux('follows no link', async () => {
  const link = join(folder.path, 'link.wav')
  await symlink(place, link)
  expect(await failureOf(sourceOf(link).size())).toEqual({ code: 'recording-missing' })
})

onLinux('lets go of the file when idle, and opens it again', async () => {
  const source = sourceOf(place, 20)
  await source.read(0, 10)
  await until(() => !held())
  expect(await source.read(0, 3)).toEqual(sound(3))
  await source.close()
  expect(held()).toBe(false)
  await unlink(place)
})
