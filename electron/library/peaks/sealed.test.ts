/** Shapes with the vault as it is: sealed on the disk, and known after a restart. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { BUCKET_BYTES, type PeaksAnswer } from '../../../shared/peaks.ts'
import { memoryKeyring } from '../../account/testing.ts'
import { memorySource, privateFolder, until, wavOf } from '../testing.ts'
import { keysIn, vaultIn } from '../vault/testing.ts'
import { PeaksOfParts } from './peaks.ts'
import { PeaksThread } from './thread.ts'

const thread = new PeaksThread(join(import.meta.dirname, 'worker.ts'))
afterAll(() => thread.close())

const SECONDS = 20
/** Louder and quieter, so that no stretch of the shape looks like the one before. */
const SPEECH = wavOf(
  new Uint8Array(Int16Array.from({ length: 8000 * SECONDS }, (_, at) => (at * at * 7) % (1000 + (at % 30_011))).buffer),
)

/** Asks until all is known. */
async function wholeOf(peaks: PeaksOfParts, part: string): Promise<Extract<PeaksAnswer, { kind: 'peaks' }>> {
  for (let have = 0; ;) {
    const answer = await peaks.more(part, have)
    if (answer.kind === 'none') throw new Error('It has no shape')
    if (answer.whole) return answer.from === 0 ? answer : wholeOf(peaks, part)
    have = answer.from + answer.values.length / BUCKET_BYTES
  }
}

test('a shape lies on the disk sealed alone, and comes from there after a restart', async () => {
  const folder = await privateFolder()
  try {
    const keyring = memoryKeyring()
    const { source, reads } = memorySource(() => SPEECH)
    let sealed = 0
    const start = async () => {
      const { vault } = await vaultIn(folder.path, keysIn(folder.path, keyring))
      return new PeaksOfParts({
        thread,
        open: () => Promise.resolve(source),
        kept: {
          open: name => vault.openBytes(name),
          keep: async (name, bytes) => {
            await vault.keepBytes(name, bytes)
            sealed++
            return true
          },
        },
        log: (_, error) => expect(error).toBeUndefined(),
      })
    }
    const before = await start()
    const { values } = await wholeOf(before, 'part-of-a-call')
    await until(() => sealed === 1)

    const files = (await readdir(folder.path, { recursive: true, withFileTypes: true })).filter(one => one.isFile())
    expect(files.length).toBeGreaterThan(1)
    for (const { parentPath, name } of files) {
      const content = await readFile(join(parentPath, name))
      for (let at = 0; at + 12 <= values.length; at += 12)
        expect(content.includes(Buffer.from(values.subarray(at, at + 12)))).toBe(false)
      expect(`${name} ${content.toString('latin1')}`).not.toMatch(/peaks|part-of-a-call/)
    }

    reads.length = 0
    const after = await start()
    expect(await after.more('part-of-a-call', 0)).toMatchObject({
      from: 0,
      whole: true,
      ms: SECONDS * 1000,
      values,
    })
    // nothing but the head
    expect(reads.filter(([, to]) => to > 64)).toEqual([])
  } finally {
    await folder.remove()
  }
})
