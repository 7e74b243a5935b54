/** Snapshots of everyday states, to be changed by each test. */
import { NO_DEVICES } from '../../shared/devices.ts'
import { type AccountView, type Stage } from '../../shared/account.ts'
import { type Alarm } from '../../shared/alarms.ts'
import { type AutomaticView, type Flags } from '../../shared/automatic.ts'
import { type CallView, type LastCall } from '../../shared/call.ts'
import { type CertificateView } from '../../shared/failure.ts'
import { NO_EXPORTING } from '../../shared/exporting.ts'
import { type KeepingView, NO_KEEPING, NO_RULE } from '../../shared/keeping.ts'
import { type Entry, type Part } from '../../shared/library/entry.ts'
import { entryOf } from '../../shared/library/entry.testing.ts'
import { type Outline } from '../../shared/library/query.ts'
import { type LibraryView, NO_LIBRARY } from '../../shared/library/view.ts'
import { type Place, type RecordingView } from '../../shared/recording/view.ts'
import { Settings } from '../../shared/settings.ts'
import { EVERYTHING } from '../../shared/snapshots.testing.ts'
import { type Snapshot } from '../../shared/snapshot.ts'

/** 14:08:12 there. */
export const AT = Date.UTC(2026, 10, 23, 19, 8, 12)
export const ZONE = 'America/Montreal'
/** 14:05:12. */
export const EARLIER = AT - 180_000

export const place = (press: Place['press'], label: Place['label'], barred: Place['barred'] = null): Place => ({
  press,
  label,
  barred,
  ask: null,
})

/** A leg that is not recorded and can be. */
export const off: RecordingView = {
  proof: { kind: 'off', since: AT - 100_000, at: AT - 3_000 },
  wish: null,
  refusal: null,
  main: place('start', 'record'),
  stop: null,
  planned: false,
  route: 'calld',
  ways: [{ route: 'calld', standing: 'next', why: 'names-it' }],
  canTry: false,
  recordedMs: 0,
  runningSince: null,
  firstRecordedAt: null,
  sentAt: null,
  settlesIn: 0,
}
export const recording: RecordingView = {
  ...off,
  proof: { kind: 'recording', since: AT - 252_000, at: AT - 3_000 },
  main: place('pause', 'pause'),
  stop: place('stop', 'stop'),
  runningSince: AT - 252_000,
  firstRecordedAt: AT - 252_000,
}
export const paused: RecordingView = {
  ...recording,
  proof: { kind: 'paused', since: AT - 20_000, at: AT - 2_000 },
  main: place('resume', 'resume'),
  recordedMs: 232_000,
  runningSince: null,
}
export const unknown: RecordingView = {
  ...off,
  proof: { kind: 'unknown', why: 'no-answer', last: { kind: 'recording', at: EARLIER } },
  main: place('start', 'record-anyway'),
  stop: place('check', 'check'),
}
/** The state unknown, and only the code left. */
export const askFirst: RecordingView = {
  ...unknown,
  main: { ...place('start', 'send-code'), ask: 'may-pause' },
  route: 'rfc4733',
  ways: [
    { route: 'calld', standing: 'refused', why: 'refused' },
    { route: 'rfc4733', standing: 'not-now', why: 'ask-first' },
    { route: 'info', standing: 'not-now', why: 'ask-first' },
    { route: 'record-info', standing: 'not-here', why: 'only-bare' },
    { route: 'calld-dtmf', standing: 'not-now', why: 'not-proven' },
  ],
}
/** A call on the desk phone that nothing reaches for certain. */
export const outOfReach: RecordingView = {
  ...off,
  main: place('start', 'record', 'no-route'),
  route: null,
  ways: [
    { route: 'calld', standing: 'not-here', why: 'not-offered' },
    { route: 'rfc4733', standing: 'not-here', why: 'no-phone' },
    { route: 'info', standing: 'not-here', why: 'no-phone' },
    { route: 'record-info', standing: 'not-here', why: 'no-phone' },
    { route: 'calld-dtmf', standing: 'not-now', why: 'untried' },
  ],
  canTry: true,
}
export const byPolicy: RecordingView = {
  ...recording,
  main: place('pause', 'pause', 'by-policy'),
  stop: place('stop', 'stop', 'by-policy'),
  refusal: { want: 'pause', reason: 'by-policy', route: 'calld', next: null, at: AT },
}
export const planned: RecordingView = {
  ...off,
  proof: { kind: 'unknown', why: 'not-read', last: null },
  planned: true,
  main: place('unplan', 'unplan'),
}
export const unprovable: RecordingView = {
  ...off,
  proof: { kind: 'unprovable' },
  main: place('send-code', 'send-code'),
  sentAt: EARLIER,
  route: 'rfc4733',
}

export const call = (of: RecordingView = off, more: Partial<CallView> = {}): CallView => ({
  id: 'call-1',
  conversation: '1700000000.41',
  device: 'here',
  status: 'up',
  outgoing: true,
  peer: { name: 'Marie Tremblay', number: '+14185550142' },
  startedAt: AT - 345_000,
  answeredAt: AT - 340_000,
  muted: false,
  onHold: false,
  hold: more.onHold === true ? 'held' : 'no',
  spokenAt: more.status === 'ringing-in' ? null : AT,
  can: { answer: more.status === 'ringing-in', hold: true, mute: true, keypad: true, transfer: true },
  transfer: null,
  audio: { quality: 'good', heard: 0.1, spoken: 0.1, rttMs: 23, jitterMs: 4, lossIn: 0.004, lossOut: 0 },
  recordingAfterTransfer: 'ends',
  consultFor: null,
  isCode: false,
  zone: 'outside',
  automatic: { due: 'no', why: [], missing: false },
  recording: of,
  marks: 0,
  serverId: '1700000000.42',
  ...more,
})

export const account: AccountView = {
  kind: 'wazo',
  server: 'voice.example.com',
  name: 'Eve Gagnon',
  extension: '1042',
  use: 'phone',
  phonePossible: true,
  remembered: true,
  capabilities: EVERYTHING,
  folder: null,
}
export const ready = (more: Partial<AccountView> = {}): Stage => ({ stage: 'ready', account: { ...account, ...more } })
export const signedOut = (more: Partial<Extract<Stage, { stage: 'signed-out' }>> = {}): Stage => ({
  stage: 'signed-out',
  reason: null,
  server: 'voice.example.com',
  username: 'eve@example.com',
  folder: null,
  ...more,
})

const flags: Flags = {
  outgoingExternal: true,
  outgoingInternal: false,
  incomingExternal: false,
  incomingInternal: false,
}
export const automatic: AutomaticView = {
  means: 'api',
  grid: 'four',
  proof: { kind: 'known', flags, at: AT - 60_000 },
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

/** An open library, read a minute ago. */
export const openLibrary: LibraryView = {
  ...NO_LIBRARY,
  state: 'open',
  callLog: { state: 'idle', done: 0, total: null, completeAt: AT - 60_000, failure: null },
}

export const idle: Snapshot = {
  at: AT,
  stage: ready(),
  language: 'en',
  settings: Settings.parse({ theme: 'light', guide: 'closed' }),
  link: { state: 'live', since: AT },
  phone: { state: 'registered', status: null, microphone: 'unused', silentWhy: null, devices: NO_DEVICES },
  library: openLibrary,
  keeping: NO_KEEPING,
  exporting: NO_EXPORTING,
  calls: [],
  lastCall: null,
  recentCalls: [],
  callFailure: null,
  automatic,
  selfGrant: { offered: false, grantedAt: null, settling: false },
  policy: { selfGrant: 'allowed', problem: null },
  guide: { called: false, recorded: false, listed: false },
  alarms: [],
  reminders: [],
  shell: { question: null, keyed: null, keysRefused: [], callLink: null, slept: null },
}
export const inCall = (of: RecordingView = off, more: Partial<CallView> = {}): Snapshot => ({
  ...idle,
  calls: [call(of, more)],
})
/** Of a call with Marie Tremblay, still unanswered. */
export const alarm = (kind: Alarm['kind'], more: Partial<Alarm> = {}): Alarm => ({
  id: `${kind}:call-1`,
  kind,
  call: 'call-1',
  peer: { name: 'Marie Tremblay', number: '+14185550142' },
  since: EARLIER,
  last: kind === 'lost' ? { kind: 'recording', at: EARLIER } : null,
  resolved: null,
  elsewhere: false,
  endedAt: null,
  ...more,
})
/** The same state in another language and look. */
export const seenIn = (
  snapshot: Snapshot,
  language: Snapshot['language'],
  theme: Snapshot['settings']['theme'] = 'light',
): Snapshot => ({ ...snapshot, language, settings: { ...snapshot.settings, theme } })

/** 128 copies here, sealed by the keyring, and more to come. */
export const kept: KeepingView = {
  ...NO_KEEPING,
  state: 'open',
  guard: 'keyring',
  keyring: true,
  rule: { ...NO_RULE, what: 'recent' },
  copies: 128,
  bytes: 1_234_000_000,
  work: 'fetching',
  left: 12,
  sealedNames: false,
}

export const certificate: CertificateView = {
  host: 'voice.example.com:443',
  fingerprint: Array.from({ length: 32 }, (_, index) => (index * 7 + 16).toString(16).toUpperCase()).join(':'),
  subject: 'CN=voice.example.com, O=Example',
  issuer: 'CN=voice.example.com, O=Example',
  validFrom: '2026-01-02T00:00:00Z',
  validTo: '2036-01-02T00:00:00Z',
}

/** A call of 05:40, recorded from 01:28 with one pause, that ended just now. */
export const lastCall: LastCall = {
  id: 'call-1',
  conversation: '1700000000.41',
  peer: { name: 'Marie Tremblay', number: '+14185550142' },
  outgoing: true,
  startedAt: AT - 345_000,
  endedAt: AT,
  end: 'talked',
  callMs: 340_000,
  recordedMs: 232_000,
  pauses: 1,
  timeline: [
    { fromMs: 0, toMs: 88_000, kind: 'not-recorded' },
    { fromMs: 88_000, toMs: 240_000, kind: 'recorded' },
    { fromMs: 240_000, toMs: 260_000, kind: 'paused' },
    { fromMs: 260_000, toMs: 340_000, kind: 'recorded' },
  ],
  files: [],
  provable: true,
  asked: { at: AT - 252_000, route: 'calld', refusal: null },
  forbidden: false,
  sentAt: null,
  due: 'no',
}
export const notRecorded: LastCall = {
  ...lastCall,
  recordedMs: 0,
  pauses: 0,
  timeline: [{ fromMs: 0, toMs: 340_000, kind: 'not-recorded' }],
  asked: null,
}

const HOUR = 3_600_000
export const entry = (index: number, more: Partial<Entry> = {}): Entry =>
  entryOf({
    id: `entry-${index}`,
    startedAt: AT - index * 5 * HOUR,
    callMs: 340_000,
    outgoing: index % 2 === 0,
    peer: { name: `Person ${index}`, number: `1${index}` },
    parts: [partOf(index)],
    fromMs: 88_000,
    recordedMs: 252_000,
    ...more,
  })
export const partOf = (index: number, more: Partial<Part> = {}): Part => ({
  id: `part-${index}`,
  startedAt: AT - index * 5 * HOUR + 88_000,
  durationMs: 252_000,
  hearing: 'yes',
  kept: false,
  maybeOthers: false,
  fileName: `call-${index}.wav`,
  ...more,
})
export const unplayable = (index: number, hearing: Part['hearing']): Entry =>
  entry(index, { recordedMs: null, parts: [partOf(index, { durationMs: null, hearing })] })

/** What a library of just these entries answers, newest first, whatever it is asked for. */
export const listing = (entries: readonly Entry[]) => ({
  'library:list': ({ at }: { at: { day: string; skip: number } | null }) => {
    const first = at === null ? 0 : entries.findIndex(({ startedAt }) => dayOf(startedAt) <= at.day) + at.skip
    return { ok: true as const, value: { entries: entries.slice(first) } }
  },
  'library:outline': () => ({ ok: true as const, value: outlineOf(entries) }),
  'library:entry': ({ entry: id }: { entry: string }) => ({
    ok: true as const,
    value: entries.find(one => one.id === id) ?? null,
  }),
})

const calendar = new Intl.DateTimeFormat('en-CA', { timeZone: ZONE, dateStyle: 'short' })
const dayOf = (at: number) => calendar.format(at)

function outlineOf(entries: readonly Entry[]): Outline {
  const days = new Map<string, number>()
  for (const { startedAt } of entries) days.set(dayOf(startedAt), (days.get(dayOf(startedAt)) ?? 0) + 1)
  return { total: entries.length, days: [...days] }
}
