import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { saveWhole } from './saveWhole.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallylight-'))
})
afterEach(() => rm(folder, { recursive: true }))

async function* pieces(...texts: readonly (string | Error)[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) {
    await Promise.resolve()
    if (text instanceof Error) throw text
    yield Buffer.from(text)
  }
}

it('puts the whole in place of what was there', async () => {
  const target = join(folder, 'call.wav')
  await writeFile(target, 'before, and longer')
  await saveWhole(pieces('RI', 'FF'), target)
  expect(await readFile(target, 'utf8')).toBe('RIFF')
  expect(await readdir(folder)).toEqual(['call.wav'])
})

it('leaves what was there, and nothing else, when the audio breaks off', async () => {
  const target = join(folder, 'call.wav')
  await writeFile(target, 'before')
  await expect(saveWhole(pieces('RI', new Error('cut')), target)).rejects.toThrow('cut')
  expect(await readFile(target, 'utf8')).toBe('before')
  expect(await readdir(folder)).toEqual(['call.wav'])
})
