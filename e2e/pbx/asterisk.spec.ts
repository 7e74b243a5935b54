// The real Asterisk by itself, driven by the headless phone: what the suites with the app stand on.
import { once } from 'node:events'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect } from 'node:tls'
import { createPhone, type Phone } from '../phone/phone.ts'
import { type PhoneCall } from '../phone/call.ts'
import { account } from './asterisk/asterisk.ts'
import { expect, test } from './fixtures.ts'
import { watchRecordings } from './recordings.ts'

/**
 * What the phone speaks, hertz; 600 sends it back. Ten whole waves a packet (20 ms), so that a recording of both never
 * cancels it out, however late the echo is.
 */
const TONE = 500

test('listens on loopback only', ({ asterisk }) => {
  const addresses = listening(asterisk.pid)
  // 0100007F: 127.0.0.1 as the kernel writes it, low byte first.
  expect(new Set(addresses)).toEqual(new Set(['0100007F']))
  expect(addresses.length).toBeGreaterThanOrEqual(2)
})

test('shows the certificate whose fingerprint it names', async ({ asterisk }) => {
  const { hostname, port } = new URL(asterisk.wss)
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  expect(socket.getPeerCertificate().fingerprint256).toBe(asterisk.certificateFingerprint)
  socket.destroy()
})

test('registers over WebSocket and over TLS, and refuses a wrong password', async ({ asterisk, registered }) => {
  await registered('1001')
  await registered('1002', { server: asterisk.wss, trustAnyCertificate: true })
  const contacts = await asterisk.cli('pjsip show contacts')
  expect(contacts).toMatch(/Contact: +1001\//)
  expect(contacts).toMatch(/Contact: +1002\//)
  const stranger = await createPhone({ server: asterisk.ws, ...account('1001'), password: 'wrong' })
  expect(await stranger.register()).toBe(401)
  await stranger.close()
})

test('refuses calls as a provider does', async ({ registered }) => {
  const phone = await registered('1001')
  const refusals = { 610: 486, 611: 403, 612: 503, 613: 404, 614: 480, 615: 488, 616: 500, 699: 404, 1003: 480 }
  for (const [number, status] of Object.entries(refusals)) {
    const call = await phone.call(number)
    expect(await call.outcome, number).toBe(status)
  }
})

test('hears digits by RFC 4733 and by INFO', async ({ asterisk, registered }) => {
  const phone = await registered('1002')
  const call = await established(phone, '620')
  await expect.poll(() => call.media.heardMs, { timeout: 10_000 }).toBeGreaterThan(0)
  call.sendDigits('*3')
  await expect.poll(() => asterisk.digitsHeard('1002'), { timeout: 10_000 }).toBe('*3')
  expect(await call.sendInfo('*26#')).toEqual([200, 200, 200, 200])
  await expect.poll(() => asterisk.digitsHeard('1002'), { timeout: 10_000 }).toBe('*3*26#')
  await call.hangUp()
})

for (const [user, how] of [
  ['1002', 'RFC 4733'],
  ['1002', 'INFO'],
  ['1004', 'INFO'],
] as const) {
  test(`*3 of ${user} by ${how} records, the second one ends it`, async ({ registered, recordings }) => {
    const call = await established(await registered(user, { tone: TONE }), '600')
    await echoed(call)
    await press(call, how)
    const name = await recordings.next()
    expect(name).toMatch(new RegExp(`^auto-\\d+-${user}-600\\.wav$`))
    expect(recordings.measure(name).closed).toBe(false)
    await recordings.grown(name, 2)
    await press(call, how)
    const wav = await recordings.closed(name)
    expect(wav).toMatchObject({ rate: 8000, channels: 1 })
    expect(wav.seconds).toBeGreaterThan(2)
    expect(wav.rms).toBeGreaterThan(0.05)
    expect(wav.share(TONE)).toBeGreaterThan(0.5)
    await call.hangUp()
    expect(recordings.names()).toEqual([name])
  })
}

test('the hang-up closes a recording', async ({ registered, recordings }) => {
  const call = await established(await registered('1002'), '601')
  await expect.poll(() => call.media.rms(200), { timeout: 10_000 }).toBeGreaterThan(0.05)
  await press(call, 'RFC 4733')
  const name = await recordings.next()
  await recordings.grown(name, 2)
  await call.hangUp()
  const wav = await recordings.closed(name)
  expect(wav.share(1004) + wav.share(TONE)).toBeGreaterThan(0.5)
})

test('*3 is lost without a bridge', async ({ asterisk, registered, recordings }) => {
  const call = await established(await registered('1002', { tone: TONE }), '602')
  await echoed(call)
  expect(await call.sendInfo('*3')).toEqual([200, 200])
  const after = call.media.heardMs
  await expect.poll(() => call.media.heardMs - after, { timeout: 10_000 }).toBeGreaterThan(1500)
  expect(recordings.names()).toEqual([])
  expect(await asterisk.channels()).toHaveLength(1)
})

test('INFO with "Record: on" is heard where the user may, and 403 where not', async ({ registered, recordings }) => {
  const allowed = await established(await registered('1001'), '600')
  expect(await allowed.info(null, '', ['Record: on'])).toBe(200)
  expect(await recordings.next()).toMatch(/^auto-\d+-1001-600\.wav$/)
  const refused = await established(await registered('1003'), '600')
  expect(await refused.info(null, '', ['Record: on'])).toBe(403)
})

test('one user calls another, both hear, the called one records', async ({ registered, recordings }) => {
  const [caller, called] = [await registered('1001', { tone: 500 }), await registered('1002', { tone: 900 })]
  const out = await caller.call('1002')
  const back = await called.nextIncoming()
  expect(back.remoteUser).toBe('1001')
  await back.answer()
  expect(await out.outcome).toBe(200)
  await expect.poll(() => out.media.level(900, 200), { timeout: 10_000 }).toBeGreaterThan(0.1)
  await expect.poll(() => back.media.level(500, 200), { timeout: 10_000 }).toBeGreaterThan(0.1)
  await press(back, 'INFO')
  const name = await recordings.next()
  expect(name).toMatch(/^auto-\d+-1002-1001\.wav$/)
  await recordings.grown(name, 2)
  await out.hangUp()
  await back.ended
  const wav = await recordings.closed(name)
  expect(wav.share(500)).toBeGreaterThan(0.2)
  expect(wav.share(900)).toBeGreaterThan(0.2)
})

test('*26 records the next call, *26 again does not', async ({ asterisk, registered, recordings }) => {
  const phone = await registered('1002', { tone: TONE })
  await dialToEnd(phone, '*26')
  expect(await asterisk.permanentRecording('1002')).toBe(true)
  expect(await asterisk.cli('core show hint *7352***226')).toContain('State:InUse')

  const recorded = await established(phone, '600')
  const name = await recordings.next()
  expect(name).toMatch(/^1002-600-\d+\.wav$/)
  await recordings.grown(name, 2)
  await recorded.hangUp()
  expect((await recordings.closed(name)).share(TONE)).toBeGreaterThan(0.5)

  await dialToEnd(phone, '*26')
  expect(await asterisk.permanentRecording('1002')).toBe(false)
  expect(await asterisk.cli('core show hint *7352***226')).toContain('State:Idle')
  const plain = await established(phone, '600')
  await echoed(plain)
  await plain.hangUp()
  expect(recordings.names()).toEqual([name])
})

test('*3 as Wazo has it: start, pause, resume into one file', async ({ ownAsterisk, registered }) => {
  const asterisk = await ownAsterisk({ dialect: 'start-pause-resume' })
  const recordings = watchRecordings(asterisk)
  const call = await established(await registered('1002', { server: asterisk.ws, tone: TONE }), '600')
  await echoed(call)
  await press(call, 'INFO')
  const name = await recordings.next()
  await recordings.grown(name, 2)
  await press(call, 'INFO')
  const first = await recordings.closed(name)
  await beepOver(call)
  await press(call, 'INFO')
  await expect.poll(() => recordings.measure(name).closed, { timeout: 10_000, intervals: [50] }).toBe(false)
  await recordings.grown(name, first.seconds + 2)
  await call.hangUp()
  await recordings.closed(name)
  expect(recordings.names()).toEqual([name])
})

test('freezes, thaws, dies, and leaves its recording open', async ({ ownAsterisk, registered }) => {
  const asterisk = await ownAsterisk()
  const recordings = watchRecordings(asterisk)
  const phone = await registered('1002', { server: asterisk.ws, tone: TONE })
  asterisk.freeze()
  const answer = phone.register()
  await expect.poll(() => processState(asterisk.pid)).toBe('T')
  asterisk.thaw()
  expect(await answer).toBe(200)
  const call = await established(phone, '600')
  await echoed(call)
  await press(call, 'INFO')
  const name = await recordings.next()
  await recordings.grown(name, 2)
  await asterisk.kill()
  expect(() => process.kill(asterisk.pid, 0)).toThrow('ESRCH')
  const wav = recordings.measure(name)
  expect(wav.closed).toBe(false)
  expect(wav.share(TONE)).toBeGreaterThan(0.5)
})

async function established(phone: Phone, number: string): Promise<PhoneCall> {
  const call = await phone.call(number)
  expect(await call.outcome, `the answer of ${number}`).toBe(200)
  return call
}

/** Until our own tone comes back: then the bridge stands, and digits are heard. */
async function echoed(call: PhoneCall): Promise<void> {
  await expect.poll(() => call.media.level(TONE, 200), { timeout: 10_000 }).toBeGreaterThan(0.1)
}

/** Until our tone was heard again for long enough after the courtesy tone (0.44 s), while which digits are lost. */
async function beepOver(call: PhoneCall): Promise<void> {
  call.media.forget()
  await expect.poll(() => call.media.heardMs, { timeout: 10_000 }).toBeGreaterThan(1000)
  await echoed(call)
}

async function press(call: PhoneCall, how: 'RFC 4733' | 'INFO'): Promise<void> {
  if (how === 'INFO') expect(await call.sendInfo('*3')).toEqual([200, 200])
  else call.sendDigits('*3')
}

async function dialToEnd(phone: Phone, number: string): Promise<void> {
  const call = await established(phone, number)
  await call.ended
}

/** The letter of proc(5): S sleeps, T is stopped. */
function processState(pid: number): string | undefined {
  return /\) (\w) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1]
}

/** The addresses at which a process listens by TCP, in the kernel's writing (proc(5), net/tcp). */
function listening(pid: number): string[] {
  const sockets = readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
    const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
    return inode === undefined ? [] : [inode]
  })
  const LISTEN = '0A'
  return ['tcp', 'tcp6']
    .flatMap(name => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n').slice(1))
    .map(line => line.trim().split(/\s+/))
    .flatMap(([, local, , state, , , , , , inode]) =>
      state === LISTEN && inode !== undefined && sockets.includes(inode) ? [local?.split(':')[0] ?? ''] : [],
    )
}
