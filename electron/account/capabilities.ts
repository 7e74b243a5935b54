/** What this server and this user's rights allow: probed, not guessed (wazo.md 11.3). */
import { type Capabilities } from '../../shared/account.ts'
import { atLeast } from '../../shared/version.ts'
import { type Auth } from '../wazo/auth.ts'
import { type CallLog } from '../wazo/callLog.ts'
import { type Calld } from '../wazo/calld.ts'
import { type Confd, type WazoUser } from '../wazo/confd.ts'
import { WazoError } from '../wazo/errors.ts'
import { type TokenSource } from '../wazo/http.ts'

const SCOPES = {
  readUser: 'confd.users.me.read',
  writeUser: 'confd.users.me.update',
  readCalls: 'calld.users.me.calls.read',
  originate: 'calld.users.me.calls.create',
  start: 'calld.users.me.calls.1.record.start.update',
  stop: 'calld.users.me.calls.1.record.stop.update',
  pause: 'calld.users.me.calls.1.record.pause.update',
  resume: 'calld.users.me.calls.1.record.resume.update',
  listCdr: 'call-logd.users.me.cdr.read',
  media: 'call-logd.users.me.cdr.1.recordings.1.media.read',
  eventsOfCalls: 'events.calls.me',
  events: 'websocketd',
} as const

export interface Probed {
  readonly auth: Pick<Auth, 'scopes'>
  readonly tokens: TokenSource
  readonly confd: Pick<Confd, 'version'>
  readonly calld: Pick<Calld, 'record'>
  readonly callLog: Pick<CallLog, 'list' | 'mayHear'>
  /** Null: the user may not read himself. */
  readonly user: WazoUser | null
}

/** Throws what the network throws; a service that is down (5xx) is judged by the server's version instead. */
export async function detectCapabilities({ auth, tokens, confd, calld, callLog, user }: Probed): Promise<Capabilities> {
  const [version, scopes] = await Promise.all([
    orElse(confd.version(), null),
    tokens.current().then(token => auth.scopes(token, Object.values(SCOPES))),
  ])
  // A server that cannot tell (before 20.13): rights are assumed, and learnt from its answers.
  const granted = (...names: (keyof typeof SCOPES)[]) =>
    scopes === null || names.every(name => scopes[SCOPES[name]] === true)
  const since = (year: number, number: number) => version !== null && atLeast(version, [year, number])
  const [startRoute, pauseRoute, lists, hears] = await Promise.all([
    granted('start', 'stop') ? hasRecordRoute(calld, 'start') : false,
    granted('pause', 'resume') ? hasRecordRoute(calld, 'pause') : false,
    granted('listCdr') ? tellsRecordings(callLog, since(21, 2)) : false,
    granted('media') ? orElse(callLog.mayHear(), null) : false,
  ])
  const flags = user?.flags ?? null
  return {
    version,
    recordApi: startRoute ?? since(21, 1),
    pauseApi: pauseRoute ?? since(25, 3),
    readCalls: granted('readCalls'),
    events: granted('events', 'eventsOfCalls'),
    permanentRead: flags !== null,
    permanentWrite: flags !== null && granted('writeUser'),
    originate: granted('originate'),
    listRecordings: lists,
    playRecordings: hears ?? since(24, 12),
    mayRecord: user?.mayRecord ?? null,
  }
}

/** A call that cannot be: JSON 404 where the route exists, HTML 404 where it does not. Null = it cannot be told now. */
async function hasRecordRoute(calld: Probed['calld'], action: 'start' | 'pause'): Promise<boolean | null> {
  try {
    await calld.record('0', action)
    return true
  } catch (error) {
    if (!(error instanceof WazoError)) throw error
    if (error.kind === 'no-route' || error.kind === 'no-right') return false
    if (error.kind === 'trouble' || error.kind === 'throttled') return null
    if (error.kind === 'not-found' || error.kind === 'refused') return true
    throw error
  }
}

/** `byVersion` decides where there is no call yet to look at. */
async function tellsRecordings(callLog: Probed['callLog'], byVersion: boolean): Promise<boolean> {
  const page = await orElse(callLog.list({ limit: 1 }), null)
  const [item] = page?.items ?? []
  return item ? item.recordings !== null : byVersion
}

/** A value that is not needed: a service that is down, too old or not allowed gives `fallback`. */
async function orElse<T, F>(value: Promise<T>, fallback: F): Promise<T | F> {
  try {
    return await value
  } catch (error) {
    if (error instanceof WazoError && !['unreachable', 'timeout', 'expired'].includes(error.kind)) return fallback
    throw error
  }
}
