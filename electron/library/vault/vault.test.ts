import { randomBytes } from 'node:crypto'
import { readdir, readFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { memoryKeyring } from '../../account/testing.ts'
import { failureOf, memorySource, privateFolder, sound, wavOf } from '../testing.ts'
import { keysIn, vaultIn } from './testing.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
beforeEach(async () => {
  folder = await privateFolder()
})
afterEach(() => folder.remove())

const filesOf = async (): Promise<string[]> =>
  (await readdir(folder.path, { recursive: true, withFileTypes: true }))
    .filter(one => one.isFile() && one.name !== 'key.json')
    .map(one => join(one.parentPath, one.name))
    .sort()

async function only(): Promise<string> {
  const [file, ...more] = await filesOf()
  if (file === undefined || more.length > 0) throw new Error(`Not one file: ${String(file)} ${more.join()}`)
  return file
}

async function allOf(source: AudioSource): Promise<Uint8Array> {
  const size = await source.size()
  return size === 0 ? new Uint8Array(0) : source.read(0, size)
}

function there<T>(value: T | null): T {
  if (value === null) throw new Error('It is not there')
  return value
}

/** Three segments and a bit. */
const LONG = wavOf(sound(210_000))

describe('a copy', () => {
  it('reads back as it was, at any place, with its type', async () => {
    const { vault } = await vaultIn(folder.path)
    expect(await vault.keep('one', memorySource(() => LONG, 'audio/x-gsm').source)).toEqual({ bytes: LONG.length })
    const copy = there(await vault.open('one'))
    expect([copy.contentType, await copy.size()]).toEqual(['audio/x-gsm', LONG.length])
    await fc.assert(
      fc.asyncProperty(fc.nat(LONG.length - 1), fc.nat(LONG.length), async (a, b) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        fc.pre(from < to)
        expect(Buffer.compare(await copy.read(from, to), LONG.slice(from, to))).toBe(0)
      }),
      { numRuns: 300 },
    )
    await expect(copy.read(0, LONG.length + 1)).rejects.toThrow(RangeError)
    await copy.close()
  })

  it('of any size around the borders of segments reads back', async () => {
    const { vault } = await vaultIn(folder.path)
    for (const size of [0, 1, 65_469, 65_470, 65_471, 65_520, 131_000, 131_006, 131_007].map(Number)) {
      const bytes = new Uint8Array(randomBytes(size))
      await vault.keep(`of ${size}`, memorySource(() => bytes).source)
      const copy = there(await vault.open(`of ${size}`))
      expect(Buffer.compare(await allOf(copy), bytes), String(size)).toBe(0)
      await copy.close()
    }
  })

  it('is nowhere in clear, and its file tells no name', async () => {
    const { vault } = await vaultIn(folder.path)
    await vault.keep('4f1c-uuid', memorySource(() => LONG).source)
    const file = await only()
    const content = await readFile(file)
    for (let at = 44; at + 16 < LONG.length; at += 997)
      expect(content.includes(Buffer.from(LONG.slice(at, at + 16)))).toBe(false)
    expect(content.includes('audio/wav') || content.includes('RIFF')).toBe(false)
    expect(file).not.toContain('4f1c')
  })

  it('is there after a restart, is counted, and is gone when it is dropped', async () => {
    const keyring = memoryKeyring()
    const first = await vaultIn(folder.path, keysIn(folder.path, keyring))
    await first.vault.keep('one', memorySource(() => LONG).source)
    expect(first.vault.copies).toBe(1)
    const { vault } = await vaultIn(folder.path, keysIn(folder.path, keyring))
    expect([vault.copies, vault.bytes]).toEqual([1, (await readFile(await only())).length])
    const copy = there(await vault.open('one'))
    expect(Buffer.compare(await allOf(copy), LONG)).toBe(0)
    await copy.close()
    await vault.drop('one')
    expect([vault.copies, vault.bytes, await vault.open('one'), await filesOf()]).toEqual([0, 0, null, []])
  })

  it('that is there already is not fetched again', async () => {
    const { vault } = await vaultIn(folder.path)
    await vault.keep('one', memorySource(() => LONG).source)
    const again = memorySource(() => LONG)
    expect(await vault.keep('one', again.source)).toEqual({ bytes: LONG.length })
    expect(again.reads).toEqual([])
  })

  it('asked for twice at once is fetched once', async () => {
    const { vault } = await vaultIn(folder.path)
    const one = memorySource(() => LONG)
    const two = memorySource(() => LONG)
    await Promise.all([vault.keep('one', one.source), vault.keep('one', two.source)])
    expect([two.reads, vault.copies]).toEqual([[], 1])
  })

  it('that breaks off leaves nothing, nor does one that is given up', async () => {
    const { vault } = await vaultIn(folder.path)
    const broken: AudioSource = {
      ...memorySource(() => LONG).source,
      read: () => Promise.reject(new AppFailure('unreachable')),
    }
    expect(await failureOf(vault.keep('one', broken))).toEqual({ code: 'unreachable' })
    const given = new AbortController()
    const stopped = vault.keep('one', memorySource(() => new Uint8Array(600_000)).source, {
      signal: given.signal,
      onProgress: () => given.abort(new Error('given up')),
    })
    await expect(stopped).rejects.toThrow('given up')
    expect([await filesOf(), vault.copies, await vault.open('one')]).toEqual([[], 0, null])
  })

  it('tells its progress', async () => {
    const { vault } = await vaultIn(folder.path)
    const told: [number, number][] = []
    const bytes = new Uint8Array(600_000)
    await vault.keep('one', memorySource(() => bytes).source, { onProgress: (...now) => told.push(now) })
    expect(told.map(([done]) => done)).toEqual([262_144, 524_288, 600_000])
    expect(new Set(told.map(([, total]) => total))).toEqual(new Set([600_000]))
  })
})

describe('what was changed on the disk', () => {
  const damage = async (change: (file: string) => Promise<void>, read: 'open' | 'read') => {
    const { vault, damaged } = await vaultIn(folder.path)
    await vault.keep('one', memorySource(() => LONG).source)
    const file = await only()
    await change(file)
    const tried = read === 'open' ? vault.open('one') : vault.open('one').then(copy => allOf(there(copy)))
    expect(await failureOf(tried)).toEqual({ code: 'copy-damaged' })
    expect([damaged, vault.copies]).toEqual([['one'], 0])
    // set aside, so that it can be fetched anew
    expect(await vault.open('one')).toBe(null)
    await vault.keep('one', memorySource(() => LONG).source)
    const anew = there(await vault.open('one'))
    expect(Buffer.compare(await allOf(anew), LONG)).toBe(0)
    await anew.close()
    // and the next start removes it
    await vaultIn(folder.path)
    expect(await filesOf()).toHaveLength(1)
  }
  const flip = (at: number) => async (file: string) => {
    const bytes = await readFile(file)
    bytes[at] = (bytes[at] ?? 0) ^ 4
    await writeFile(file, bytes)
  }

  it.each([0, 1, 20, 39, 210_100])('bit of byte %i, at the opening', at => damage(flip(at), 'open'))
  it.each([40, 50_000, 65_535, 65_536, 140_000])('bit of byte %i, when it is read', at => damage(flip(at), 'read'))
  it.each([0, 10, 40, 56, 57, 65_536, 65_537, 131_072, 200_000])('cut to %i bytes', size =>
    damage(file => truncate(file, size), 'open'),
  )
  it('bytes appended', () =>
    damage(async file => writeFile(file, Buffer.concat([await readFile(file), Buffer.alloc(17)])), 'open'))
  it('a segment appended', () =>
    damage(async file => {
      const bytes = await readFile(file)
      await writeFile(file, Buffer.concat([bytes.subarray(0, 3 * 65_536), bytes.subarray(65_536)]))
    }, 'open'))
  it('segments swapped', () =>
    damage(async file => {
      const bytes = await readFile(file)
      const cut = (index: number) => bytes.subarray(index * 65_536, (index + 1) * 65_536)
      await writeFile(file, Buffer.concat([cut(0), cut(2), cut(1), cut(3)]))
    }, 'read'))

  it('files swapped: neither plays as the other', async () => {
    const { vault, damaged } = await vaultIn(folder.path)
    await vault.keep('one', memorySource(() => LONG).source)
    const one = await only()
    await vault.keep('two', memorySource(() => LONG).source)
    const two = (await filesOf()).find(file => file !== one) ?? ''
    await rename(one, `${one}.x`)
    await rename(two, one)
    await rename(`${one}.x`, two)
    expect(await failureOf(vault.open('one'))).toEqual({ code: 'copy-damaged' })
    expect(await failureOf(vault.open('two'))).toEqual({ code: 'copy-damaged' })
    expect(damaged).toEqual(['one', 'two'])
  })

  it('while it is being read: cut, or put in place of', async () => {
    const { vault } = await vaultIn(folder.path)
    await vault.keep('one', memorySource(() => LONG).source)
    const copy = there(await vault.open('one'))
    await truncate(await only(), 70_000)
    expect(await failureOf(copy.read(100_000, 100_001))).toEqual({ code: 'copy-damaged' })
    await copy.close()
  })
})

describe('small things', () => {
  it('are sealed by name, replaced, and gone when dropped', async () => {
    const { vault } = await vaultIn(folder.path)
    expect(await vault.openBytes('peaks one')).toBe(null)
    await vault.keepBytes('peaks one', Buffer.from('first'))
    await vault.keepBytes('peaks one', Buffer.from('second'))
    await vault.keepBytes('peaks two', new Uint8Array(0))
    expect(Buffer.from(there(await vault.openBytes('peaks one'))).toString()).toBe('second')
    expect(there(await vault.openBytes('peaks two'))).toHaveLength(0)
    expect(vault.copies).toBe(0)
    await vault.dropBytes('peaks one')
    expect(await vault.openBytes('peaks one')).toBe(null)
  })

  it('that were changed are told, and set aside', async () => {
    const { vault, damaged } = await vaultIn(folder.path)
    await vault.keepBytes('peaks one', Buffer.from('first'))
    const file = await only()
    await writeFile(file, (await readFile(file)).subarray(0, -1))
    expect(await failureOf(vault.openBytes('peaks one'))).toEqual({ code: 'copy-damaged' })
    expect([damaged, await vault.openBytes('peaks one')]).toEqual([[null], null])
  })

  it('do not open as a copy of the same name', async () => {
    const { vault } = await vaultIn(folder.path)
    await vault.keepBytes('one', Buffer.from('first'))
    expect(await vault.open('one')).toBe(null)
  })
})

describe('without its key', () => {
  it('nothing is written where neither keyring nor passphrase is', async () => {
    const { vault } = await vaultIn(folder.path, keysIn(folder.path, memoryKeyring(false)))
    expect(await failureOf(vault.keep('one', memorySource(() => LONG).source))).toEqual({ code: 'keeping-closed' })
    expect(await failureOf(vault.keepBytes('a', LONG))).toEqual({ code: 'keeping-closed' })
    expect([await vault.open('one'), await readdir(folder.path)]).toEqual([null, []])
  })

  it('a locked one opens nothing, and what was being heard falls silent', async () => {
    const { vault, keys } = await vaultIn(folder.path, keysIn(folder.path, memoryKeyring(false)))
    await keys.setPassphrase('only with words', null)
    await vault.keep('one', memorySource(() => LONG).source)
    const copy = there(await vault.open('one'))
    keys.lock()
    expect(await failureOf(copy.read(0, 10))).toEqual({ code: 'vault-locked' })
    expect(await vault.open('one')).toBe(null)
    expect(await failureOf(vault.keep('two', memorySource(() => LONG).source))).toEqual({ code: 'vault-locked' })
    await keys.unlock('only with words')
    expect(await copy.read(0, 4)).toEqual(LONG.slice(0, 4))
    await copy.close()
  })

  it('what was sealed with a destroyed key is removed by the next start, should clearing have been cut short', async () => {
    const { vault, keys } = await vaultIn(folder.path)
    await vault.keep('one', memorySource(() => LONG).source)
    await keys.destroy()
    expect(await filesOf()).toHaveLength(1)
    const next = await vaultIn(folder.path)
    expect([await filesOf(), next.vault.copies, next.keys.state]).toEqual([[], 0, 'open'])
  })

  it('cleared, it is empty, and can be used anew', async () => {
    const { vault } = await vaultIn(folder.path)
    await vault.keep('one', memorySource(() => LONG).source)
    await vault.clear()
    expect([vault.copies, vault.bytes, await filesOf()]).toEqual([0, 0, []])
    await vault.keep('one', memorySource(() => LONG).source)
    expect(vault.copies).toBe(1)
  })
})
