/**
 * A library that reads the demo server's call log, for tests; as a process of its own it does so until it is killed.
 * Arguments then: the library's folder, as JSON how to sign in, and the index's driver.
 */
import { writeSync } from 'node:fs'
import { AppFailure } from '../shared/failure.ts'
import { type WazoSession } from './account/session.ts'
import { memoryKeyring, memoryStore } from './account/testing.ts'
import { createWazoAccounts } from './account/wazoAccounts.ts'
import { openIndex } from './library/index/client.ts'
import { type Driver } from './library/index/database.ts'
import { Library } from './library/library.ts'
import { indexFiles } from './library/source.ts'
import { type DemoSignIn } from './pairing.ts'
import { systemClock } from './wazo/clock.ts'
import { wazoLine } from './wazoLine.ts'

export async function sessionAt({ url, fingerprint, login, password }: DemoSignIn): Promise<WazoSession> {
  const accounts = createWazoAccounts({
    store: memoryStore(),
    keyring: memoryKeyring(),
    clock: systemClock,
    version: '0',
  })
  const { host } = new URL(url)
  const wanted = { server: host, username: login, password }
  try {
    return await accounts.signIn(wanted)
  } catch (error) {
    if (!(error instanceof AppFailure) || error.failure.certificate?.fingerprint !== fingerprint) throw error
    accounts.pins.trust(host, fingerprint)
    return accounts.signIn(wanted)
  }
}

/** The library of a session, in this folder. */
export async function libraryAt(session: WazoSession, folder: string, driver?: Driver): Promise<Library> {
  const library = new Library({
    clock: systemClock,
    openIndex: () => openIndex({ ...indexFiles(folder), ...(driver && { driver }), key: null, log: () => undefined }),
    erase: () => Promise.resolve(),
    onView: () => undefined,
    onChanged: () => undefined,
    log: () => undefined,
  })
  const line = wazoLine({
    session,
    demo: false,
    pin: () => null,
    codes: () => ['*26'],
    now: () => Date.now(),
    log: () => undefined,
  })
  await library.use(line.library)
  return library
}

async function read(folder: string, signIn: DemoSignIn, driver: Driver): Promise<void> {
  const library = await libraryAt(await sessionAt(signIn), folder, driver)
  writeSync(1, 'begun\n')
  setInterval(() => {
    const { done, completeAt } = library.view().callLog
    writeSync(1, `${completeAt === null ? done : 'complete'}\n`)
  }, 20)
}

const [, script, folder, signIn, driver] = process.argv
if (script === import.meta.filename && folder !== undefined && signIn !== undefined)
  await read(folder, JSON.parse(signIn) as DemoSignIn, driver === 'wasm' ? 'wasm' : 'node')
