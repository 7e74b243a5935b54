/** The library against the demo server: a long call log, faults on the way, and a process that is killed at any moment. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type Entry } from '../shared/library/entry.ts'
import { NO_FILTER } from '../shared/library/query.ts'
import { type WazoSession } from './account/session.ts'
import { startDemo, type Demo, type DemoOptions } from './demo/server.ts'
import { openIndex } from './library/index/client.ts'
import { type Driver, drivers } from './library/index/database.ts'
import { type Library } from './library/library.ts'
import { indexFiles } from './library/source.ts'
import { type DemoSignIn } from './pairing.ts'
import { libraryAt, sessionAt } from './syncing.testing.ts'

/** As many calls as are worth the time; the whole of the promise is 100,000. */
const CALLS = Number(process.env['TALLYLIGHT_CALLS'] ?? 3_000)
const KILLS = Number(process.env['TALLYLIGHT_KILLS'] ?? 3)
const SCRIPT = join(import.meta.dirname, 'syncing.testing.ts')

let demo: Demo
let folder: string
let session: WazoSession | null
let library: Library | null
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallylight-sync-'))
  session = library = null
})
afterEach(async () => {
  await library?.close()
  await session?.close()
  await demo.close()
  await rm(folder, { recursive: true, force: true })
})

const start = async (options: Partial<DemoOptions> = {}): Promise<DemoSignIn> => {
  demo = await startDemo(options)
  const [user] = demo.users
  if (user === undefined) throw new Error('the demo has no user')
  return { url: demo.url, fingerprint: demo.fingerprint, login: user.login, password: user.password }
}
const open = async (signIn: DemoSignIn): Promise<Library> => {
  session = await sessionAt(signIn)
  return (library = await libraryAt(session, folder))
}
const until = async (is: () => boolean | Promise<boolean>, limitMs = 20_000) => {
  const end = performance.now() + limitMs
  while (!(await is())) {
    if (performance.now() > end) throw new Error(`It never came: ${JSON.stringify(library?.view())}`)
    await setTimeout(10)
  }
}
const everything = { ...NO_FILTER, recorded: 'all' as const }
const complete = (it: Library) => it.view().callLog.completeAt !== null
/** Ids of the calls that the index has of the call log. */
async function keysIn(it: Library): Promise<number[]> {
  const index = await it.index()
  const keys: number[] = []
  for (let last: string | null = null; ;) {
    const some: string[] = await index.keys('call-log', last)
    if (some.length === 0) return keys
    keys.push(...some.map(Number))
    last = some.at(-1) ?? null
  }
}
/** The same, once each of them is one entry of the list. Nothing may be synchronised meanwhile. */
async function listed(it: Library): Promise<number[]> {
  const index = await it.index()
  const entries: Entry[] = []
  let after: string | null = null
  do {
    const page = await index.walk({ kind: 'filter', filter: everything }, after)
    entries.push(...page.entries)
    after = page.next
  } while (after !== null)
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
  const keys = await keysIn(it)
  expect(entries).toHaveLength(keys.length)
  return keys
}
const onServer = () => {
  const [user] = demo.world.users
  return demo.world.callLog
    .filter(({ participants }) => user !== undefined && participants.includes(user.uuid))
    .map(({ id }) => id)
    .sort((a, b) => a - b)
}

it('reads a long call log while the list answers, newest first', { timeout: 600_000 }, async () => {
  const signIn = await start({ pastCalls: CALLS })
  const began = performance.now()
  const it = await open(signIn)
  const index = await it.index()
  await until(async () => (await index.list({ filter: NO_FILTER, at: null, limit: 50 })).entries.length > 0)
  const usable = performance.now() - began
  const { entries } = await index.list({ filter: everything, at: null, limit: 1 })
  const newest = Math.max(...demo.world.callLog.map(({ start }) => Date.parse(start)))
  expect(entries[0]?.startedAt).toBe(newest)
  const waits: number[] = []
  await until(async () => {
    const asked = performance.now()
    const [page, outline] = await Promise.all([
      index.list({ filter: { ...NO_FILTER, search: 'tremblay' }, at: null, limit: 50 }),
      index.outline(everything),
    ])
    waits.push(performance.now() - asked)
    expect(outline.total).toBeGreaterThanOrEqual(page.entries.length)
    return complete(it)
  }, 580_000)
  const all = performance.now() - began
  expect(await listed(it)).toEqual(onServer())
  waits.sort((a, b) => a - b)
  const p = (part: number) => Math.round(waits[Math.floor((waits.length - 1) * part)] ?? 0)
  console.warn(
    `${CALLS} calls read in ${Math.round(all)} ms, the first page after ${Math.round(usable)} ms; ` +
      `${waits.length} questions meanwhile: half in ${p(0.5)} ms, 95 % in ${p(0.95)} ms, the slowest ${p(1)} ms`,
  )
})

it('goes on through everything that the server may answer', { timeout: 60_000 }, async () => {
  const signIn = await start({ pastCalls: 300 })
  demo.faults.apply({
    http: [
      { path: '/users/me/cdr$', status: 503, times: 1 },
      { path: '/users/me/cdr$', status: 429, times: 1 },
      { path: '/users/me/cdr$', cut: true, times: 1 },
    ],
  })
  const it = await open(signIn)
  await until(() => it.view().callLog.failure !== null)
  for (let times = 0; times < 40 && !complete(it); times++) {
    it.look()
    await setTimeout(100)
  }
  await until(() => complete(it))
  await until(() => it.view().callLog.failure === null)
  expect(await listed(it)).toEqual(onServer())
})

it('lists a new call, and opens its sound', async () => {
  const it = await open(await start())
  await until(() => complete(it))
  const before = (await listed(it)).length
  await demo.control({ do: 'addRecording', login: 'eve', name: 'Zoé', number: '4185550111', seconds: 2 })
  it.look()
  await until(async () => (await keysIn(it)).length === before + 1)
  const index = await it.index()
  const { entries } = await index.list({ filter: { ...NO_FILTER, search: 'zoe' }, at: null, limit: 5 })
  const part = entries[0]?.parts[0]
  expect(part?.hearing).toBe('yes')
  const { source } = await it.open(part?.id ?? '')
  expect(await source.size()).toBeGreaterThan(16_000)
})

it.each(drivers())(
  'killed at any moment it loses and doubles nothing, and goes on (%s)',
  { timeout: KILLS * 20_000 + 60_000 },
  async driver => {
    const signIn = await start({ pastCalls: 4_000 })
    let [place, kept, whole] = [join(folder, '0'), 0, 0]
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, [SCRIPT, place, JSON.stringify(signIn), driver], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const said: string[] = []
      child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text))
      await until(() => said.length > 0)
      await setTimeout(Math.random() * 350)
      child.kill('SIGKILL')
      await once(child, 'exit')
      // what is there is whole, and no less than before
      const index = await openIndex({ ...indexFiles(place), driver, key: null, log: () => undefined })
      const { total } = await index.outline(everything)
      expect(total).toBeGreaterThanOrEqual(kept)
      kept = total
      await index.close()
      if (total < onServer().length) continue
      // all is there: a kill now would prove nothing
      await wholeIn(signIn, place, driver)
      ;[place, kept, whole] = [join(folder, String(kill + 1)), 0, whole + 1]
    }
    await wholeIn(signIn, place, driver)
    // most kills fell into the reading
    expect(whole).toBeLessThan(KILLS * 0.75)
  },
)

/** Reads to the end what a killed process left, and looks whether all is there once. */
async function wholeIn(signIn: DemoSignIn, place: string, driver: Driver): Promise<void> {
  session = await sessionAt(signIn)
  const it = (library = await libraryAt(session, place, driver))
  await until(() => complete(it), 40_000)
  expect(await listed(it)).toEqual(onServer())
  await it.close()
  await session.close()
  session = library = null
}
