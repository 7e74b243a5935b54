/**
 * `npm run bench calls`: 500 calls in a row by the phone page against a real Asterisk, after which nothing may be left; and
 * beside the first of them, in turns, the same call by sip.js's SimpleUser alone. Both in one Chromium, from the command to
 * the first packet that is heard. TALLYLIGHT_BENCH_CALLS: fewer or more.
 */
import { readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, type BrowserContext, chromium, type Page } from '@playwright/test'
import { build } from 'esbuild'
import { account, type Asterisk, startAsterisk } from '../pbx/asterisk/asterisk.ts'
import { LIKE_MAIN, NEARBY, SPOKEN_HERTZ } from '../phone-page/fixtures.ts'
import { countLeft, type Left, nothingLeft, settled, watchLeaks } from '../phone-page/leaks.ts'
import { openPhone, type PhonePage } from '../phone-page/page.ts'
import { writeVoice } from '../phone-page/voice.ts'
import { type Benchmark, type Samples } from './benchmark.ts'
import { percentile } from './statistics.ts'

const CALLS = Number(process.env['TALLYLIGHT_BENCH_CALLS'] ?? 500)
const TELL_EVERY = 50
/** So many of them are in turns with SimpleUser's; what is compiled and cached on first use is in by then, too. */
const WARM = Math.min(60, Math.floor(CALLS / 2))
/** What may be kept of one call at most, bytes of script objects; less is what a collection leaves by chance. */
const KEPT_A_CALL = 2_000
/** And bytes of all of Chromium's processes: one connection that is kept, or one sound, is far more. */
const HELD_A_CALL = 40_000
/** An echo. */
const NUMBER = '600'

type Series = 'app' | 'simple'

const adds = ({ app, simple }: Samples<Series>, share: number) => percentile(app, share) - percentile(simple, share)

export const callsBenchmark: Benchmark<Series> = {
  name: 'calls',
  what: `from the command to call until the other side is heard; ${CALLS} calls that leave nothing behind`,
  series: { app: 'the phone page', simple: "sip.js's SimpleUser" },
  bars: [{ what: 'the phone page adds at p50', most: 50, of: samples => adds(samples, 50) }],
  measure: async say => {
    const folder = await mkdtemp(join(tmpdir(), 'tallylight-bench-'))
    const voice = join(folder, 'voice.wav')
    writeVoice(voice, SPOKEN_HERTZ)
    const asterisk = await startAsterisk()
    const executablePath = process.env['TALLYLIGHT_CHROMIUM']
    const browser = await chromium.launch({
      ...(executablePath === undefined ? {} : { executablePath }),
      chromiumSandbox: process.getuid?.() !== 0,
      args: [
        ...LIKE_MAIN,
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-audio-capture=${voice}`,
      ],
    })
    try {
      const phone = await ourPhone(browser, asterisk)
      const simple = await simpleUser(browser, asterisk)
      return {
        samples: await run(browser, phone, simple, asterisk, say),
        on: `Chromium ${browser.version()}, Asterisk ${asterisk.version}`,
      }
    } finally {
      await browser.close()
      await asterisk.remove()
      await rm(folder, { recursive: true, force: true })
    }
  },
}

async function watchedContext(browser: Browser): Promise<BrowserContext> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: [...NEARBY] })
  await context.addInitScript(watchLeaks)
  return context
}

async function ourPhone(browser: Browser, asterisk: Asterisk): Promise<PhonePage> {
  const { username, password } = account('1001')
  const phone = await openPhone(await watchedContext(browser), {
    key: 'bench',
    webSocket: asterisk.wss,
    uri: `sip:${username}@127.0.0.1`,
    username,
    displayName: '',
    secret: { kind: 'password', password },
    hint: null,
  })
  await phone.until('registration', { registration: { state: 'registered', status: null } })
  return phone
}

async function simpleUser(browser: Browser, asterisk: Asterisk): Promise<Page> {
  const { username, password } = account('1002')
  const page = await (await watchedContext(browser)).newPage()
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, 'simpleUser.ts')],
    bundle: true,
    format: 'iife',
    write: false,
    logLevel: 'error',
  })
  const script = outputFiles[0]?.text ?? ''
  await page.route('https://simple.test/**', route =>
    route.fulfill(
      route.request().url().endsWith('.js')
        ? { contentType: 'text/javascript', body: script }
        : { contentType: 'text/html', body: '<!doctype html><script src="/simple.js"></script>' },
    ),
  )
  await page.goto('https://simple.test/')
  await page.evaluate(([server, name, secret]) => plainUser.connect(server, name, secret), [
    asterisk.wss,
    username,
    password,
  ] as const)
  return page
}

async function run(
  browser: Browser,
  phone: PhonePage,
  simple: Page,
  asterisk: Asterisk,
  say: (text: string) => void,
): Promise<Samples<Series>> {
  const samples = { app: [] as number[], simple: [] as number[] }
  let before: (Left & { readonly held: number }) | null = null
  for (let index = 1; index <= CALLS; index++) {
    const ours = async () => void samples.app.push(await callByPhone(phone, `s-${index}`))
    const theirs = async () => void samples.simple.push(await callBySimple(simple, asterisk))
    if (index > WARM) await ours()
    // who goes first has the quieter machine: in turns, too
    else for (const once of index % 2 === 0 ? [ours, theirs] : [theirs, ours]) await once()
    if (index === WARM) before = { ...(await settled(phone.page)), held: await heldBy(browser) }
    if (index % TELL_EVERY === 0) say(`calls: ${index} of ${CALLS}, ${words(await countLeft(phone.page))}`)
  }
  if (before === null) throw new Error('too few calls to tell what they leave')
  const after = await nothingLeft(phone.page, before)
  const kept = (after.heap - before.heap) / (CALLS - WARM)
  const held = ((await heldBy(browser)) - before.held) / (CALLS - WARM)
  say(`calls: after ${WARM}: ${words(before)}`)
  say(`calls: after ${CALLS}: ${words(after)}`)
  say(`calls: each keeps ${kept.toFixed(0)} bytes of script objects, ${held.toFixed(0)} bytes of all processes`)
  if (kept > KEPT_A_CALL) throw new Error(`each call keeps ${kept.toFixed(0)} bytes, more than ${KEPT_A_CALL}`)
  if (held > HELD_A_CALL) throw new Error(`each call holds ${held.toFixed(0)} bytes, more than ${HELD_A_CALL}`)
  const channels = await asterisk.channels()
  if (channels.length > 0) throw new Error(`Asterisk still has ${channels.length} channels`)
  return samples
}

/** Bytes that Chromium's processes have for themselves (Linux, where Asterisk runs). */
async function heldBy(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession()
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  await session.detach()
  const kilobytes = processInfo.map(({ id }) => {
    const rollup = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8')
    return [...rollup.matchAll(/^Private_(?:Clean|Dirty): +(\d+) kB$/gm)].reduce((sum, [, kb]) => sum + Number(kb), 0)
  })
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1024
}

async function callByPhone(phone: PhonePage, session: string): Promise<number> {
  const took = await phone.page.evaluate(
    ([id, number]) =>
      watched.untilSound(() =>
        (globalThis as unknown as { testTell(name: string, payload: unknown): void }).testTell('phone:command', {
          do: 'dial',
          id: `dial-${id}`,
          session: id,
          number,
        }),
      ),
    [session, NUMBER] as const,
  )
  const failure = await phone.run({ do: 'hang-up', session })
  if (failure !== null) throw new Error(`hang-up: ${failure.code}`)
  await phone.until('session', { session, status: 'ended' })
  // a hundred thousand reports would be the test's own leak
  phone.forget()
  return took
}

async function callBySimple(page: Page, asterisk: Asterisk): Promise<number> {
  const took = await page.evaluate(number => watched.untilSound(() => plainUser.call(number)), NUMBER)
  await page.evaluate(() => plainUser.hangUp())
  while ((await asterisk.channels()).some(({ name }) => name.includes('1002'))) continue
  return took
}

const words = ({ heap, nodes, listeners, peers, handlers, sockets, timeouts, intervals }: Left) =>
  `${(heap / 1e6).toFixed(2)} MB, ${nodes} nodes, ${listeners} listeners, ${peers} connections, ${handlers} sounds, ${sockets} sockets, ${timeouts + intervals} timers`
