/** The demo server against recorded exchanges with real Wazo services. Without the recordings nothing is judged. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { makeCertificate } from './certificate.ts'
import { compareAnswer } from './contract/compare.ts'
import { readPast, tokensOf, type Past } from './contract/past.ts'
import { replay } from './contract/replay.ts'
import { judgeScenario, parseScenario, unplayable, type Scenario } from './contract/scenario.ts'
import { openStage, stageFor } from './contract/stage.ts'
import { judgeHandshake, judgeSession } from './contract/stream.ts'
import { omitted } from './contract/table.ts'
import { Handshake, header, readFolder, readRaw, transcriptsFolder, type Exchange } from './contract/transcripts.ts'

const root = transcriptsFolder()
const certificate = makeCertificate()
/** Made only when there is something to judge. */
let scratch = ''
let folders = 0

/** The entity tag that our file has, where the recording asks with its own. */
async function ownTag(exchange: Exchange, demo: Parameters<typeof replay>[0]): Promise<string> {
  const { headers } = exchange.request
  const plain = Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'if-none-match'))
  const head = await replay(demo, { ...exchange, request: { ...exchange.request, method: 'HEAD', headers: plain } })
  return String(head.headers.etag ?? '')
}

async function judge(past: Past, exchange: Exchange): Promise<string[]> {
  folders += 1
  const stage = await stageFor(past, exchange, { certificate, folder: join(scratch, String(folders)) })
  try {
    const asksWithTag = Object.keys(exchange.request.headers).some(name => name.toLowerCase() === 'if-none-match')
    const tag = asksWithTag ? await ownTag(exchange, stage.demo) : ''
    const received = await replay(stage.demo, exchange, value =>
      tag !== '' && /^"[\d.]+-\d+-\d+"$/.test(value) ? tag : value,
    )
    const seeded = new Set([...tokensOf(exchange), ...stage.demo.world.refreshTokens.map(token => token.value)])
    return compareAnswer(exchange, received, ['https://127.0.0.1:8443', stage.demo.url], { seeded, loose: new Set() })
  } finally {
    await stage.close()
  }
}

if (root === null) {
  test.skip('recorded exchanges: no folder of transcripts here (TALLYLIGHT_TRANSCRIPTS names one)', () => undefined)
} else {
  scratch = mkdtempSync(join(tmpdir(), 'tallylight-contract-'))
  afterAll(() => rmSync(scratch, { recursive: true, force: true }))
  const past = readPast(root)
  const notImitated = new Map<string, number>()
  const compared: (typeof past.exchanges)[number][] = []
  for (const named of past.exchanges) {
    const why = omitted(past, named.item)
    if (why === null) compared.push(named)
    else notImitated.set(why, (notImitated.get(why) ?? 0) + 1)
  }
  const handshakes = readFolder(root, 'asterisk-ws', Handshake)
  const scenarios: { readonly name: string; readonly item: Scenario }[] = []
  for (const { name, item } of readRaw(root, 'scenarios')) {
    const scenario = parseScenario(item)
    const why = scenario === null ? 'no call' : unplayable(scenario)
    if (scenario !== null && why === null) scenarios.push({ name, item: scenario })
    else notImitated.set(`calls with ${why}`, (notImitated.get(`calls with ${why}`) ?? 0) + 1)
  }
  const failures: string[] = []

  afterAll(() => {
    const rest = [...notImitated].map(([why, count]) => `${count} ${why}`).join(', ')
    console.warn(
      `Contract: ${compared.length} exchanges, ${past.sessions.length} event streams, ${handshakes.length} SIP handshakes and ${scenarios.length} whole calls ` +
        `compared, ${failures.length} differ; not imitated: ${rest}` +
        failures.map(name => `\n  ${name}`).join(''),
    )
  })

  describe('exchanges', () => {
    test.each(compared.map(named => [named.name, named.item] as const))('%s', async (name, exchange) => {
      const found = await judge(past, exchange)
      if (found.length > 0) failures.push(name)
      expect(found).toEqual([])
    })
  })

  // Some of them wait for a token to end: side by side they take no longer than the longest.
  describe.concurrent('event streams', () => {
    test.each(past.sessions.map(named => [named.name, named.item] as const))('%s', async (name, session) => {
      folders += 1
      const found = await judgeSession(past, session, { certificate, folder: join(scratch, String(folders)) })
      if (found.length > 0) failures.push(name)
      expect(found).toEqual([])
    })
  })

  describe('SIP sockets', () => {
    test.each(handshakes.map(named => [named.name, named.item] as const))(
      '%s',
      async (name, { request, handshake }) => {
        folders += 1
        const stage = await openStage(past, Date.now(), { certificate, folder: join(scratch, String(folders)) })
        const found = await judgeHandshake(stage, request.path, header(request.headers, 'sec-websocket-protocol'), {
          status: handshake.status,
          subprotocol: handshake.subprotocol ?? null,
        })
        await stage.close()
        if (found.length > 0) failures.push(name)
        expect(found).toEqual([])
      },
    )
  })

  describe.concurrent('whole calls', () => {
    test.each(scenarios.map(named => [named.name, named.item] as const))('%s', async (name, scenario) => {
      const found = await judgeScenario(past, scenario, certificate)
      if (found.length > 0) failures.push(name)
      expect(found).toEqual([])
    })
  })
}
