import { mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sampleNames } from './samples.ts'

let root = ''
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'samples-'))
})
afterEach(() => rm(root, { recursive: true, force: true }))

test('the newest names, of sub-folders too, and of sound alone', async () => {
  await mkdir(join(root, 'sub'))
  for (const [at, name] of ['old.wav', 'sub/new.wav', 'text.txt', '.hidden.wav'].entries()) {
    await writeFile(join(root, name), '')
    await utimes(join(root, name), at + 1, at + 1)
  }
  await symlink(join(root, 'old.wav'), join(root, 'link.wav'))
  expect(await sampleNames(root, 20)).toEqual(['sub/new.wav', 'old.wav'])
  expect(await sampleNames(root, 1)).toEqual(['sub/new.wav'])
})

test('a folder that cannot be read is told', async () => {
  await expect(sampleNames(join(root, 'none'), 20)).rejects.toMatchObject({ failure: { code: 'folder-unreadable' } })
})
