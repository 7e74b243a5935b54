/**
 * Library, index and copies on a real disk: what is kept can be heard without its server, and nothing lies there in clear
 * that should not.
 */
import { randomBytes } from 'node:crypto'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { NO_RULE } from '../../../shared/keeping.ts'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { memoryKeyring } from '../../account/testing.ts'
import { systemClock } from '../../wazo/clock.ts'
import { openIndex } from '../index/client.ts'
import { Library } from '../library.ts'
import { type CallLogClient, indexFiles, type LibraryAccount } from '../source.ts'
import { cdr, listing, reader } from '../sync/testing.ts'
import { privateFolder, until, wavOf } from '../testing.ts'
import { Keeping } from './keeping.ts'
import { cheapStretch } from './testing.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
beforeEach(async () => {
  folder = await privateFolder()
})
afterEach(() => folder.remove())

const NAME = 'Zéphyrine Unmistakable'
const NUMBER = '+14185550987'
const NOTE = 'they agreed on the price'
/** Noise, so that no stretch of it is found by chance. */
const SOUND = new Uint8Array(randomBytes(300_000))
const all = { filter: { ...NO_FILTER, recorded: 'all' as const }, at: null, limit: 100 }

/** As main.ts joins them. */
function computer(keyring = memoryKeyring()) {
  const state = { down: false }
  const log = [1, 2, 3].map(id => ({ ...cdr(id), destinationName: NAME, destinationNumber: NUMBER }))
  const client: CallLogClient = {
    list: query => (state.down ? Promise.reject(new AppFailure('unreachable')) : Promise.resolve(listing(log, query))),
    media: (_, __, { from, to }) => {
      if (state.down) return Promise.reject(new AppFailure('unreachable'))
      const bytes = wavOf(SOUND)
      return Promise.resolve({ bytes: bytes.slice(from, to), size: bytes.length })
    },
    whole: () => null,
    hold: () => () => undefined,
    forget: () => undefined,
  }
  const account: LibraryAccount = {
    key: 'eve',
    passing: false,
    own: () => ['1001'],
    callLog: { client, reader: () => ({ ...reader, canHear: true }) },
    automaticNames: () => false,
    folder: null,
  }
  const home = (key: string) => join(folder.path, key)
  const quiet = () => undefined
  const keeping: Keeping = new Keeping({
    folderOf: key => join(home(key), 'kept'),
    keyring,
    stretch: cheapStretch,
    clock: systemClock,
    onChange: quiet,
    reopenIndex: () => void library.reopen(),
    eraseIndex: () => library.eraseIndex(),
    log: quiet,
  })
  const library: Library = new Library({
    clock: systemClock,
    openIndex: async key => {
      await keeping.use(key)
      return openIndex({ ...indexFiles(home(key)), ...keeping.indexSeal(), log: quiet })
    },
    attach: (key, index) =>
      keeping.attach(key, {
        index,
        whole: () => library.whole(),
        openSource: part => library.sourceOf(part),
        inMemory: part => library.inMemory(part),
        onCopy: part => library.copyChanged(part),
      }),
    left: () => keeping.close(),
    eraseIndex: async key => {
      for (const name of await readdir(home(key)))
        if (name !== 'kept') await rm(join(home(key), name), { recursive: true })
    },
    erase: () => Promise.resolve(),
    onView: quiet,
    onChanged: () => keeping.libraryChanged(),
    log: quiet,
  })
  const listed = async () => (await (await library.index()).list(all)).entries
  const view = () => [library.view(), keeping.view()]
  const keepAll = async () => {
    await library.use(account)
    await until(() => library.view().callLog.completeAt !== null, view)
    await keeping.setRule({ ...NO_RULE, what: 'everything' })
    await until(() => keeping.view().copies === 3 && keeping.view().work === 'idle', view, 20_000)
  }
  const heard = async () => {
    const [first] = await listed()
    const { source } = await library.open(first?.parts[0]?.id ?? '')
    return source.read(0, await source.size())
  }
  return { keeping, library, account, log, state, listed, keepAll, heard, view }
}

async function disk(): Promise<[string, Buffer][]> {
  const entries = await readdir(folder.path, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter(one => one.isFile())
      .map(async one => [one.name, await readFile(join(one.parentPath, one.name))] as [string, Buffer]),
  )
}

/** Names of the files that hold any of these texts, in UTF-8 or UTF-16. */
async function holding(...texts: readonly string[]): Promise<string[]> {
  const wanted = texts.flatMap(text => [Buffer.from(text), Buffer.from(text, 'utf16le')])
  return (await disk()).filter(([, content]) => wanted.some(text => content.includes(text))).map(([name]) => name)
}

async function expectNoSound(): Promise<void> {
  const files = await disk()
  expect(files.length).toBeGreaterThan(3)
  for (const [name, content] of files)
    for (let at = 0; at + 12 <= SOUND.length; at += 4_999)
      expect(content.includes(Buffer.from(SOUND.slice(at, at + 12))), name).toBe(false)
}

describe('what is kept', () => {
  it(
    'is heard without the server, now and after a restart, and lies nowhere in clear',
    { timeout: 60_000 },
    async () => {
      const keyring = memoryKeyring()
      const first = computer(keyring)
      await first.keepAll()
      first.state.down = true
      expect(Buffer.compare(await first.heard(), wavOf(SOUND))).toBe(0)
      expect((await first.listed()).map(entry => entry.parts.map(part => part.kept))).toEqual([[true], [true], [true]])
      await first.library.close()
      await expectNoSound()
      // what the settings say of this disk: names are readable
      expect(await holding(NUMBER)).not.toEqual([])
      const again = computer(keyring)
      again.state.down = true
      await again.library.use(again.account)
      expect(Buffer.compare(await again.heard(), wavOf(SOUND))).toBe(0)
      await again.library.close()
    },
  )

  it('with names sealed: neither name nor number nor note is on the disk', { timeout: 60_000 }, async () => {
    const { keeping, library, listed, keepAll, view, heard } = computer()
    await keepAll()
    const [first] = await listed()
    await (await library.index()).annotate({ kind: 'entries', ids: [first?.id ?? ''] }, { note: NOTE })
    await keeping.sealNames(true)
    await until(() => library.view().state === 'open' && keeping.view().work === 'idle', view, 20_000)
    expect((await listed()).map(entry => [entry.peer.name, entry.note])).toContainEqual([NAME, NOTE])
    expect(await holding(NAME, NUMBER, NUMBER.slice(1), NOTE)).toEqual([])
    expect(Buffer.compare(await heard(), wavOf(SOUND))).toBe(0)
    await library.close()
    expect(await holding(NAME, NUMBER, NUMBER.slice(1), NOTE)).toEqual([])
    await expectNoSound()
  })

  it('locked with a sealed list, nothing is shown; unlocked, all of it', { timeout: 60_000 }, async () => {
    const { keeping, library, listed, account, view, state } = computer(memoryKeyring(false))
    await library.use(account)
    await until(() => library.view().callLog.completeAt !== null, view)
    await keeping.setPassphrase('only with words', null)
    await keeping.sealNames(true)
    await until(() => library.view().state === 'open', view, 20_000)
    state.down = true
    await keeping.lock()
    await until(() => library.view().state === 'locked', view, 20_000)
    await expect(library.index()).rejects.toThrow('vault-locked')
    await keeping.unlock('only with words')
    await until(() => library.view().state === 'open', view, 20_000)
    expect(await listed()).toHaveLength(3)
    await library.close()
  })

  it('locked, a copy is silent; unlocked, it is heard at once', { timeout: 60_000 }, async () => {
    const { keeping, library, keepAll, heard, state } = computer()
    await keepAll()
    await keeping.setPassphrase('only with words', null)
    state.down = true
    await keeping.lock()
    await expect(heard()).rejects.toThrow('unreachable')
    await keeping.unlock('only with words')
    expect(Buffer.compare(await heard(), wavOf(SOUND))).toBe(0)
    await library.close()
  })

  it('erased with a sealed list, all begins anew from the server', { timeout: 60_000 }, async () => {
    const { keeping, library, listed, keepAll, view } = computer()
    await keepAll()
    await keeping.sealNames(true)
    await until(() => library.view().state === 'open' && keeping.view().work === 'idle', view, 20_000)
    const before = await readFile(join(folder.path, 'eve', 'kept', 'key.json'), 'utf8')
    await keeping.erase()
    await until(() => keeping.view().copies === 3 && keeping.view().work === 'idle', view, 20_000)
    expect(await listed()).toHaveLength(3)
    expect(await readFile(join(folder.path, 'eve', 'kept', 'key.json'), 'utf8')).not.toBe(before)
    expect(await holding(NAME)).toEqual([])
    await library.close()
  })

  it.each([['index.sqlite'], ['notes.sqlite']])(
    'an index begun anew takes no copy away, nor one that the server has deleted: %s',
    { timeout: 60_000 },
    async name => {
      const keyring = memoryKeyring()
      const first = computer(keyring)
      await first.keepAll()
      const [newest] = await first.listed()
      await (await first.library.index()).heard(newest?.parts[0]?.id ?? '', 'deleted')
      await first.library.close()
      await writeFile(join(folder.path, 'eve', name), 'not a database any more')
      const again = computer(keyring)
      again.log.pop()
      await again.library.use(again.account)
      await until(() => again.library.whole() && again.keeping.view().work === 'idle', again.view, 20_000)
      again.keeping.wake()
      await until(() => again.keeping.view().work === 'idle', again.view, 20_000)
      expect(again.keeping.view()).toMatchObject({ copies: 3, damaged: 0 })
      again.state.down = true
      expect(Buffer.compare(await again.heard(), wavOf(SOUND))).toBe(0)
      await again.library.close()
    },
  )

  it('a damaged copy is told, played from the server, and fetched anew', { timeout: 60_000 }, async () => {
    const { keeping, library, keepAll, heard, view } = computer()
    await keepAll()
    const copies = join(folder.path, 'eve', 'kept', 'copies')
    for (const one of await readdir(copies, { recursive: true, withFileTypes: true })) {
      if (!one.isFile()) continue
      const path = join(one.parentPath, one.name)
      const content = await readFile(path)
      content[100] = (content[100] ?? 0) ^ 1
      await writeFile(path, content)
    }
    expect(Buffer.compare(await heard(), wavOf(SOUND))).toBe(0)
    await until(
      () => keeping.view().damaged === 1 && keeping.view().copies === 3 && keeping.view().work === 'idle',
      view,
      20_000,
    )
    await library.close()
  })
})
