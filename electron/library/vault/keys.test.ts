import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { memoryKeyring } from '../../account/testing.ts'
import { failureOf, privateFolder } from '../testing.ts'
import { type Keys } from './keys.ts'
import { newPrice, Price, stretch, stretchIn } from './passphrase.ts'
import { keysIn } from './testing.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
beforeEach(async () => {
  folder = await privateFolder()
})
afterEach(() => folder.remove())

const file = () => join(folder.path, 'key.json')
const hexOf = (keys: Keys) => Buffer.from(keys.derive('copies') ?? []).toString('hex')

describe('with a keyring', () => {
  it('a key is made, lies sealed on the disk, and comes back', async () => {
    const keyring = memoryKeyring()
    const first = keysIn(folder.path, keyring)
    expect(await first.start()).toBe(false)
    expect([first.state, first.guard]).toEqual(['open', 'keyring'])
    const again = keysIn(folder.path, keyring)
    expect(await again.start()).toBe(true)
    expect(hexOf(again)).toBe(hexOf(first))
    expect(hexOf(again)).toMatch(/^[0-9a-f]{64}$/)
  })

  it('derives a key of its own for each purpose', async () => {
    const keys = keysIn(folder.path)
    await keys.start()
    const all = (['copies', 'small', 'names', 'index'] as const).map(one =>
      Buffer.from(keys.derive(one) ?? []).toString('hex'),
    )
    expect(new Set(all).size).toBe(4)
  })

  it('says that the key is lost where the keyring does not give it back, and makes no other', async () => {
    const keyring = memoryKeyring()
    await keysIn(folder.path, keyring).start()
    const before = await readFile(file(), 'utf8')
    keyring.lock()
    const keys = keysIn(folder.path, keyring)
    await keys.start()
    expect([keys.state, keys.derive('copies')]).toEqual(['lost', null])
    expect(await failureOf(keys.setPassphrase('a new passphrase', null))).toEqual({ code: 'key-lost' })
    expect(await readFile(file(), 'utf8')).toBe(before)
  })

  it('takes nothing else that the keyring sealed for a key', async () => {
    const keyring = memoryKeyring()
    await writeFile(file(), JSON.stringify({ version: 1, guard: 'keyring', sealed: keyring.seal('a refresh token') }))
    const keys = keysIn(folder.path, keyring)
    await keys.start()
    expect(keys.state).toBe('lost')
  })

  it('that takes nothing is as none: there is no key, and a passphrase can make one', async () => {
    const shut = {
      ...memoryKeyring(),
      seal: () => {
        throw new Error('the keyring is locked')
      },
    }
    const keys = keysIn(folder.path, shut)
    expect(await keys.start()).toBe(false)
    expect([keys.state, keys.guard]).toEqual(['closed', null])
    await keys.setPassphrase('only with words', null)
    expect([keys.state, keys.guard]).toEqual(['open', 'passphrase'])
  })

  it('cannot be locked: it opens by itself', async () => {
    const keys = keysIn(folder.path)
    await keys.start()
    keys.lock()
    expect(keys.state).toBe('open')
  })
})

describe('without a keyring', () => {
  const none = () => memoryKeyring(false)

  it('nothing is written, and there is no key', async () => {
    const keys = keysIn(folder.path, none())
    await keys.start()
    expect([keys.state, keys.guard, keys.derive('copies')]).toEqual(['closed', null, null])
    expect(await readdir(folder.path)).toEqual([])
  })

  it('a passphrase makes the key, and opens it after a restart; a wrong one is told', async () => {
    const first = keysIn(folder.path, none())
    await first.start()
    await first.setPassphrase('correct horse', null)
    const key = hexOf(first)
    const again = keysIn(folder.path, none())
    await again.start()
    expect([again.state, again.guard, again.derive('copies')]).toEqual(['locked', 'passphrase', null])
    expect(await failureOf(again.unlock('correct house'))).toEqual({ code: 'passphrase-wrong' })
    expect(again.state).toBe('locked')
    await again.unlock('correct horse')
    expect([again.state, hexOf(again)]).toEqual(['open', key])
    again.lock()
    expect([again.state, again.derive('index')]).toEqual(['locked', null])
  })

  it('a passphrase is changed only by whoever knows it; the key stays, the old passphrase opens nothing', async () => {
    const keys = keysIn(folder.path, none())
    await keys.start()
    await keys.setPassphrase('the first one', null)
    const key = hexOf(keys)
    expect(await failureOf(keys.setPassphrase('the second one', null))).toEqual({ code: 'passphrase-wrong' })
    expect(await failureOf(keys.setPassphrase('the second one', 'a guess'))).toEqual({ code: 'passphrase-wrong' })
    await keys.setPassphrase('the second one', 'the first one')
    expect(hexOf(keys)).toBe(key)
    keys.lock()
    expect(await failureOf(keys.unlock('the first one'))).toEqual({ code: 'passphrase-wrong' })
    await keys.unlock('the second one')
    expect(hexOf(keys)).toBe(key)
  })

  it('a file that was weakened, or is none, is no key', async () => {
    const keys = keysIn(folder.path, none())
    await keys.start()
    await keys.setPassphrase('the first one', null)
    const good = JSON.parse(await readFile(file(), 'utf8')) as { price: object }
    for (const text of [
      JSON.stringify({ ...good, price: { ...good.price, memoryKib: 8 } }),
      JSON.stringify({ ...good, price: { ...good.price, passes: 1 } }),
      JSON.stringify({ ...good, price: { ...good.price, memoryKib: 2 ** 31 } }),
      JSON.stringify({ ...good, version: 2 }),
      '{"version":1',
      '',
    ]) {
      await writeFile(file(), text)
      const again = keysIn(folder.path, none())
      await again.start()
      expect([again.state, again.guard], text).toEqual(['lost', null])
    }
  })

  it('a price that was changed within its bounds does not open the key', async () => {
    const keys = keysIn(folder.path, none())
    await keys.start()
    await keys.setPassphrase('the first one', null)
    const good = JSON.parse(await readFile(file(), 'utf8')) as { price: object }
    await writeFile(file(), JSON.stringify({ ...good, price: { ...good.price, passes: 4 } }))
    const again = keysIn(folder.path, none())
    await again.start()
    expect(await failureOf(again.unlock('the first one'))).toEqual({ code: 'passphrase-wrong' })
  })
})

describe('from one guard to the other', () => {
  it('the key stays the same', async () => {
    const keyring = memoryKeyring()
    const keys = keysIn(folder.path, keyring)
    await keys.start()
    const key = hexOf(keys)
    await keys.setPassphrase('only with words', null)
    expect([keys.guard, hexOf(keys)]).toEqual(['passphrase', key])
    expect(await failureOf(keys.useKeyring('a guess'))).toEqual({ code: 'passphrase-wrong' })
    await keys.useKeyring('only with words')
    expect([keys.guard, hexOf(keys)]).toEqual(['keyring', key])
    expect(await readFile(file(), 'utf8')).not.toContain('box')
  })

  it('there is none where this computer has no keyring', async () => {
    const keys = keysIn(folder.path, memoryKeyring(false))
    await keys.start()
    await keys.setPassphrase('only with words', null)
    expect(await failureOf(keys.useKeyring('only with words'))).toEqual({ code: 'keeping-closed' })
  })
})

it('a destroyed key is gone here and on the disk, and the next one is another', async () => {
  const keys = keysIn(folder.path)
  await keys.start()
  const key = hexOf(keys)
  await keys.destroy()
  expect([keys.state, keys.derive('copies')]).toEqual(['closed', null])
  expect(await readdir(folder.path)).toEqual([])
  await keys.start()
  expect(hexOf(keys)).not.toBe(key)
})

describe('the price of a passphrase', () => {
  it("is Argon2id's: the reference implementation's own known answer", async () => {
    const price = {
      ...newPrice(count => Buffer.alloc(count)),
      passes: 2,
      salt: Buffer.from('somesalt').toString('hex'),
    }
    expect(Buffer.from(await stretch('password', price)).toString('hex')).toBe(
      '09316115d5cf24ed5a15a31a3ba326e5cf32edc24702987c02b6566f61913cf7',
    )
  })

  it('is at least 64 MiB and 3 passes, with a salt of its own', () => {
    const price = Price.parse(newPrice(count => Buffer.alloc(count, 5)))
    expect([price.memoryKib * 1024, price.passes, price.salt]).toEqual([64 * 1024 * 1024, 3, '05'.repeat(16)])
  })

  it('is paid in a thread of its own just as here, and what goes wrong there is told', async () => {
    const price = newPrice(count => Buffer.alloc(count, 9))
    const inThread = stretchIn(join(import.meta.dirname, 'passphraseWorker.ts'))
    expect(Buffer.from(await inThread('only with words', price))).toEqual(
      Buffer.from(await stretch('only with words', price)),
    )
    await expect(inThread('only with words', { ...price, passes: 1 })).rejects.toThrow()
  })

  it('takes the same letters for the same, however they were typed', async () => {
    const price = newPrice(count => Buffer.alloc(count))
    expect(await stretch('caf\u00e9 au lait', price)).toEqual(await stretch('cafe\u0301 au lait', price))
  })
})
