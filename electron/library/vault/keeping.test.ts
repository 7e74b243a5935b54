import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { NO_KEEPING, NO_RULE } from '../../../shared/keeping.ts'
import { memoryKeyring } from '../../account/testing.ts'
import { fakeClock } from '../../wazo/testing/clock.ts'
import { type Kept, type LibraryIndex } from '../index/port.ts'
import { failureOf, memorySource, privateFolder, sound, until } from '../testing.ts'
import { Keeping } from './keeping.ts'
import { cheapStretch } from './testing.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
beforeEach(async () => {
  folder = await privateFolder()
})
afterEach(() => folder.remove())

const place = {
  id: 'part',
  entry: 'entry',
  cdrId: 1,
  uuid: 'uuid',
  path: null,
  startedAt: 0,
  durationMs: 1_000,
  bytes: null,
  hearing: 'yes',
  fileName: 'a.wav',
  vaultKey: 'uuid',
} as const

/** An index of one recording. */
function oneRecording() {
  const rows = new Map<string, Kept>()
  const parts = [{ ...place, kept: false, maybeOthers: false }]
  const index = {
    walk: () => Promise.resolve({ entries: [{ id: 'entry', parts }], next: null }),
    part: () => Promise.resolve(place),
    parts: () => Promise.resolve([place]),
    kept: (after: string | null) =>
      Promise.resolve(after === null ? [...rows].map(([vaultKey, kept]) => ({ ...kept, vaultKey, part: place })) : []),
    setKept: (vaultKey: string, kept: Kept | null) => {
      if (kept === null) rows.delete(vaultKey)
      else rows.set(vaultKey, kept)
      return Promise.resolve()
    },
  }
  return { index: index as unknown as LibraryIndex, rows }
}

function stage(keyring = memoryKeyring()) {
  const told = { reopened: 0, erased: 0, begun: 0, erasing: null as Error | null }
  const keeping = new Keeping({
    folderOf: account => join(folder.path, account),
    keyring,
    stretch: cheapStretch,
    clock: fakeClock(),
    onChange: () => undefined,
    reopenIndex: () => told.reopened++,
    eraseIndex: () => {
      told.erased++
      if (told.erasing !== null) return Promise.reject(told.erasing)
      return Promise.resolve(() => told.begun++)
    },
    log: (text, error) => {
      throw new Error(text, { cause: error })
    },
  })
  const { index, rows } = oneRecording()
  const openSource = () => memorySource(() => sound(200_000)).source
  const inMemory = () => Promise.resolve(null)
  const open = async (account = 'eve') => {
    await keeping.use(account)
    return keeping.attach(account, { index, whole: () => true, openSource, inMemory, onCopy: () => undefined })
  }
  return { keeping, open, rows, told, index }
}

const everything = { ...NO_RULE, what: 'everything' } as const
const all = { kind: 'entries' as const, ids: ['entry'] }

it('shows nothing, and takes nothing, where nobody is signed in', async () => {
  const { keeping } = stage()
  expect(keeping.view()).toEqual(NO_KEEPING)
  expect(await failureOf(keeping.setRule(everything))).toEqual({ code: 'keeping-closed' })
})

describe('with a keyring', () => {
  it('keeps by the rule, and remembers both after a restart', async () => {
    const keyring = memoryKeyring()
    const first = stage(keyring)
    await first.open()
    expect(first.keeping.view()).toMatchObject({ state: 'open', guard: 'keyring', keyring: true, rule: NO_RULE })
    await first.keeping.setRule(everything)
    await until(() => first.rows.size === 1 && first.keeping.view().work === 'idle')
    expect(first.keeping.view()).toMatchObject({ copies: 1, rule: everything, left: 0 })
    await first.keeping.close()
    expect(first.keeping.view()).toEqual(NO_KEEPING)
    const again = stage(keyring)
    const attached = await again.open()
    expect(again.keeping.view()).toMatchObject({ state: 'open', rule: everything })
    expect(await (await attached.vault.open('uuid'))?.size()).toBe(200_000)
    await again.keeping.close()
  })

  it('keeps the accounts of one computer apart', async () => {
    const { keeping, open } = stage()
    await open('eve')
    await keeping.setRule(everything)
    await until(() => keeping.view().copies === 1)
    const other = await open('paul')
    expect(keeping.view()).toMatchObject({ rule: NO_RULE, copies: 0 })
    expect(await other.vault.open('uuid')).toBe(null)
    await keeping.close()
  })

  it('erased: the key and every copy are gone, and a new key begins', async () => {
    const { keeping, open, rows } = stage()
    const { vault } = await open()
    await keeping.keep(all)
    await until(() => rows.size === 1)
    await keeping.erase()
    expect([rows.size, keeping.view().copies, await vault.open('uuid'), keeping.view().state]).toEqual([
      0,
      0,
      null,
      'open',
    ])
    // by hand it was kept by a decision that was sealed, and is gone too
    await until(() => keeping.view().work === 'idle')
    expect(rows.size).toBe(0)
    await keeping.keep(all)
    await until(() => rows.size === 1)
    await keeping.close()
  })

  it('a key that the keyring lost is told, and what is begun anew works', async () => {
    const keyring = memoryKeyring()
    const first = stage(keyring)
    await first.open()
    await first.keeping.keep(all)
    await until(() => first.rows.size === 1)
    await first.keeping.close()
    const reset = { ...memoryKeyring(), open: () => null }
    const { keeping, open, rows } = stage(reset)
    await open()
    expect(keeping.view()).toMatchObject({ state: 'lost', guard: 'keyring', work: 'off' })
    expect(await failureOf(keeping.keep(all))).toEqual({ code: 'key-lost' })
    await keeping.erase()
    expect(keeping.view()).toMatchObject({ state: 'open', copies: 0 })
    await keeping.keep(all)
    await until(() => rows.size === 1)
    await keeping.close()
  })
})

describe('without a keyring', () => {
  it('nothing is kept or written, and it says so', async () => {
    const { keeping, open } = stage(memoryKeyring(false))
    await open()
    expect(keeping.view()).toMatchObject({ state: 'closed', guard: null, keyring: false, work: 'off' })
    expect(await failureOf(keeping.keep(all))).toEqual({ code: 'keeping-closed' })
    expect(await readdir(folder.path)).toEqual([])
    await keeping.close()
  })

  it('a passphrase opens it; locked, it is silent; unlocked, it goes on', async () => {
    const { keeping, open, rows, told } = stage(memoryKeyring(false))
    const { vault } = await open()
    await keeping.setPassphrase('only with words', null)
    await keeping.keep(all)
    await until(() => rows.size === 1)
    await keeping.lock()
    expect(keeping.view()).toMatchObject({ state: 'locked', guard: 'passphrase', work: 'off', copies: 1 })
    expect([await vault.open('uuid'), await failureOf(keeping.keep(all))]).toEqual([null, { code: 'vault-locked' }])
    expect(await failureOf(keeping.unlock('only with birds'))).toEqual({ code: 'passphrase-wrong' })
    await keeping.unlock('only with words')
    expect(await (await vault.open('uuid'))?.size()).toBe(200_000)
    // the list is in clear: it need not be opened anew
    expect(told.reopened).toBe(0)
    await keeping.close()
  })

  it('after a restart it is locked', async () => {
    const first = stage(memoryKeyring(false))
    await first.open()
    await first.keeping.setPassphrase('only with words', null)
    await first.keeping.close()
    const { keeping, open } = stage(memoryKeyring(false))
    await open()
    expect(keeping.view().state).toBe('locked')
    await keeping.unlock('only with words')
    expect(keeping.view().state).toBe('open')
    await keeping.close()
  })
})

it('seals small things while there is a key, and says where there is none', async () => {
  const { keeping, open } = stage(memoryKeyring(false))
  expect([await keeping.keepBytes('peaks', sound(9)), await keeping.openBytes('peaks')]).toEqual([false, null])
  await open()
  expect(await keeping.keepBytes('peaks', sound(9))).toBe(false)
  await keeping.setPassphrase('only with words', null)
  expect(await keeping.keepBytes('peaks', sound(9))).toBe(true)
  expect(await keeping.openBytes('peaks')).toEqual(sound(9))
  await keeping.lock()
  expect(await keeping.openBytes('peaks')).toBe(null)
  await keeping.close()
})

describe('names and numbers', () => {
  it('are sealed with a key of their own once that is chosen, and remembered', async () => {
    const keyring = memoryKeyring()
    const first = stage(keyring)
    await first.open()
    const before = first.keeping.indexSeal()
    expect([before.sealed, before.key?.length, first.keeping.view().sealedNames]).toEqual([false, 32, false])
    await first.keeping.sealNames(true)
    expect([first.keeping.indexSeal(), first.told.reopened]).toEqual([{ ...before, sealed: true }, 1])
    await first.keeping.close()
    const again = stage(keyring)
    await again.keeping.use('eve')
    expect(again.keeping.indexSeal()).toEqual({ ...before, sealed: true })
    await again.keeping.close()
  })

  it('are not to be had while it is locked, and then opened anew', async () => {
    const { keeping, open, told } = stage(memoryKeyring(false))
    await open()
    expect(keeping.view().sealedNames).toBe(null)
    expect(await failureOf(keeping.sealNames(true))).toEqual({ code: 'keeping-closed' })
    await keeping.setPassphrase('only with words', null)
    await keeping.sealNames(true)
    await keeping.lock()
    expect(() => keeping.indexSeal()).toThrow('vault-locked')
    expect([told.reopened, keeping.view().sealedNames]).toEqual([2, true])
    // opened again for the same account, it does not ask for the passphrase again
    await keeping.unlock('only with words')
    await keeping.use('eve')
    expect([told.reopened, keeping.indexSeal().sealed]).toEqual([3, true])
    await keeping.close()
  })

  it('go with the key they are sealed with', async () => {
    const { keeping, open, told } = stage()
    await open()
    await keeping.sealNames(true)
    await keeping.erase()
    expect([told.erased, told.begun, keeping.view().sealedNames]).toEqual([1, 1, true])
    await keeping.close()
  })

  it('are begun anew also where the key cannot be destroyed, which is told', async () => {
    const { keeping, open, told } = stage()
    await open()
    await keeping.sealNames(true)
    const file = join(folder.path, 'eve', 'key.json')
    await rm(file)
    await mkdir(file)
    await expect(keeping.erase()).rejects.toThrow()
    expect([told.begun, keeping.view().sealedNames]).toEqual([1, true])
    await keeping.close()
  })

  it('are begun anew with a new key also where copies cannot be struck off, which is told', async () => {
    const { keeping, open, told, index } = stage()
    await open()
    await keeping.sealNames(true)
    await until(() => keeping.view().work === 'idle')
    const before = keeping.indexSeal()
    vi.spyOn(index, 'kept').mockRejectedValueOnce(new AppFailure('disk-full'))
    expect(await failureOf(keeping.erase())).toEqual({ code: 'disk-full' })
    expect([told.begun, keeping.view()]).toMatchObject([1, { state: 'open', sealedNames: true }])
    expect(keeping.indexSeal().key).not.toEqual(before.key)
    await keeping.close()
  })

  it('are in clear again once their key is gone and there is no other, whatever else could not be done', async () => {
    const { keeping, open, told, index } = stage(memoryKeyring(false))
    await open()
    await keeping.setPassphrase('only with words', null)
    await keeping.sealNames(true)
    await until(() => keeping.view().work === 'idle')
    vi.spyOn(index, 'kept').mockRejectedValueOnce(new AppFailure('disk-full'))
    expect(await failureOf(keeping.erase())).toEqual({ code: 'disk-full' })
    expect([told.begun, keeping.view().state, keeping.indexSeal()]).toEqual([1, 'closed', { key: null, sealed: false }])
    await keeping.close()
  })

  it('stay with their key where the index cannot be removed, which is told', async () => {
    const { keeping, open, told } = stage()
    await open()
    await keeping.sealNames(true)
    const before = keeping.indexSeal()
    told.erasing = new Error('EBUSY')
    await expect(keeping.erase()).rejects.toThrow('EBUSY')
    expect(keeping.indexSeal()).toEqual(before)
    await keeping.close()
  })
})

it('the key of an account that is erased is destroyed before its files are', async () => {
  const { keeping, open } = stage()
  await open()
  await keeping.destroyKey('eve')
  expect([keeping.view(), await readdir(join(folder.path, 'eve'))]).toEqual([NO_KEEPING, []])
})

it('a choice that cannot be read is no choice', async () => {
  const { keeping, open } = stage()
  await open()
  await keeping.setRule(everything)
  await keeping.close()
  await writeFile(join(folder.path, 'eve', 'keeping.json'), '{"rule":')
  await open()
  expect(keeping.view().rule).toEqual(NO_RULE)
  await keeping.close()
})
