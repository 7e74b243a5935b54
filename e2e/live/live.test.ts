/** The live suite without a server: its variables, its steps, and what it prints. */
import { describe, expect, it } from 'vitest'
import { makeCertificate } from '../../electron/demo/certificate.ts'
import { jsonReport, textReport } from './report.ts'
import { Failed, NotAllowed, Run, Skipped, type StepResult } from './run.ts'
import { readSettings } from './settings.ts'

const complete = {
  TALLYLIGHT_LIVE_SERVER: 'pbx.example:8443',
  TALLYLIGHT_LIVE_USER: 'eve',
  TALLYLIGHT_LIVE_PASSWORD: 'secret',
  TALLYLIGHT_LIVE_CALLEE: '+1 418 555-0142',
}
const { certificatePem, fingerprint } = makeCertificate()
const read = (file: string) => {
  if (file === 'ca.pem') return certificatePem
  if (file === 'notes.txt') return 'no certificate'
  throw new Error('ENOENT')
}
const problems = (env: Record<string, string>) => {
  const settings = readSettings({ ...complete, ...env }, read)
  return 'problems' in settings ? settings.problems : []
}

describe('the variables', () => {
  it('are four, and the others have their usual values', () => {
    expect(readSettings(complete, read)).toEqual({
      server: 'pbx.example:8443',
      user: 'eve',
      password: 'secret',
      callee: '+14185550142',
      ca: null,
      fingerprint: null,
      external: false,
      answerS: 30,
      recordCode: '*3',
      permanentCode: '*26',
    })
  })

  it('take a fingerprint in any usual writing, or a file with the authority', () => {
    for (const written of [
      fingerprint,
      fingerprint.toLowerCase().replaceAll(':', ''),
      `SHA256 Fingerprint=${fingerprint}`,
    ])
      expect(readSettings({ ...complete, TALLYLIGHT_LIVE_FINGERPRINT: written }, read)).toMatchObject({ fingerprint })
    expect(readSettings({ ...complete, TALLYLIGHT_LIVE_CA: 'ca.pem' }, read)).toMatchObject({ ca: certificatePem })
  })

  it.each([
    ['SERVER', 'ftp://pbx'],
    ['SERVER', ''],
    ['USER', ''],
    ['PASSWORD', ''],
    ['CALLEE', 'a + b'],
    ['FINGERPRINT', 'AB:CD'],
    ['CA', 'none.pem'],
    ['CA', 'notes.txt'],
    ['DEVICE', 'desk'],
    ['ANSWER_S', 'soon'],
    ['ANSWER_S', '0'],
    ['RECORD_CODE', 'star3'],
    ['PERMANENT_CODE', '*'],
  ])('are named when they are wrong: %s "%s"', (name, value) => {
    const said = problems({ [`TALLYLIGHT_LIVE_${name}`]: value })
    expect(said).toHaveLength(1)
    expect(said[0]).toContain(`TALLYLIGHT_LIVE_${name} `)
  })

  it('are named when they are unknown, and when two of them exclude each other', () => {
    expect(problems({ TALLYLIGHT_LIVE_PASWORD: 'x' })).toEqual([expect.stringContaining('TALLYLIGHT_LIVE_PASWORD')])
    expect(problems({ TALLYLIGHT_LIVE_CA: 'ca.pem', TALLYLIGHT_LIVE_FINGERPRINT: fingerprint })).toHaveLength(1)
  })

  it('never show the password', () => {
    expect(problems({ TALLYLIGHT_LIVE_SERVER: '', TALLYLIGHT_LIVE_PASSWORD: 'hidden' }).join()).not.toContain('hidden')
  })
})

function newRun(interrupted = new AbortController().signal) {
  const told: StepResult[] = []
  const describe = (error: unknown) => (error instanceof Error ? error.message : String(error))
  return { told, run: new Run({ interrupted, describe, onStep: result => told.push(result) }) }
}

describe('a step', () => {
  it('ends as what it is', async () => {
    const { run, told } = newRun()
    expect(await run.step('a', 'A', {}, step => Promise.resolve(step.asked('x')))).toBe(true)
    for (const error of [
      new NotAllowed('no right'),
      new Skipped('not here'),
      new Failed('a lie'),
      new TypeError('a slip'),
    ])
      expect(await run.step(error.message, 'B', {}, () => Promise.reject(error))).toBe(false)
    expect(told.map(({ status }) => status)).toEqual(['works', 'not-allowed', 'skipped', 'failed', 'failed'])
    expect(told.at(2)?.lines).toEqual([{ word: 'why', text: 'not here', ms: null }])
  })

  it('is skipped when one that it needs does not work', async () => {
    const { run, told } = newRun()
    await run.step('call', 'Call', {}, () => Promise.reject(new Failed('busy')))
    await run.step('record', 'Record', { needs: ['call'] }, () => Promise.reject(new Error('never begun')))
    expect(told.at(-1)).toMatchObject({ status: 'skipped', ms: null, lines: [{ text: '"Call" comes first' }] })
  })

  it('that hangs says so and for what it waits, and must do nothing more', async () => {
    const { run, told } = newRun()
    let over = () => false
    await run.step('a', 'A', { limitS: 0.01 }, step => {
      step.waitingFor = 'the proof'
      over = () => step.over
      return new Promise(() => undefined)
    })
    expect(told[0]).toMatchObject({
      status: 'failed',
      lines: [{ text: expect.stringMatching(/hangs.*the proof/) as string }],
    })
    expect(over()).toBe(true)
  })

  it('is given up at an interruption; what cleans up still runs', async () => {
    const interruption = new AbortController()
    const { run, told } = newRun(interruption.signal)
    const hanging = run.step('a', 'A', {}, () => new Promise(() => undefined))
    interruption.abort()
    await hanging
    await run.step('b', 'B', {}, () => Promise.resolve())
    await run.step('c', 'C', { cleansUp: true }, () => Promise.resolve())
    expect(told.map(({ status }) => status)).toEqual(['skipped', 'skipped', 'works'])
  })
})

const results: readonly StepResult[] = [
  {
    step: 'record',
    title: 'Record',
    status: 'works',
    ms: 12,
    lines: [
      { word: 'asked', text: 'to record, by the API', ms: null },
      { word: 'proven', text: 'the server shows: recording, with \u001b[31m\u202eEve', ms: 9 },
    ],
  },
  { step: 'pause', title: 'Pause', status: 'not-allowed', ms: 1, lines: [{ word: 'why', text: 'too old', ms: null }] },
  {
    step: 'hear',
    title: 'Hear',
    status: 'failed',
    ms: 1,
    lines: [{ word: 'why', text: 'silent '.repeat(30), ms: null }],
  },
]

describe('what is printed', () => {
  it('is aligned, for a person, and hands no control character of a server to the terminal', () => {
    const report = textReport(false)
    const [first = '', second = '', third = ''] = report.step(results[0] ?? failing()).split('\n')
    expect(first).toMatch(/^ {2}works {8}Record +12 ms$/)
    expect(third.indexOf('9 ms') + 4).toBe(first.length)
    expect(second.indexOf('to record')).toBe(third.indexOf('the server'))
    const text = results.map(result => report.step(result)).join('') + report.summary(results)
    expect(text).not.toMatch(/[^\n\P{C}]/u)
    for (const line of text.split('\n')) expect(line.length).toBeLessThan(100)
  })

  it('ends with what works, what is not allowed and what failed, each with its reason', () => {
    const summary = textReport(false).summary(results)
    expect(summary).toContain('  works        Record\n')
    expect(summary).toContain('  not allowed  Pause: too old\n')
    expect(summary).toMatch(/FAILED +Hear: silent/)
    expect(summary).toContain('Something does not work here.')
    expect(textReport(false).summary(results.slice(0, 2))).toContain('All that this server allows this user works.')
  })

  it('is for machines one JSON object a line', () => {
    const lines = (results.map(result => jsonReport.step(result)).join('') + jsonReport.summary(results)).split('\n')
    expect(lines.pop()).toBe('')
    expect(lines.map(line => JSON.parse(line) as unknown)).toEqual([
      ...results,
      { summary: { fine: false, works: ['record'], notAllowed: ['pause'], skipped: [], failed: ['hear'] } },
    ])
  })
})

function failing(): never {
  throw new Error('no result')
}
