/** A demo server of the test's own, its lines, and phone pages in Chromium that may reach it. */
import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test as base, type Browser, type BrowserContext } from '@playwright/test'
import { createPbx } from '../../electron/demo/pbx/pbx.ts'
import { type Demo, startDemo } from '../../electron/demo/server.ts'
import { type Line, type PbxEvent } from '../../electron/demo/telephony.ts'
import { type PhoneLine } from '../../shared/phone.ts'
import { openPhone, type PhonePage } from './page.ts'
import { writeVoice } from './voice.ts'

/** What the user says, in hertz. */
export const SPOKEN_HERTZ = 620
/** Main's own switches (electron/main.ts), which a browser needs as much. */
export const LIKE_MAIN = [
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-features=WebRtcHideLocalIpsWithMdns',
]
/** Leave to reach this machine and the network around it: one name of Chromium 142 to 144, two since (electron.md D0). */
const NEAR = 'local-network-access'
/** Without it Chromium offers the address of its default route alone, and no loopback. */
const MICROPHONE = 'microphone'

export const NEARBY = [NEAR, MICROPHONE] as const

export interface Exchange {
  readonly demo: Demo
  /** What its PBX told, oldest first. */
  readonly events: readonly PbxEvent[]
  /** The telephone line of an extension, with the right secret. */
  line(extension: string, more?: Partial<PhoneLine>): PhoneLine
}

interface Fixtures {
  exchange: Exchange
  /** Opens a phone page; `near`: it may reach loopback. */
  open: (line: PhoneLine, options?: { near?: boolean }) => Promise<PhonePage>
  phone: PhonePage
}

interface WorkerFixtures {
  voice: string
  /** No device, and nobody who grants one. */
  deaf: Browser
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  voice: [
    async ({}, provide) => {
      const folder = await mkdtemp(join(tmpdir(), 'tallylight-voice-'))
      const file = join(folder, 'voice.wav')
      writeVoice(file, SPOKEN_HERTZ)
      await provide(file)
      await rm(folder, { recursive: true, force: true })
    },
    { scope: 'worker' },
  ],
  deaf: [
    async ({ playwright, launchOptions }, provide) => {
      const browser = await playwright.chromium.launch({ ...launchOptions, args: LIKE_MAIN })
      await provide(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  browser: [
    async ({ playwright, launchOptions, voice }, provide) => {
      const browser = await playwright.chromium.launch({
        ...launchOptions,
        args: [
          ...LIKE_MAIN,
          '--use-fake-ui-for-media-stream',
          '--use-fake-device-for-media-stream',
          `--use-file-for-fake-audio-capture=${voice}`,
        ],
      })
      await provide(browser)
      await browser.close()
    },
    { scope: 'worker' },
  ],
  exchange: async ({}, provide) => {
    const events: PbxEvent[] = []
    const demo = await startDemo({
      createPbx: options =>
        createPbx({
          ...options,
          onEvent: event => {
            events.push(event)
            options.onEvent(event)
          },
        }),
    })
    await provide({ demo, events, line: (extension, more = {}) => ({ ...lineOf(demo, extension), ...more }) })
    await demo.close()
  },
  open: async ({ browser }, provide) => {
    const contexts: BrowserContext[] = []
    const open: Fixtures['open'] = async (line, { near = true } = {}) => {
      const context = await browser.newContext({
        ignoreHTTPSErrors: true,
        permissions: near ? [...NEARBY] : [MICROPHONE],
      })
      contexts.push(context)
      return openPhone(context, line)
    }
    await provide(open)
    for (const context of contexts) await context.close()
  },
  phone: async ({ exchange, open }, provide) => {
    const phone = await open(exchange.line('1042'))
    await phone.until('registration', { registration: { state: 'registered', status: null } })
    await provide(phone)
  },
})

function lineOf(demo: Demo, extension: string): PhoneLine {
  const line: Line | null | undefined = demo.world.users.find(user => user.line?.extension === extension)?.line
  if (line === undefined || line === null) throw new Error(`The demo has no line ${extension}`)
  const ha1 = createHash('md5').update(`${line.username}:asterisk:${line.secret}`).digest('hex')
  return {
    key: `${extension}-1`,
    webSocket: `${demo.url.replace('https', 'wss')}/api/asterisk/ws`,
    uri: `sip:${line.username}@127.0.0.1`,
    username: line.username,
    displayName: line.displayName,
    secret: { kind: 'ha1', ha1 },
    hint: null,
  }
}

/** A phone page in a browser that has no microphone. */
export const openIn = async (browser: Browser, line: PhoneLine): Promise<PhonePage> =>
  openPhone(await browser.newContext({ ignoreHTTPSErrors: true, permissions: [NEAR] }), line)

export { expect } from '@playwright/test'
