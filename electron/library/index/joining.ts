/**
 * Which tellings are of one call, and what they come to together. Pure; the result depends on what was told, never on the
 * order in which it came.
 *
 * - Lines of the call log are never joined with one another: each is a call.
 * - A live call is that of its conversation; else that of the same numbers which began within seconds of it.
 * - A file is the recording whose uuid its name is; else it belongs to the call of its numbers during which it begins;
 *   else to other such files of two same numbers that overlap it: both sides were recorded.
 */
import type { Entry, Hearing, Part } from '../../../shared/library/entry.ts'
import type { SourceCall, SourceRecording } from './port.ts'
import { callIdentity, idOf, isUuid, recordingIdentity } from './identity.ts'
import { bareNumber } from './text.ts'

/** Clocks of server, file system and this computer differ by as much; also how exact times of files are. Milliseconds. */
export const TOLERANCE_MS = 2_000
/** A live call was seen to begin within this of what the server writes. Milliseconds. */
export const LIVE_TOLERANCE_MS = 5_000
/** No call is longer: how far back one is looked for in which a file began. Milliseconds. */
export const LONGEST_CALL_MS = 12 * 60 * 60 * 1000
/** The server deletes the sound after so many days unless its administrator says otherwise (wazo.md 5.4). */
export const PURGED_AFTER_MS = 365 * 24 * 60 * 60 * 1000

/** What a source tells of a call, and whether it no longer has it: then its recordings cannot be heard from there. */
export interface Telling {
  readonly call: SourceCall
  readonly gone: boolean
}

/** When a call was over, as far as it was told: milliseconds since the epoch, never before its start. */
export function endOf(call: SourceCall): number {
  const talked = call.callMs === null ? call.startedAt : (call.answeredAt ?? call.startedAt) + call.callMs
  const recorded = (call.recordings ?? []).map(endOfRecording)
  return recorded.reduce((latest, end) => Math.max(latest, end), Math.max(call.startedAt, talked))
}

const endOfRecording = (recording: SourceRecording): number =>
  Math.max(recording.startedAt, recording.endedAt ?? recording.startedAt + (recording.durationMs ?? 0))

/** The same number, whichever way it was written: with or without a prefix for the outside or the country. */
export function sameNumber(a: string, b: string): boolean {
  const [one, other] = [bareNumber(a).toLowerCase(), bareNumber(b).toLowerCase()]
  if (one === '' || other === '') return false
  if (one === other) return true
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  return short.length >= 7 && long.endsWith(short)
}

const holdsAll = (some: readonly string[], all: readonly string[]) =>
  some.length > 0 && some.every(number => all.some(other => sameNumber(number, other)))

const identities = (call: SourceCall) => (call.recordings ?? []).map(recording => recordingIdentity(recording.key))

const sameRecording = (a: SourceCall, b: SourceCall) => {
  const known = new Set(identities(a))
  return identities(b).some(identity => known.has(identity))
}

const rank = { 'call-log': 0, live: 1, folder: 2 } as const

/** How well a telling fits a call of a higher rank: smaller is better, null not at all. Order of arguments: higher first. */
function fit(host: SourceCall, guest: SourceCall): number | null {
  if (rank[host.source] >= rank[guest.source]) return null
  if (sameRecording(host, guest)) return -2
  const apart = Math.abs(host.startedAt - guest.startedAt)
  if (guest.source === 'live') {
    if (host.conversation !== null && guest.conversation !== null)
      return host.conversation === guest.conversation ? -1 : null
    const same = guest.peer.number !== '' && host.numbers.some(number => sameNumber(number, guest.peer.number))
    return same && apart <= LIVE_TOLERANCE_MS ? apart : null
  }
  const during = guest.startedAt >= host.startedAt - TOLERANCE_MS && guest.startedAt <= endOf(host) + TOLERANCE_MS
  if (!during || !holdsAll(guest.numbers, host.numbers)) return null
  // a recording that the host tells of and that began then is this one; else the call that was answered then
  const moments = [
    host.answeredAt ?? host.startedAt,
    host.startedAt,
    ...(host.recordings ?? []).map(it => it.startedAt),
  ]
  return Math.min(...moments.map(moment => Math.abs(moment - guest.startedAt)))
}

/** Both are files of the same two numbers that sound at the same time. */
function twoSides(a: SourceCall, b: SourceCall): boolean {
  if (a.source !== 'folder' || b.source !== 'folder') return false
  if (a.numbers.length < 2 || !holdsAll(a.numbers, b.numbers) || !holdsAll(b.numbers, a.numbers)) return false
  return Math.min(endOf(a), endOf(b)) - Math.max(a.startedAt, b.startedAt) > TOLERANCE_MS
}

/** Whether one says something about where the other belongs: what has to be looked at together. */
export function related(a: SourceCall, b: SourceCall): boolean {
  return fit(a, b) !== null || fit(b, a) !== null || twoSides(a, b) || (a.source === b.source && sameFile(a, b))
}

/** The same recording lies in two places of the folder. */
const sameFile = (a: SourceCall, b: SourceCall) => a.source === 'folder' && b.source === 'folder' && sameRecording(a, b)

const before = (a: SourceCall, b: SourceCall) =>
  rank[a.source] - rank[b.source] || a.startedAt - b.startedAt || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)

const nameOf = (call: SourceCall) => callIdentity(call.source, call.key)

/** The one that names a call first, as `joined` wants them. */
export const inOrder = <T extends Telling>(tellings: readonly T[]): T[] =>
  [...tellings].sort((a, b) => before(a.call, b.call))

/** The best host of a guest; null where none fits. */
function hostOf(guest: SourceCall, hosts: readonly SourceCall[]): SourceCall | null {
  const fitting = hosts.flatMap(host => {
    const value = fit(host, guest)
    return value === null ? [] : [{ host, value }]
  })
  // one number alone is the user's own, say: it tells nothing of which call where there are two
  if (
    guest.source === 'folder' &&
    guest.numbers.length < 2 &&
    fitting.length > 1 &&
    fitting.every(it => it.value >= 0)
  ) {
    return null
  }
  fitting.sort((a, b) => a.value - b.value || before(a.host, b.host))
  return fitting[0]?.host ?? null
}

/**
 * Tellings into calls, each call's in order: the one that names it first. `tellings` holds everything that is `related`
 * to any of them, so that the parts are the same as those of all that is known.
 */
export function intoCalls<T extends Telling>(tellings: readonly T[]): T[][] {
  const all = inOrder(tellings)
  const groups = new Map<string, T[]>()
  const found = (name: string) => {
    const group = groups.get(name) ?? []
    groups.set(name, group)
    return group
  }
  const groupOf = new Map<string, string>()
  const put = (telling: T, name: string) => {
    groupOf.set(nameOf(telling.call), name)
    found(name).push(telling)
  }
  const of = (kind: SourceCall['source']) => all.filter(({ call }) => call.source === kind)
  for (const telling of of('call-log')) put(telling, nameOf(telling.call))
  const logged = of('call-log').map(it => it.call)
  for (const telling of of('live')) put(telling, nameOf(hostOf(telling.call, logged) ?? telling.call))
  const live = of('live').map(it => it.call)
  const alone: T[] = []
  for (const telling of of('folder')) {
    const host = hostOf(telling.call, logged) ?? hostOf(telling.call, live)
    if (host === null) alone.push(telling)
    else put(telling, groupOf.get(nameOf(host)) ?? nameOf(host))
  }
  for (const cluster of clusters(alone)) {
    for (const telling of cluster) put(telling, nameOf((cluster[0] ?? telling).call))
  }
  return [...groups.values()]
}

/** Files that sound together, over as many steps as it takes. */
function clusters<T extends Telling>(files: readonly T[]): T[][] {
  const left = new Set(files)
  const result: T[][] = []
  for (const first of files) {
    if (!left.delete(first)) continue
    const cluster = [first]
    for (let at = 0; at < cluster.length; at++) {
      const one = cluster[at]
      if (one === undefined) break
      for (const other of left) {
        if (!twoSides(one.call, other.call) && !sameFile(one.call, other.call)) continue
        left.delete(other)
        cluster.push(other)
      }
    }
    result.push(inOrder(cluster))
  }
  return result
}

/** A part with all that is known of where it lies. */
export interface JoinedPart {
  readonly id: string
  /** Every id that it ever had, its own first: one for each way of naming it. */
  readonly ids: readonly string[]
  readonly cdrId: number | null
  readonly uuid: string | null
  readonly path: string | null
  readonly startedAt: number
  readonly endedAt: number
  /** See `Part`. */
  readonly durationMs: number | null
  /** `durationMs` was measured in the file; else a copy of the sound tells more (`measured`). */
  readonly isMeasured: boolean
  readonly bytes: number | null
  readonly hearing: Hearing
  readonly fileName: string
  /** Identities that the vault may file it under, the best first. */
  readonly vaultKeys: readonly string[]
  readonly maybeOthers: boolean
}

/** A call as its tellings make it; what the user added is not in it. */
export type JoinedCall = Pick<
  Entry,
  | 'id'
  | 'sources'
  | 'conversation'
  | 'startedAt'
  | 'callMs'
  | 'answered'
  | 'outgoing'
  | 'peer'
  | 'why'
  | 'fromMs'
  | 'how'
  | 'purgedAt'
> & {
  readonly parts: readonly JoinedPart[]
}

/** Every number that any of them tells of, as it was written. */
export function numbersOf(tellings: readonly Telling[]): string[] {
  const numbers = tellings.flatMap(({ call }) => [call.peer.number, ...call.numbers])
  return [...new Set(numbers)].filter(number => number !== '')
}

/** @param tellings of one call, as `intoCalls` gives them: at least one. Null: whose it is cannot be told, so it is not listed. */
export function joined(tellings: readonly Telling[]): JoinedCall | null {
  const calls = tellings.map(it => it.call)
  const [first] = calls
  if (first === undefined || calls.every(call => !call.ownerKnown)) return null
  const parts = partsOf(tellings)
  // nothing was recorded on the user's side, as was seen: what is listed may be of the other's
  const others = calls.some(call => call.source === 'live' && call.why === 'not-recorded')
  const firstOf = <T>(pick: (call: SourceCall) => T | null): T | null => {
    for (const call of calls) {
      const value = pick(call)
      if (value !== null) return value
    }
    return null
  }
  const answeredAt = firstOf(call => call.answeredAt)
  const [oldest] = parts
  const numbered = calls.find(call => call.peer.number !== '') ?? first
  return {
    id: idOf('call', nameOf(first)),
    sources: sourcesOf(tellings),
    conversation: firstOf(call => call.conversation),
    startedAt: first.startedAt,
    callMs: firstOf(call => call.callMs),
    answered: firstOf(call => call.answered),
    outgoing: firstOf(call => call.outgoing),
    peer: { number: numbered.peer.number, name: firstOf(call => call.peer.name || null) ?? '' },
    parts: others ? parts.map(part => ({ ...part, maybeOthers: true })) : parts,
    why: parts.length > 0 ? null : whyNot(calls),
    fromMs: oldest === undefined || answeredAt === null ? null : Math.max(0, oldest.startedAt - answeredAt),
    how: calls.find(call => call.source === 'live')?.how ?? firstOf(call => call.how),
    purgedAt: purgedAt(parts),
  }
}

/**
 * How much of a call its parts hold, a moment that two of them hold counted once; null where no part tells. Where in a part
 * its pauses were is not known: they are taken to be at its end.
 */
export function recordedMsOf(parts: readonly Pick<JoinedPart, 'startedAt' | 'durationMs'>[]): number | null {
  const stretches = parts
    .flatMap(({ startedAt, durationMs }) =>
      durationMs === null ? [] : [{ from: startedAt, to: startedAt + durationMs }],
    )
    .sort((a, b) => a.from - b.from)
  if (stretches.length === 0) return null
  let [sum, end] = [0, -Infinity]
  for (const { from, to } of stretches) {
    sum += Math.max(0, to - Math.max(from, end))
    end = Math.max(end, to)
  }
  return sum
}

/** Of a Wazo server's recordings: 8 kHz, 16 bits, one channel, behind a WAV's head (wazo.md 4.7). */
const [SERVED_BYTES_PER_MS, SERVED_HEAD] = [16, 44]

/** The same part with the length of its sound, where a copy of so many bytes tells what nothing else did. */
export function measured(part: JoinedPart, copyBytes: number): JoinedPart {
  if (part.isMeasured || part.cdrId === null) return part
  const durationMs = Math.max(0, Math.round((copyBytes - SERVED_HEAD) / SERVED_BYTES_PER_MS))
  // longer than from start to stop it cannot be: it is sound of another kind
  if (durationMs > part.endedAt - part.startedAt + TOLERANCE_MS) return part
  return { ...part, durationMs, isMeasured: true }
}

/** Those that still have it; of a call that none has any more, those that had. */
function sourcesOf(tellings: readonly Telling[]): Entry['sources'] {
  const there = tellings.filter(telling => !telling.gone)
  return [...new Set((there.length > 0 ? there : tellings).map(telling => telling.call.source))]
}

/** What was seen live says more than what a list can tell: a recording that was seen and is not listed is awaited still. */
function whyNot(calls: readonly SourceCall[]): Entry['why'] {
  const [seen, listed] = [calls.filter(call => call.source === 'live'), calls.filter(call => call.source !== 'live')]
  const reasons = [...seen, ...listed].flatMap(call => call.why ?? [])
  return reasons.find(reason => reason !== 'unknown') ?? 'unknown'
}

function purgedAt(parts: readonly JoinedPart[]): number | null {
  const there = parts.filter(part => part.cdrId !== null && (part.hearing === 'yes' || part.hearing === 'no-media'))
  return there.length === 0 ? null : Math.min(...there.map(part => part.startedAt)) + PURGED_AFTER_MS
}

interface Piece {
  readonly identity: string
  readonly recording: SourceRecording
  readonly call: SourceCall
  readonly hearing: Hearing
}

/** Recordings of a live call are a promise: they give way once a source tells of recordings. */
function partsOf(tellings: readonly Telling[]): JoinedPart[] {
  const told = tellings.some(({ call }) => call.source !== 'live' && call.recordings !== null)
  const pieces = tellings
    .filter(({ call }) => call.source !== 'live' || !told)
    .flatMap(({ call, gone }) =>
      (call.recordings ?? []).map((recording): Piece => {
        const hearing = gone ? (call.source === 'folder' ? 'missing' : 'deleted') : recording.hearing
        return { identity: recordingIdentity(recording.key), recording, call, hearing }
      }),
    )
  const parts = new Map<string, Piece[]>()
  for (const piece of pieces) {
    if (piece.call.source === 'folder') continue
    parts.set(piece.identity, [...(parts.get(piece.identity) ?? []), piece])
  }
  const files = pieces.filter(piece => piece.call.source === 'folder')
  for (const file of files) {
    const known = parts.get(file.identity)
    if (known !== undefined) known.push(file)
  }
  pairUp(
    files.filter(file => !parts.has(file.identity)),
    [...parts.values()].filter(of => of.every(piece => piece.call.source !== 'folder')),
  ).forEach(file => parts.set(file.identity, [...(parts.get(file.identity) ?? []), file]))
  const found = [...parts.values()].map(partOf)
  found.sort((a, b) => a.startedAt - b.startedAt || (a.id < b.id ? -1 : 1))
  const list = withoutPauses(found, tellings)
  return list.map(part => ({ ...part, maybeOthers: list.some(other => other !== part && overlap(part, other)) }))
}

/**
 * Takes the pauses that were seen live from what the call log tells, which is from start to stop. Both clocks are compared
 * from the answer on.
 */
function withoutPauses(parts: readonly JoinedPart[], tellings: readonly Telling[]): readonly JoinedPart[] {
  const line = tellings.find(({ call }) => call.source === 'call-log')?.call
  if (line === undefined) return parts
  const pauses = new Map<JoinedPart, number>()
  for (const { call } of tellings) {
    if (call.source !== 'live') continue
    const clocks = call.answeredAt === null || line.answeredAt === null ? 0 : call.answeredAt - line.answeredAt
    for (const { startedAt, endedAt, durationMs } of call.recordings ?? []) {
      const pausedMs = endedAt === null || durationMs === null ? 0 : endedAt - startedAt - durationMs
      const apart = (part: JoinedPart) => Math.abs(startedAt - clocks - part.startedAt)
      const [nearest] = parts.filter(part => part.cdrId !== null).sort((a, b) => apart(a) - apart(b))
      if (nearest === undefined || apart(nearest) > LIVE_TOLERANCE_MS) continue
      pauses.set(nearest, Math.max(pauses.get(nearest) ?? 0, pausedMs))
    }
  }
  return parts.map(part => {
    const pausedMs = pauses.get(part) ?? 0
    if (part.isMeasured || part.durationMs === null || pausedMs === 0) return part
    return { ...part, durationMs: Math.max(0, part.durationMs - pausedMs) }
  })
}

const overlap = (a: JoinedPart, b: JoinedPart) =>
  Math.min(a.endedAt, b.endedAt) - Math.max(a.startedAt, b.startedAt) > TOLERANCE_MS

/** Adds each file to the recording that began when it did, the nearest first, one to one. Answers those left over. */
function pairUp(files: readonly Piece[], recordings: readonly Piece[][]): Piece[] {
  const pairs = files.flatMap(file =>
    recordings.flatMap(of => {
      const [first] = of
      const apart = first === undefined ? Infinity : Math.abs(first.recording.startedAt - file.recording.startedAt)
      return first !== undefined && apart <= TOLERANCE_MS ? [{ file, of, apart, name: first.identity }] : []
    }),
  )
  pairs.sort(
    (a, b) =>
      a.apart - b.apart ||
      compare(a.name, b.name) ||
      compare(a.file.identity, b.file.identity) ||
      compare(a.file.call.key, b.file.call.key),
  )
  const [paired, full] = [new Set<Piece>(), new Set<Piece[]>()]
  for (const { file, of } of pairs) {
    if (paired.has(file) || full.has(of)) continue
    of.push(file)
    paired.add(file)
    full.add(of)
  }
  return files.filter(file => !paired.has(file))
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** The best that any place offers: what can be heard comes first. */
const hearings: readonly Hearing[] = [
  'yes',
  'growing',
  'finishing',
  'format',
  'no-media',
  'empty',
  'missing',
  'deleted',
]

/** One recording from what is told of it: at least one piece, those of the server first. */
function partOf(pieces: readonly Piece[]): JoinedPart {
  const server = pieces.find(piece => piece.call.source === 'call-log')
  const file = pieces
    .filter(piece => piece.call.source === 'folder')
    .reduce<Piece | undefined>((best, piece) => (best === undefined || better(piece, best) ? piece : best), undefined)
  const main = server ?? file ?? pieces[0]
  if (main === undefined) throw new Error('a part of nothing')
  const { recording } = main
  const ordered = [main, ...pieces.filter(piece => piece !== main)]
  const names = [...new Set(ordered.map(piece => piece.identity))]
  // the file of a finished recording tells of its sound; a source that tells when it ended, of the pauses in it too
  const soundMs = file?.recording.hearing === 'yes' ? file.recording.durationMs : null
  const stretchMs =
    recording.endedAt === null
      ? (ordered.flatMap(it => it.recording.durationMs ?? [])[0] ?? null)
      : Math.max(0, recording.endedAt - recording.startedAt)
  return {
    id: idOf('part', names[0] ?? ''),
    ids: names.map(name => idOf('part', name)),
    cdrId: server === undefined ? null : Number(server.call.key),
    uuid: server?.recording.key ?? names.find(isUuid) ?? null,
    path: file === undefined ? null : file.recording.key.replace(/^\//, ''),
    startedAt: recording.startedAt,
    endedAt: endOfRecording(recording),
    durationMs: soundMs ?? recording.durationMs ?? stretchMs,
    isMeasured: soundMs !== null,
    bytes: ordered.flatMap(it => it.recording.bytes ?? [])[0] ?? null,
    hearing: ordered.map(it => it.hearing).reduce((a, b) => (hearings.indexOf(b) < hearings.indexOf(a) ? b : a)),
    fileName: recording.fileName,
    vaultKeys: names,
    maybeOthers: false,
  }
}

/** Of two files of one recording, the one that can be heard; else the first by its path. */
const better = (a: Piece, b: Piece) =>
  (hearings.indexOf(a.hearing) - hearings.indexOf(b.hearing) || compare(a.recording.key, b.recording.key)) < 0

/** A part as the list shows it. */
export function shownPart(part: JoinedPart, kept: boolean): Part {
  const { id, startedAt, durationMs, hearing, maybeOthers, fileName } = part
  return { id, startedAt, durationMs, hearing, kept, maybeOthers, fileName }
}
