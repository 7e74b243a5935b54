/** Evidence from a watched folder: which files are this call's, and what they show. */
import { type Dialect, type Seen } from '../../shared/recording/state.ts'
import { type FileSight } from '../../shared/sight.ts'
import { outgoing, peer, type Leg } from './leg.ts'

/** Asterisk names files by whole seconds of its own clock, and a mounted folder's clock may differ a little. */
const CLOCK_SLACK_MS = 3_000
/** A file is there 0.25 to 0.4 s after its code, up to 1 s on a busy server (asterisk.md 4); we see it 0.5 s later. */
const REACH_MS = 1_500
/** A mounted folder may show it so late; then nobody can tell whose it is. */
const LATE_MS = 30_000
/** A folder in which others' files appeared so lately is shared: the moment of a file says nothing there. */
const SHARED_MS = 3_600_000
/** Last digits of a number, which a trunk does not rewrite. */
const TAIL = 7

/** A recording code that went out on a leg. Times: milliseconds since the epoch. */
export interface CodeSent {
  readonly from: number
  /** When the last digit was out; null: they are on their way. */
  to: number | null
  /** It may begin a file: it neither ends one, nor goes on with one. */
  readonly begins: boolean
  /** The file that it was seen to begin. */
  file: string | null
  /** What tells which file it began: its moment, the file's own name, or nothing, since several appeared. */
  told: 'by-time' | 'by-name' | 'not'
}

/** Notes that a code goes out now; the answer is to be called when it is out. */
export function codeGoesOut(leg: Leg, dialect: Dialect, now: () => number): () => void {
  const runs = (file: string | null) =>
    file !== null && (dialect === 'start-pause-resume' || leg.files.get(file) === 'writing')
  const begins = !leg.codes.some(({ file }) => runs(file))
  const sent: CodeSent = { from: now(), to: null, begins, file: null, told: 'by-time' }
  leg.codes.push(sent)
  return () => void (sent.to = now())
}

/** Files of the live calls: finds the leg whose recording by the user each is. */
export class CallFiles {
  /** When a file appeared that no call of ours began, and that no pattern explains. */
  #strangerAt = -Infinity

  /** Notes one look at a file; answers the legs of which it changed what is known. */
  take(sight: FileSight, legs: readonly Leg[], own: readonly string[]): readonly Leg[] {
    const known = legs.find(leg => leg.files.has(sight.name))
    const leg = known ?? this.#claim(sight, legs, own)
    if (leg !== undefined) {
      if (known !== undefined || !this.#hasRival(sight, leg)) {
        leg.files.set(sight.name, sight.state)
        leg.unclaimed.delete(sight.name)
      }
      return [leg]
    }
    const possible = legs.filter(one => one.unclaimed.has(sight.name) || fit(sight, one, own) !== 'not')
    for (const one of possible) one.unclaimed.set(sight.name, sight.state)
    if (possible.length === 0 && nameless(sight) && sight.appearedAt !== null) this.#strangerAt = sight.appearedAt
    return possible
  }

  /**
   * The one leg that a file names, else the one that did at its first moment what begins such a file. Where more than
   * one can be meant, none is.
   */
  #claim(sight: FileSight, legs: readonly Leg[], own: readonly string[]): Leg | undefined {
    for (const wanted of ['named', 'timed'] as const) {
      const [only, second] = legs.filter(leg => fit(sight, leg, own) === wanted)
      if (second !== undefined) return undefined
      if (only === undefined) continue
      const shared = sight.at - this.#strangerAt < SHARED_MS
      if (wanted === 'timed' && nameless(sight) && shared) return undefined
      const code = codeOf(sight, only)
      if (code !== null) begunBy(code, sight, only)
      return only
    }
    return undefined
  }

  /** Has the same code begun another nameless file? Then one of the two is another's, and neither is ours for certain. */
  #hasRival(sight: FileSight, leg: Leg): boolean {
    const code = nameless(sight) ? codeOf(sight, leg) : null
    if (code === null || code.file === null || code.file === sight.name) return false
    this.#strangerAt = sight.at
    leg.unclaimed.set(sight.name, sight.state)
    leg.unclaimed.set(code.file, leg.files.get(code.file) ?? 'writing')
    leg.files.delete(code.file)
    code.file = null
    code.told = 'not'
    return true
  }
}

/** A name tells more than a moment: what was only taken for this code's file is another's then. */
function begunBy(code: CodeSent, sight: FileSight, leg: Leg): void {
  if (nameless(sight)) {
    code.file ??= sight.name
    return
  }
  if (code.told === 'by-time' && code.file !== null) leg.files.delete(code.file)
  code.told = 'by-name'
  code.file = sight.name
}

type Fit = 'named' | 'timed' | 'possible' | 'not'

/**
 * May a file be the recording of a leg by its user? `*3` names who pressed first, so a file that the other party began
 * is not ours; a permanent recording names caller and callee, whoever's setting it was.
 * `timed`: the other number differs, as a trunk or a group may have it, or no pattern explains the name; but it began
 * as our code went out, or, with the user's own number, as a permanent recording would have.
 */
function fit(sight: FileSight, leg: Leg, own: readonly string[]): Fit {
  const { appearedAt, kind } = sight
  // a server whose clock is behind ours dates a file before the call in which it appeared before our eyes
  const dated = sight.startedAt >= leg.startedAt - CLOCK_SLACK_MS
  if (!dated && (appearedAt === null || appearedAt < leg.startedAt)) return 'not'
  const code = codeOf(sight, leg)
  const begunAt = nameless(sight) ? (appearedAt ?? sight.startedAt) : sight.startedAt
  const withCall = [leg.startedAt, leg.answeredAt].some(at => at !== null && Math.abs(begunAt - at) <= CLOCK_SLACK_MS)
  if (nameless(sight)) {
    if (code?.told === 'by-time') return 'timed'
    return withCall || isLate(sight, leg) ? 'possible' : 'not'
  }
  const other = otherNumber(sight, leg, own)
  if (other === null) return 'not'
  if (sameNumber(other, peer(leg).number) && (dated || code !== null)) return 'named'
  return code !== null || (kind === 'permanent' && withCall) ? 'timed' : 'possible'
}

/** Its name does not tell who talked with whom. */
const nameless = (sight: FileSight): boolean => sight.numbers.length < 2

/** The other party's number as the file has it; null where it cannot be this leg's file. */
function otherNumber(sight: FileSight, leg: Leg, own: readonly string[]): string | null {
  const [first, second] = sight.numbers
  if (first === undefined || second === undefined) return null
  const mineFirst = sight.kind === 'on-demand' || outgoing(leg)
  if (mineFirst) return own.includes(first) ? second : null
  return own.includes(second) ? first : null
}

/** A trunk may write a number with other digits in front than were dialled. */
function sameNumber(one: string, other: string): boolean {
  if (one === other) return true
  const [a, b] = [one.replace(/\D/g, ''), other.replace(/\D/g, '')]
  return a.length >= TAIL && b.length >= TAIL && a.slice(-TAIL) === b.slice(-TAIL)
}

/** The code that was going out as the file appeared before our eyes. */
function codeOf({ appearedAt }: FileSight, { codes }: Leg): CodeSent | null {
  if (appearedAt === null) return null
  const fits = ({ from, to, begins }: CodeSent) =>
    begins && appearedAt >= from && (to === null || appearedAt <= to + REACH_MS)
  return codes.find(fits) ?? null
}

/** It appeared some time after a code that was not seen to begin a file. */
function isLate({ appearedAt }: FileSight, { codes }: Leg): boolean {
  if (appearedAt === null) return false
  const fits = ({ from, begins, file }: CodeSent) =>
    begins && file === null && appearedAt >= from && appearedAt <= from + LATE_MS
  return codes.some(fits)
}

/**
 * What a call's files show together. No file at all: nothing was written, which is evidence for `off`. A pausing server
 * closes a file that it goes on with later, and never ends one while the call lives.
 */
export function seenInFiles({ files, unclaimed }: Leg, dialect: Dialect): Seen | 'stuck' | 'unclaimed' {
  const states = [...files.values()]
  if (states.includes('writing')) return 'recording'
  if (states.includes('stuck')) return 'stuck'
  if ([...unclaimed.values()].some(state => state !== 'closed')) return 'unclaimed'
  return dialect === 'start-pause-resume' && states.length > 0 ? 'paused' : 'off'
}
