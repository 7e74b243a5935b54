import { rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { MessageChannel } from 'node:worker_threads'
import { afterEach, expect, test } from 'vitest'
import { type AudioSource } from '../../../shared/recordings.ts'
import { failureOf, privateFolder } from '../testing.ts'
import { fileSource } from './file.ts'
import { readHere } from './here.ts'
import { remoteSource, serveSource } from './remote.ts'

const closing: (() => Promise<void>)[] = []
const newFolder = async () => {
  const folder = await privateFolder()
  closing.push(() => folder.remove())
  return folder.path
}
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** Bytes asked for over the port. */
const over = (there: AudioSource) => {
  const { port1, port2 } = new MessageChannel()
  const reads: [number, number][] = []
  serveSource(port1, () =>
    Promise.resolve({
      ...there,
      read: (from, to) => {
        reads.push([from, to])
        return there.read(from, to)
      },
    }),
  )
  const source = readHere(remoteSource(port2))
  closing.push(() => source.close())
  return { source, reads }
}

const inFile = (path: string): AudioSource => ({
  ...fileSource(() => Promise.resolve(path), { contentType: 'audio/gsm' }),
  file: () => Promise.resolve({ path, hint: {} }),
})

test('a file is read here, and not over the port', async () => {
  const path = join(await newFolder(), 'a.gsm')
  await writeFile(path, Uint8Array.of(1, 2, 3, 4))
  const { source, reads } = over(inFile(path))
  expect(await source.size()).toBe(4)
  expect(await source.read(1, 3)).toEqual(Uint8Array.of(2, 3))
  expect(reads).toEqual([])
})

test('what lies in no file comes over the port', async () => {
  const bytes = Uint8Array.of(5, 6, 7)
  const { source, reads } = over({
    contentType: 'audio/gsm',
    size: () => Promise.resolve(bytes.length),
    read: (from, to) => Promise.resolve(bytes.slice(from, to)),
    close: () => Promise.resolve(),
  })
  expect(await source.read(0, 2)).toEqual(Uint8Array.of(5, 6))
  expect(reads).toEqual([[0, 2]])
})

test('a link in the place of the file is refused, and a file that cannot be had now is had later', async () => {
  const folder = await newFolder()
  const [path, elsewhere] = [join(folder, 'a.gsm'), join(folder, 'b')]
  const { source } = over(inFile(path))
  expect(await failureOf(source.read(0, 1))).toEqual({ code: 'recording-missing' })
  await writeFile(elsewhere, Uint8Array.of(9))
  await symlink(elsewhere, path)
  await expect(source.read(0, 1)).rejects.toThrow()
  await rm(path)
  await rename(elsewhere, path)
  expect(await source.read(0, 1)).toEqual(Uint8Array.of(9))
})
