import { mkdir, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { privateFolder } from '../testing.ts'
import { judge, parentOf, saysGone } from './standing.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
beforeEach(async () => {
  folder = await privateFolder()
  await mkdir(join(folder.path, 'a/b'), { recursive: true })
  await writeFile(join(folder.path, 'a/b/1.wav'), '')
})
afterEach(() => folder.remove())

const standings = async (...paths: readonly string[]) => {
  const now = judge(folder.path)
  return Promise.all(paths.map(path => now.file(path)))
}

test('what is not there is gone where the folders above it can be read', async () => {
  await symlink('1.wav', join(folder.path, 'a/b/link.wav'))
  expect(await standings('a/b/1.wav', 'a/b/2.wav', 'a/c/1.wav', 'a/b/1.wav/2.wav', 'a/b', 'a/b/link.wav')).toEqual([
    'there',
    ...Array<string>(5).fill('gone'),
  ])
})

test('below a root that is empty, or not there, nothing is gone', async () => {
  await rm(join(folder.path, 'a'), { recursive: true })
  expect(await judge(folder.path).rootIsThere()).toBe(false)
  expect(await standings('1.wav', 'a/b/1.wav')).toEqual(['away', 'away'])
  await rm(folder.path, { recursive: true })
  expect(await standings('1.wav', 'a/b/1.wav')).toEqual(['away', 'away'])
})

test('only ENOENT and ENOTDIR say that nothing is there', () => {
  const says = (code: string) => saysGone(Object.assign(new Error(code), { code }))
  const codes = ['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'EIO', 'ESTALE', 'EHOSTDOWN', 'ELOOP', 'ETIMEDOUT']
  expect(codes.filter(says)).toEqual(['ENOENT', 'ENOTDIR'])
  expect(saysGone(new Error('other'))).toBe(false)
})

test('a file in the root has the root above it', () => {
  expect(['1.wav', 'a/1.wav', 'a/b/1.wav', ''].map(parentOf)).toEqual(['', 'a', 'a/b', ''])
})
