/** How a call ended, in words: what of it was recorded, and why it was not. Pure. */
import { type LastCall } from './call.ts'
import { type Entry } from './library/entry.ts'
import { type Snapshot } from './snapshot.ts'
import { type Format, type Text } from './text/index.ts'
import { lengthOf, type Span } from './timeline.ts'

/** Recorded and call time differ by less than this when the whole call was recorded. */
const WHOLE_MS = 1_500
/** Shorter stretches have no length on a clock of seconds, and are no news. */
const TOLD_MS = 1_000

export type Outcome = 'whole' | 'part' | 'at-least' | 'none' | 'not-known' | 'not-answered' | 'elsewhere' | 'declined'

export function outcomeOf({ end, callMs, recordedMs, pauses, timeline }: LastCall): Outcome {
  if (end === 'declined' || end === 'elsewhere') return end
  // what came after is not known
  if (end === 'phone-stopped') return recordedMs === 0 ? 'not-known' : 'at-least'
  if (end !== 'talked') return 'not-answered'
  const known = lengthOf(timeline, 'not-known') < TOLD_MS
  if (recordedMs === 0) return known ? 'none' : 'not-known'
  if (!known) return 'at-least'
  return callMs - recordedMs < WHOLE_MS && pauses === 0 ? 'whole' : 'part'
}

/** One sentence; for `none` and `not-known` a question, whose answer is `reasons`. */
export function outcomeWords(last: LastCall, { calls: { end, pauses }, recordings }: Text, format: Format): string {
  const outcome = outcomeOf(last)
  const call = format.duration(last.callMs)
  switch (outcome) {
    case 'declined':
      return `${end.declined}.`
    case 'elsewhere':
      return `${end.elsewhere}.`
    case 'not-answered':
      return `${end.notAnswered}.`
    case 'none':
      return end.notRecorded
    case 'not-known':
      return end.notKnown
    case 'whole':
      return `${end.whole(call)}.`
    case 'part':
    case 'at-least': {
      const recorded = format.duration(last.recordedMs)
      const facts = [outcome === 'part' ? end.part(recorded, call) : end.atLeast(recorded, call)]
      const from = last.timeline.find(({ kind }) => kind === 'recorded')?.fromMs ?? 0
      if (from >= TOLD_MS) facts.push(recordings.from(format.duration(from)))
      if (last.pauses > 0) facts.push(pauses(last.pauses))
      return `${facts.join(', ')}.`
    }
  }
}

/** Whose end it is. `name`: the other one's, as it is shown. */
export function titleWords({ end: how, outgoing }: LastCall, name: string, { calls: { end } }: Text): string {
  if (how === 'talked') return end.title(name)
  if (how === 'phone-stopped') return end.phoneStopped(name)
  return outgoing ? end.to(name) : end.from(name)
}

/** The timeline for those who do not see it. */
export function timelineWords(spans: readonly Span[], { calls: { end } }: Text, format: Format): string {
  const told = spans.filter(isTold)
  const words = told.map(({ fromMs, toMs, kind }) =>
    end.span(format.duration(fromMs), format.duration(toMs), end.kind[kind]),
  )
  return end.timeline(words.join(', '))
}

const isTold = ({ fromMs, toMs }: Span): boolean => toMs - fromMs >= TOLD_MS

/** What of the account matters to the answer. */
export interface Asker {
  readonly recordCode: string
  /** Recordings that others made of the user's calls are in his list (Wazo 24.12 and later). */
  readonly othersListed: boolean
}

export function askerOf({ stage, settings: { recordCode } }: Pick<Snapshot, 'stage' | 'settings'>): Asker {
  const can = stage.stage === 'ready' ? stage.account.capabilities : null
  return { recordCode, othersListed: can?.listRecordings === true && can.playRecordings }
}

/** Why a call that was answered was not recorded, or why it cannot be told: what is known of it, and nothing else. */
export function reasons(last: LastCall, asker: Asker, text: Text, format: Format): string[] {
  const { why } = text.calls.end
  const other = asker.othersListed ? why.other : why.otherUnknown
  if (!last.provable) {
    const { recordCode: code } = asker
    const sent = last.sentAt === null ? why.notSent(code) : why.sent(code, format.clock(last.sentAt))
    return [why.unprovable, sent, other]
  }
  return [asked(last, asker, text, format), ...automatic(last, text), ...unknown(last, text, format), other]
}

function asked(last: LastCall, { recordCode }: Asker, text: Text, format: Format): string {
  const { end, by } = text.calls
  const { refusal: words } = text
  if (last.asked === null) {
    if (last.forbidden) return `${text.barred['not-allowed']}.`
    return outcomeOf(last) === 'none' ? end.why.nobodyAnywhere : end.why.nobody
  }
  const { at, route, refusal } = last.asked
  const time = format.clock(at)
  const pressed = route === null ? end.why.pressedOnly(time) : end.why.pressed(time, by[route])
  if (refusal === null) return `${pressed} ${end.why.unconfirmed}`
  if (refusal.reason === 'pressed-elsewhere') return `${words.pressed(recordCode)}.`
  const silent = refusal.reason === 'nothing-happened' && (route === 'rfc4733' || route === 'info')
  if (silent) return `${pressed} ${words.pressed(recordCode)}.`
  return `${pressed} ${words.start}; ${words.because[refusal.reason]}.`
}

function automatic(last: LastCall, { calls }: Text): string[] {
  const { why } = calls.end
  const { due, outgoing } = last
  if (due === 'no') return [why.automaticOff]
  if (due !== 'yes') return []
  // while the state was not known it may have run
  if (outcomeOf(last) !== 'none') return [why.automaticOn]
  return outgoing ? [why.automaticMissing] : [why.automaticMissing, why.callerSide]
}

function unknown({ timeline }: LastCall, { calls }: Text, format: Format): string[] {
  const { why } = calls.end
  const spans = timeline.filter(span => span.kind === 'not-known' && isTold(span))
  if (spans.length === 0) return []
  return [
    why.unknown(format.list(spans.map(span => why.stretch(format.duration(span.fromMs), format.duration(span.toMs))))),
  ]
}

/** How a call ended, in a few words for a line of a list. */
export function briefly(last: LastCall, { calls: { last: words } }: Text, format: Format): string {
  switch (outcomeOf(last)) {
    case 'declined':
      return words.declined
    case 'elsewhere':
      return words.elsewhere
    case 'not-answered':
      return words.notAnswered
    case 'none':
      return words.none
    case 'not-known':
      return words.notKnown
    case 'at-least':
      return words.atLeast(format.duration(last.recordedMs))
    case 'whole':
    case 'part':
      return words.recorded(format.duration(last.recordedMs))
  }
}

/** Clocks of this computer and of the server, or of who names the files, may differ by so much. */
const CLOCKS_DIFFER_MS = 10_000

type Listed = Pick<Entry, 'conversation' | 'peer' | 'outgoing' | 'startedAt'>

/** When the entry of a call may begin: milliseconds since the epoch, inclusive and exclusive. */
export const spanOf = ({ startedAt, endedAt }: LastCall): { readonly from: number; readonly until: number } => ({
  from: startedAt - CLOCKS_DIFFER_MS,
  until: endedAt + CLOCKS_DIFFER_MS + 1,
})

/**
 * The listed recording of a call: by the conversation's name where both have one, else by the other one's number and
 * by time. Null: not listed (yet), or it cannot be told which.
 */
export function recordingOf<E extends Listed>(last: LastCall, entries: readonly E[]): E | null {
  const named = entries.find(({ conversation }) => conversation !== null && conversation === last.conversation)
  if (named !== undefined) return named
  const fitting = entries.filter(
    entry =>
      (entry.conversation === null || last.conversation === null) &&
      sameNumber(entry.peer.number, last.peer.number) &&
      (entry.outgoing === null || entry.outgoing === last.outgoing) &&
      entry.startedAt >= spanOf(last).from &&
      entry.startedAt < spanOf(last).until,
  )
  // a call right before or after, to the same number: the nearer one
  const distance = ({ startedAt }: E) => Math.abs(startedAt - last.startedAt)
  return fitting.reduce<E | null>(
    (nearest, entry) => (nearest === null || distance(entry) < distance(nearest) ? entry : nearest),
    null,
  )
}

/** As two systems write it: one may have put a prefix before. */
function sameNumber(a: string, b: string): boolean {
  const [one, other] = [a, b].map(number => number.replace(/[^0-9*#]/g, ''))
  if (!one || !other) return false
  const [short, long] = one.length < other.length ? [one, other] : [other, one]
  return short === long || (short.length >= 7 && long.endsWith(short))
}
