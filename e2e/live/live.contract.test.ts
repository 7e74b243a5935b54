/** `npm run test:live` as an administrator starts it, a process of its own, against the demo server in both profiles. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test as base } from 'vitest'
import { type Demo, type DemoOptions, startDemo } from '../../electron/demo/server.ts'
import { permanentFlags, type User } from '../../electron/demo/world.ts'
import { type Line, type Status, type StepResult } from './run.ts'

const MAIN = join(import.meta.dirname, 'main.ts')
const DEMO = join(import.meta.dirname, '../../electron/demo/main.ts')
const PASSWORD = 'a passing phrase'

interface Outcome {
  readonly code: number | null
  readonly steps: ReadonlyMap<string, StepResult>
  readonly summary: { readonly fine: boolean; readonly failed: readonly string[] }
  /** Everything that was printed. */
  readonly output: string
}

interface Try {
  readonly login?: string
  readonly env?: Readonly<Record<string, string>>
  /** Told of each step as it ends, and often in between. */
  readonly meanwhile?: (ended: readonly StepResult[], child: { kill(signal: NodeJS.Signals): unknown }) => void
}

/** A demo server for one test alone, and the live suite against it. */
class Stage {
  readonly demo: Demo
  /** Every token that was ever alive. */
  readonly tokens = new Set<string>()
  readonly #watch: NodeJS.Timeout

  private constructor(demo: Demo) {
    this.demo = demo
    for (const user of demo.world.users) Object.assign(user, { password: PASSWORD })
    this.#watch = setInterval(() => this.#look(), 10)
  }

  static async open(options: Partial<DemoOptions>): Promise<Stage> {
    return new Stage(await startDemo({ cdrDelayMs: 200, ...options }))
  }

  #look(): void {
    const { tokens, refreshTokens } = this.demo.world
    for (const token of [...tokens.keys(), ...refreshTokens.map(({ value }) => value)]) this.tokens.add(token)
  }

  async close(): Promise<void> {
    clearInterval(this.#watch)
    await this.demo.close()
  }

  user(login: string): User {
    const user = this.demo.world.userByLogin(login)
    if (user === null) throw new Error(`no ${login}`)
    return user
  }

  forbid(login: string, rights: RegExp): void {
    const user = this.user(login)
    user.policy = this.demo.world.policyOf(user).filter(right => !rights.test(right))
  }

  allow(login: string, right: string): void {
    const user = this.user(login)
    user.policy = [...this.demo.world.policyOf(user), right]
  }

  flags(login: string): Record<string, unknown> {
    const { fields } = this.user(login)
    return Object.fromEntries(permanentFlags.map(flag => [flag, fields[flag]]))
  }

  /** Nothing of the suite is left at the server. */
  leftOver(login: string): unknown {
    const { world, pbx } = this.demo
    const user = this.user(login)
    return {
      tokens: world.liveTokens(user).length,
      refreshTokens: world.refreshTokens.filter(token => token.user === user).length,
      calls: pbx.channels().length,
      phones: pbx.registered().length,
    }
  }

  live({ login = 'eve', env = {}, meanwhile }: Try = {}): Promise<Outcome> {
    const child = spawn(process.execPath, [MAIN, '--json'], {
      env: {
        TALLYLIGHT_LIVE_SERVER: this.demo.url,
        TALLYLIGHT_LIVE_USER: login,
        TALLYLIGHT_LIVE_PASSWORD: PASSWORD,
        TALLYLIGHT_LIVE_CALLEE: '1050',
        TALLYLIGHT_LIVE_FINGERPRINT: this.demo.fingerprint,
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const printed = { out: '', err: '' }
    const ended = () =>
      printed.out
        .split('\n')
        .slice(0, -1)
        .map(line => JSON.parse(line) as StepResult)
    const look = setInterval(() => meanwhile?.(ended(), child), 10)
    child.stdout.on('data', (part: Buffer) => (printed.out += part.toString()))
    child.stderr.on('data', (part: Buffer) => (printed.err += part.toString()))
    return new Promise((resolve, reject) => {
      child.on('error', reject)
      child.on('close', code => {
        clearInterval(look)
        const lines = ended()
        const { summary } = (lines.pop() ?? {}) as unknown as { summary: Outcome['summary'] }
        const steps = new Map(lines.map(step => [step.step, step]))
        resolve({ code, steps, summary, output: printed.out + printed.err })
      })
    })
  }
}

const leftNothing = { tokens: 0, refreshTokens: 0, calls: 0, phones: 0 }

const test = base.extend<{ open: (options?: Partial<DemoOptions>) => Promise<Stage> }>({
  open: async ({}, hand) => {
    const stages: Stage[] = []
    await hand(async (options = {}) => {
      const stage = await Stage.open(options)
      stages.push(stage)
      return stage
    })
    await Promise.all(stages.map(stage => stage.close()))
  },
})

const statuses = ({ steps }: Outcome): Record<string, Status> =>
  Object.fromEntries([...steps.values()].map(({ step, status }) => [step, status]))
const lines = ({ steps }: Outcome, step: string, word: Line['word']): string[] =>
  (steps.get(step)?.lines ?? []).flatMap(line => (line.word === word ? [line.text] : []))
const why = (outcome: Outcome, step: string): string => lines(outcome, step, 'why').join()
const all = (status: Status, ...steps: string[]) => Object.fromEntries(steps.map(step => [step, status]))

const CALL = ['call', 'record', 'pause', 'resume', 'stop', 'code', 'hang-up', 'find', 'hear'] as const
const FLAGS = ['flags', 'permanent-code', 'set-back', 'sign-out'] as const
const BEGIN = ['sign-in', 'rights', 'line'] as const

describe.concurrent('a server that works', () => {
  test('of 26.08: every step, each with its proof, and everything as before', async ({ open, expect }) => {
    const stage = await open()
    // mixed: the code alone could not set them back
    Object.assign(stage.user('eve').fields, { call_record_incoming_external_enabled: true })
    const before = stage.flags('eve')
    const outcome = await stage.live()
    expect(statuses(outcome), outcome.output).toEqual(all('works', ...BEGIN, ...CALL, ...FLAGS))
    expect([outcome.code, outcome.summary]).toMatchObject([0, { fine: true, failed: [] }])
    for (const [step, sent] of [
      ['record', 'start'],
      ['pause', 'pause'],
      ['resume', 'resume'],
      ['stop', 'stop'],
    ] as const) {
      expect(lines(outcome, step, 'acknowledged')).toEqual([`"${sent}" was taken`])
      expect(outcome.steps.get(step)?.lines.every(({ word, ms }) => word === 'asked' || ms !== null)).toBe(true)
    }
    expect(lines(outcome, 'code', 'proven').map(text => text.split(': ')[1])).toEqual(['recording', 'paused', 'off'])
    expect(lines(outcome, 'find', 'proven').join()).toMatch(/^listed: 2 recordings/)
    expect(lines(outcome, 'hear', 'proven').join()).toMatch(
      /heard: 0\.\d*[1-9]\d* of full scale, our own tone at 0\.[1-9]/,
    )
    expect(lines(outcome, 'permanent-code', 'proven')).toEqual(['read back: all on'])
    expect(stage.flags('eve')).toEqual(before)
    expect(stage.leftOver('eve')).toEqual(leftNothing)
    // an access token, a refresh token, and the hash of the line's secret
    expect(stage.tokens.size).toBeGreaterThanOrEqual(2)
    for (const secret of [...stage.tokens, PASSWORD, stage.user('eve').line?.secret ?? 'none'])
      expect(outcome.output).not.toContain(secret)
  })

  test('of 24.06: what it does not have is no failure; its authority is named by a file', async ({ open, expect }) => {
    const stage = await open({ profile: '24.06' })
    const folder = await mkdtemp(join(tmpdir(), 'tallylight-live-'))
    const file = join(folder, 'ca.pem')
    await writeFile(file, stage.demo.certificatePem)
    const outcome = await stage.live({ env: { TALLYLIGHT_LIVE_FINGERPRINT: '', TALLYLIGHT_LIVE_CA: file } })
    await rm(folder, { recursive: true })
    expect(statuses(outcome), outcome.output).toEqual({
      ...all('works', ...BEGIN, ...CALL, ...FLAGS),
      ...all('not-allowed', 'pause', 'hear'),
      resume: 'skipped',
    })
    expect(outcome.code).toBe(0)
    expect(lines(outcome, 'code', 'proven').map(text => text.split(': ')[1])).toEqual(['recording', 'off'])
    expect(stage.leftOver('eve')).toEqual(leftNothing)
  })

  test('a user without the right to record, and *26 switched off', async ({ open, expect }) => {
    const stage = await open({ star26: false })
    const outcome = await stage.live({ login: 'norights' })
    expect(statuses(outcome), outcome.output).toEqual({
      ...all('works', ...BEGIN, 'call', 'hang-up', ...FLAGS),
      ...all('not-allowed', 'record', 'code', 'permanent-code'),
      ...all('skipped', 'pause', 'resume', 'stop', 'find', 'hear'),
    })
    expect(outcome.code).toBe(0)
    expect(why(outcome, 'permanent-code')).toContain('switched off')
    expect(stage.leftOver('norights')).toEqual(leftNothing)
  })

  test('a user who may not set his flags by the API sets them by the code, and back', async ({ open, expect }) => {
    const stage = await open()
    const outcome = await stage.live({ login: 'limited' })
    expect(statuses(outcome), outcome.output).toEqual({
      ...all('works', ...BEGIN, ...CALL, ...FLAGS),
      flags: 'not-allowed',
    })
    expect(lines(outcome, 'permanent-code', 'proven')).toEqual(['read back: all on', 'read back: all off'])
    expect(Object.values(stage.flags('limited'))).toEqual([false, false, false, false])
    expect(stage.leftOver('limited')).toEqual(leftNothing)
  })

  test('a desk phone: no phone of ours registers, and the call steps wait for a person', async ({ open, expect }) => {
    const stage = await open()
    const alone = await stage.live({ login: 'desk' })
    expect(statuses(alone), alone.output).toEqual({
      ...all('skipped', ...CALL, 'permanent-code'),
      ...all('works', ...BEGIN, 'flags', 'set-back', 'sign-out'),
    })
    expect(why(alone, 'call')).toContain('TALLYLIGHT_LIVE_DEVICE=external')
    expect(alone.code).toBe(0)
    // the demo's desk phone picks up by itself
    const outcome = await stage.live({ login: 'desk', env: { TALLYLIGHT_LIVE_DEVICE: 'external' } })
    expect(statuses(outcome), outcome.output).toEqual({ ...all('works', ...BEGIN, ...CALL, ...FLAGS), code: 'skipped' })
    expect(outcome.code).toBe(0)
    expect(stage.leftOver('desk')).toEqual(leftNothing)
  })
})

describe.concurrent('rights that are missing are no failure', () => {
  test('no word of calls and none of the call log', async ({ open, expect }) => {
    const stage = await open({ star26: false })
    stage.forbid('eve', /^(calld|call-logd)\.users\.me/)
    const outcome = await stage.live()
    expect(statuses(outcome), outcome.output).toEqual({
      ...all('works', ...BEGIN, 'call', 'hang-up', ...FLAGS),
      ...all('not-allowed', 'record', 'code', 'permanent-code'),
      ...all('skipped', 'pause', 'resume', 'stop', 'find', 'hear'),
    })
    expect(outcome.code).toBe(0)
    expect(stage.leftOver('eve')).toEqual(leftNothing)
  })

  test('no events, no command by the API, no call log: what is left is read, and pressed as *3', async ({
    open,
    expect,
  }) => {
    const stage = await open({ star26: false })
    stage.forbid('eve', /^(calld\.users\.me\.#|call-logd|events|websocketd)/)
    stage.allow('eve', 'calld.users.me.calls.read')
    const outcome = await stage.live()
    expect(statuses(outcome), outcome.output).toMatchObject({
      ...all('works', 'call', 'record', 'pause', 'resume', 'hang-up'),
      ...all('not-allowed', 'stop', 'find'),
      code: 'skipped',
    })
    expect(lines(outcome, 'record', 'asked')).toEqual(['to record, by digits (rfc4733)'])
    expect(outcome.code).toBe(0)
    expect(stage.leftOver('eve')).toEqual(leftNothing)
  })

  test('no word of himself: no line, no flags', async ({ open, expect }) => {
    const stage = await open()
    stage.forbid('eve', /^confd\.users\.me/)
    const outcome = await stage.live()
    expect(statuses(outcome), outcome.output).toMatchObject({ call: 'skipped', 'sign-out': 'works' })
    expect(statuses(outcome)).toMatchObject(all('not-allowed', 'flags', 'permanent-code'))
    expect(outcome.code).toBe(0)
    expect(stage.leftOver('eve')).toEqual(leftNothing)
  })
})

describe.concurrent('what does not work', () => {
  test('a wrong password', async ({ open, expect }) => {
    const outcome = await (await open()).live({ env: { TALLYLIGHT_LIVE_PASSWORD: 'an old passing phrase' } })
    expect(statuses(outcome), outcome.output).toMatchObject({ 'sign-in': 'failed', call: 'skipped', flags: 'skipped' })
    expect(outcome.code).toBe(1)
    expect(outcome.output).not.toContain('an old passing phrase')
  })

  test('another certificate: nothing is sent there, and what it shows is named', async ({ open, expect }) => {
    const stage = await open()
    const outcome = await stage.live({ env: { TALLYLIGHT_LIVE_FINGERPRINT: 'ab'.repeat(32) } })
    expect(why(outcome, 'sign-in')).toContain(stage.demo.fingerprint)
    expect(outcome.code).toBe(1)
    expect(await stage.demo.control({ do: 'state' })).toMatchObject({ requests: [] })
    const unknown = await stage.live({ env: { TALLYLIGHT_LIVE_FINGERPRINT: '' } })
    expect(why(unknown, 'sign-in')).toContain(stage.demo.fingerprint)
    expect(unknown.code).toBe(1)
    expect(await stage.demo.control({ do: 'state' })).toMatchObject({ requests: [] })
  })

  test('nobody there', async ({ open, expect }) => {
    const outcome = await (await open()).live({ env: { TALLYLIGHT_LIVE_SERVER: '127.0.0.1:1' } })
    expect(statuses(outcome), outcome.output).toMatchObject({ 'sign-in': 'failed', line: 'skipped' })
    expect(outcome.code).toBe(1)
  })

  test('a callee that is not there, and one that does not answer', async ({ open, expect }) => {
    const stage = await open({ star26: false })
    const nobody = await stage.live({ env: { TALLYLIGHT_LIVE_CALLEE: '9999' } })
    expect(statuses(nobody), nobody.output).toMatchObject({
      call: 'failed',
      record: 'skipped',
      flags: 'works',
      'sign-out': 'works',
    })
    expect(nobody.code).toBe(1)
    const rings = await stage.live({ env: { TALLYLIGHT_LIVE_CALLEE: '1046', TALLYLIGHT_LIVE_ANSWER_S: '2' } })
    expect(statuses(rings), rings.output).toMatchObject({
      call: 'failed',
      end: 'works',
      flags: 'works',
      'sign-out': 'works',
    })
    expect(why(rings, 'call')).toContain('somebody who answers did not come in 2 s')
    expect(stage.leftOver('eve')).toEqual(leftNothing)
  })

  test('a server that takes a command and does nothing', async ({ open, expect }) => {
    const stage = await open({ star26: false })
    await stage.demo.control({ do: 'faults', set: { http: [{ path: '/record/pause$', status: 204 }] } })
    const outcome = await stage.live()
    expect(statuses(outcome), outcome.output).toMatchObject({
      record: 'works',
      pause: 'failed',
      stop: 'works',
      hear: 'works',
    })
    expect(lines(outcome, 'pause', 'acknowledged')).toEqual(['"pause" was taken'])
    expect(why(outcome, 'pause')).toBe('it was acknowledged, and nothing happened: the server shows recording')
    expect([outcome.code, outcome.summary]).toMatchObject([1, { fine: false, failed: ['pause'] }])
    expect(stage.leftOver('eve')).toEqual(leftNothing)
  })

  test('a server that dies in the middle', async ({ open, expect }) => {
    const stage = await open()
    const server = spawn(process.execPath, [DEMO], { stdio: ['pipe', 'pipe', 'inherit'] })
    const [line] = (await once(server.stdout, 'data')) as [Buffer]
    const { url, fingerprint } = JSON.parse(line.toString()) as { url: string; fingerprint: string }
    const outcome = await stage.live({
      env: { TALLYLIGHT_LIVE_SERVER: url, TALLYLIGHT_LIVE_FINGERPRINT: fingerprint, TALLYLIGHT_LIVE_PASSWORD: 'demo' },
      meanwhile: ended => {
        if (ended.some(({ step }) => step === 'record')) server.kill('SIGKILL')
      },
    })
    expect(statuses(outcome), outcome.output).toMatchObject({
      record: 'works',
      ...all('failed', 'pause', 'stop', 'hang-up', ...FLAGS),
    })
    expect(why(outcome, 'set-back')).toContain('they were all off')
    expect(outcome.code).toBe(1)
  })
})

describe.concurrent('interrupted', () => {
  test('in a call it hangs up and signs out', async ({ open, expect }) => {
    const stage = await open()
    let interrupted = false
    const outcome = await stage.live({
      meanwhile: (ended, child) => {
        if (interrupted || !ended.some(({ step }) => step === 'record')) return
        interrupted = true
        child.kill('SIGINT')
      },
    })
    expect(statuses(outcome), outcome.output).toMatchObject({
      pause: 'skipped',
      'hang-up': 'works',
      'sign-out': 'works',
    })
    expect(outcome.code).toBe(130)
    expect(stage.leftOver('eve')).toEqual(leftNothing)
  })

  test('while a flag is changed it sets it back', async ({ open, expect }) => {
    const stage = await open()
    const { fields } = stage.user('desk')
    let interrupted = false
    const outcome = await stage.live({
      login: 'desk',
      meanwhile: (_ended, child) => {
        if (interrupted || fields.call_record_incoming_internal_enabled !== true) return
        interrupted = true
        child.kill('SIGINT')
      },
    })
    expect(interrupted).toBe(true)
    expect(statuses(outcome), outcome.output).toMatchObject({
      flags: 'skipped',
      'set-back': 'works',
      'sign-out': 'works',
    })
    expect(outcome.code).toBe(130)
    expect(Object.values(stage.flags('desk'))).toEqual([false, false, false, false])
    expect(stage.leftOver('desk')).toEqual(leftNothing)
  })

  test('while the code has changed the flags of one who may not set them, it dials it again', async ({
    open,
    expect,
  }) => {
    const stage = await open()
    const { fields } = stage.user('limited')
    let interrupted = false
    const outcome = await stage.live({
      login: 'limited',
      env: { TALLYLIGHT_LIVE_CALLEE: '9999' },
      meanwhile: (_ended, child) => {
        if (interrupted || fields.call_record_incoming_internal_enabled !== true) return
        interrupted = true
        child.kill('SIGINT')
      },
    })
    expect(statuses(outcome), outcome.output).toMatchObject({ 'permanent-code': 'skipped', 'set-back': 'works' })
    expect(outcome.code).toBe(130)
    expect(Object.values(stage.flags('limited'))).toEqual([false, false, false, false])
    expect(stage.leftOver('limited')).toEqual(leftNothing)
  })

  test('in the middle of signing in it leaves no token behind', async ({ open, expect }) => {
    const stage = await open()
    await stage.demo.control({ do: 'faults', set: { http: [{ path: '/confd/', delayMs: 300 }] } })
    let interrupted = false
    const outcome = await stage.live({
      meanwhile: (_ended, child) => {
        if (interrupted || stage.tokens.size === 0) return
        interrupted = true
        child.kill('SIGTERM')
      },
    })
    expect(statuses(outcome), outcome.output).toMatchObject({ 'sign-in': 'skipped', 'sign-out': 'works' })
    expect(outcome.code).toBe(130)
    expect(stage.leftOver('eve')).toEqual(leftNothing)
  })
})

test('without its variables it names each of them', async ({ open, expect }) => {
  const none = { TALLYLIGHT_LIVE_SERVER: '', TALLYLIGHT_LIVE_USER: '', TALLYLIGHT_LIVE_PASSWORD: '' }
  const outcome = await (await open()).live({ env: { ...none, TALLYLIGHT_LIVE_CALLEE: 'a + b' } })
  expect(outcome.code).toBe(2)
  for (const name of [...Object.keys(none), 'TALLYLIGHT_LIVE_CALLEE']) expect(outcome.output).toContain(`${name} is`)
})
