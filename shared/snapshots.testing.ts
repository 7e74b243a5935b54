/** Calls, recordings and snapshots for tests: everyday ones, and any that the schemas allow. */
import { NO_DEVICES } from './devices.ts'
import fc from 'fast-check'
import { type Capabilities } from './account.ts'
import { type AutomaticView, NOT_DUE } from './automatic.ts'
import { NO_EXPORTING } from './exporting.ts'
import { NO_KEEPING } from './keeping.ts'
import { NO_LIBRARY } from './library/view.ts'
import { type CallView } from './call.ts'
import { type Place, type RecordingView } from './recording/view.ts'
import { Settings } from './settings.ts'
import { type Snapshot } from './snapshot.ts'

export const AT = Date.parse('2026-11-23T14:05:12Z')

/** A server of today, and a user who may do all. */
export const EVERYTHING: Capabilities = {
  version: '26.08',
  recordApi: true,
  pauseApi: true,
  readCalls: true,
  events: true,
  permanentRead: true,
  permanentWrite: true,
  originate: true,
  listRecordings: true,
  playRecordings: true,
  mayRecord: true,
}

export const quiet: RecordingView = {
  proof: { kind: 'off', since: AT, at: AT },
  wish: null,
  refusal: null,
  main: { press: 'start', label: 'record', barred: null, ask: null },
  stop: null,
  planned: false,
  route: 'calld',
  ways: [],
  canTry: false,
  recordedMs: 0,
  runningSince: null,
  firstRecordedAt: null,
  sentAt: null,
  settlesIn: 0,
}
const stop: Place = { press: 'stop', label: 'stop', barred: null, ask: null }
export const running: RecordingView = {
  ...quiet,
  proof: { kind: 'recording', since: AT, at: AT },
  main: { press: 'pause', label: 'pause', barred: null, ask: null },
  stop,
  runningSince: AT,
  firstRecordedAt: AT,
}
export const inPause: RecordingView = {
  ...running,
  proof: { kind: 'paused', since: AT, at: AT },
  main: { press: 'resume', label: 'resume', barred: null, ask: null },
  runningSince: null,
}
export const lost = (kind: 'off' | 'recording' | 'paused' | null, at = AT): RecordingView => ({
  ...running,
  proof: { kind: 'unknown', why: 'no-answer', last: kind === null ? null : { kind, at } },
  main: { press: 'start', label: 'record-anyway', barred: null, ask: null },
  stop: { press: 'check', label: 'check', barred: null, ask: null },
  runningSince: null,
})

export const callOf = (recording: RecordingView = quiet, more: Partial<CallView> = {}): CallView => ({
  id: 'a',
  conversation: null,
  device: 'here',
  status: 'up',
  outgoing: true,
  peer: { name: 'Marie Tremblay', number: '1002' },
  startedAt: AT,
  answeredAt: AT,
  muted: false,
  onHold: false,
  hold: more.onHold === true ? 'held' : 'no',
  spokenAt: more.status === 'ringing-in' ? null : AT,
  can: { answer: more.status === 'ringing-in', hold: true, mute: true, keypad: true, transfer: true },
  transfer: null,
  audio: null,
  recordingAfterTransfer: 'ends',
  consultFor: null,
  isCode: false,
  zone: 'outside',
  automatic: { ...NOT_DUE, missing: false },
  recording,
  marks: 0,
  serverId: null,
  ...more,
})

/** Automatic recording before anything was read of it. */
export const notRead: AutomaticView = {
  means: 'api',
  grid: 'four',
  proof: { kind: 'unknown', last: null, at: null },
  wish: null,
  settling: false,
  refusal: null,
  undo: null,
  changedAt: null,
  elsewhere: null,
  code: '*26',
  codeBy: 'phone',
  calling: false,
}

export const snapshotOf = (calls: readonly CallView[] = [], more: Partial<Snapshot> = {}): Snapshot => ({
  at: AT,
  stage: {
    stage: 'ready',
    account: {
      kind: 'wazo',
      server: 'voice.example.com',
      name: 'Eve',
      extension: '1042',
      use: 'phone',
      phonePossible: true,
      remembered: true,
      capabilities: null,
      folder: null,
    },
  },
  language: 'en',
  settings: Settings.parse({}),
  link: { state: 'live', since: AT },
  phone: { state: 'registered', status: null, microphone: 'unused', silentWhy: null, devices: NO_DEVICES },
  calls: [...calls],
  lastCall: null,
  recentCalls: [],
  callFailure: null,
  automatic: notRead,
  selfGrant: { offered: false, grantedAt: null, settling: false },
  policy: { selfGrant: 'allowed', problem: null },
  guide: { called: false, recorded: false, listed: false },
  library: NO_LIBRARY,
  keeping: NO_KEEPING,
  exporting: NO_EXPORTING,
  alarms: [],
  reminders: [],
  shell: { question: null, keyed: null, keysRefused: [], callLink: null, slept: null },
  ...more,
})

const at = fc.integer({ min: AT - 1e7, max: AT + 1e7 })
const want = fc.constantFrom('start', 'pause', 'resume', 'stop')
const seen = fc.constantFrom('off', 'recording', 'paused')
const route = fc.option(fc.constantFrom('calld', 'rfc4733', 'info'))

/** Any view of a recording; its places are those that fit the proof. */
export const anyRecording: fc.Arbitrary<RecordingView> = fc
  .record({
    shape: fc.oneof(
      fc.constantFrom(quiet, running, inPause),
      fc.option(seen).map(kind => lost(kind)),
      fc.constant({ ...quiet, proof: { kind: 'unprovable' as const } }),
    ),
    wish: fc.option(fc.record({ want, since: at })),
    refusal: fc.option(
      fc.record({
        want,
        reason: fc.constantFrom('not-allowed', 'no-bridge', 'server-trouble', 'nothing-happened', 'no-route'),
        route,
        next: route,
        at,
      }),
    ),
    since: at,
  })
  .map(({ shape, wish, refusal, since }): RecordingView => {
    const barred = wish === null ? null : 'wish-open'
    const bar = (place: Place | null) => (place === null ? null : { ...place, barred: barred ?? place.barred })
    const proof = 'since' in shape.proof ? { ...shape.proof, since, at: since } : shape.proof
    return { ...shape, proof, wish, refusal, main: bar(shape.main), stop: bar(shape.stop) }
  })

/** Names as callers send them: empty, long, from right to left, with what steers text. */
const anyName = fc.oneof(
  fc.constantFrom('', 'Marie Tremblay', '\u202eevil', 'x'.repeat(300), 'Quit & Save', '\u0645\u0631\u064a\u0645'),
  fc.string({ maxLength: 30 }),
)

export const anyCall = (id: string): fc.Arbitrary<CallView> =>
  fc
    .record({
      recording: anyRecording,
      status: fc.constantFrom('dialing', 'ringing-out', 'ringing-in', 'up'),
      device: fc.constantFrom('here', 'elsewhere'),
      outgoing: fc.boolean(),
      onHold: fc.boolean(),
      muted: fc.boolean(),
      isCode: fc.boolean(),
      peer: fc.record({ name: anyName, number: anyName }),
    })
    .map(({ recording, ...more }) => callOf(recording, { id, ...more }))

export const anyCalls: fc.Arbitrary<CallView[]> = fc
  .record({ count: fc.nat(3), a: anyCall('a'), b: anyCall('b'), c: anyCall('c') })
  .map(({ count, a, b, c }) => [a, b, c].slice(0, count))

export const anySnapshot: fc.Arbitrary<Snapshot> = fc
  .record({ calls: anyCalls, language: fc.constantFrom('en', 'fr', 'fr-CA') })
  .map(({ calls, language }) => snapshotOf(calls, { language }))
