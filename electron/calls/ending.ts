/**
 * How calls ended: the legs of each conversation joined into one, what of it was recorded, and what is known of why it
 * was not. Of this session only.
 */
import { type AskedFor, type LastCall } from '../../shared/call.ts'
import { isForbidden } from '../../shared/recording/routes.ts'
import { pauses, put } from '../../shared/recording/tape.ts'
import { type RecordingState } from '../../shared/recording/state.ts'
import { lengthOf, timeline } from '../../shared/timeline.ts'
import { outgoing, peer, type Leg } from './leg.ts'

/** So many calls are remembered. */
const KEPT = 5

/** A leg that has ended. */
type Ended = Pick<LastCall, 'id' | 'peer' | 'outgoing' | 'startedAt' | 'endedAt' | 'asked' | 'due' | 'end'> & {
  readonly answeredAt: number | null
  readonly recording: RecordingState
  readonly files: readonly string[]
}

/** The legs of a conversation that have ended, oldest first. */
interface Group {
  readonly conversation: string | null
  readonly legs: readonly Ended[]
}

/** How an end came about, as far as the phone tells it. */
export interface End {
  readonly at: number
  /** The SIP status that refused it before it was answered. */
  readonly refused: number | null
  readonly due: LastCall['due']
}

export class Endings {
  /** Newest first. */
  #groups: readonly Group[] = []
  /** The id of the call whose end is on screen. */
  #shown: string | null = null

  /** A call begins: the end of the one before is no news any more. */
  began(): void {
    this.#shown = null
  }

  /** `goesOn`: another leg of the same conversation lives, so that this is not its end. */
  ended(leg: Leg, end: End, goesOn: boolean): void {
    const { conversation } = leg
    const before = this.#groups.find(group => conversation !== null && group.conversation === conversation)
    const group: Group = { conversation, legs: [...(before?.legs ?? []), endedLeg(leg, end)] }
    this.#groups = [group, ...this.#groups.filter(one => one !== before)].slice(0, KEPT)
    if (!goesOn) this.#shown = group.legs[0]?.id ?? null
  }

  /** The user has seen it. */
  dismiss(id: string): void {
    if (this.#shown === id) this.#shown = null
  }

  /** The end that is on screen until the next call begins; null = none. */
  get last(): LastCall | null {
    return this.recent.find(call => call.id === this.#shown) ?? null
  }

  /** Newest first. */
  get recent(): LastCall[] {
    return this.#groups.flatMap(group => joined(group) ?? [])
  }
}

function endedLeg(leg: Leg, { at, refused, due }: End): Ended {
  const end = howEnded(leg, refused)
  const { id, startedAt, answeredAt, asked, recording } = leg
  const tape = put(recording.tape, 'over', at)
  return {
    ...{ id, startedAt, answeredAt, asked, due, end },
    ...{ peer: peer(leg), outgoing: outgoing(leg), endedAt: at, recording: { ...recording, tape } },
    files: [...leg.files.keys()],
  }
}

function howEnded(leg: Leg, refused: number | null): LastCall['end'] {
  // with the server's word for its end it is one like any other
  if (leg.answeredAt !== null) return leg.stopped && leg.server === null ? 'phone-stopped' : 'talked'
  if (refused !== null) return 'refused'
  if (leg.phone?.elsewhere === true) return 'elsewhere'
  return leg.endedByUs && !outgoing(leg) ? 'declined' : 'not-answered'
}

/** Of legs that ended in different ways, what counts first. */
const HOW: readonly LastCall['end'][] = ['phone-stopped', 'talked', 'elsewhere', 'declined', 'refused', 'not-answered']

/** The call that a person had, of its legs. One that rang on several devices is answered if one of them was. */
function joined({ conversation, legs }: Group): LastCall | null {
  const talked = legs.flatMap(leg => (leg.answeredAt === null ? [] : [{ ...leg, answeredAt: leg.answeredAt }]))
  const told = talked.length > 0 ? talked : legs
  const [first] = told
  if (first === undefined) return null
  const spans = timeline(talked.map(({ answeredAt, endedAt, recording: { tape } }) => ({ answeredAt, endedAt, tape })))
  return {
    id: legs[0]?.id ?? first.id,
    conversation,
    // whom a transfer led to is not whom the call was with
    peer: first.peer,
    outgoing: first.outgoing,
    startedAt: first.startedAt,
    endedAt: Math.max(...told.map(({ endedAt }) => endedAt)),
    end: HOW.find(how => told.some(({ end }) => end === how)) ?? 'not-answered',
    callMs: spans.at(-1)?.toMs ?? 0,
    recordedMs: lengthOf(spans, 'recorded'),
    pauses: told.reduce((sum, { recording }) => sum + pauses(recording.tape), 0),
    timeline: spans,
    files: told.flatMap(({ files }) => files),
    provable: told.every(({ recording }) => recording.means.provable),
    asked: told.findLast(({ asked }) => asked !== null)?.asked ?? null,
    forbidden: told.some(({ recording }) => isForbidden(recording)),
    sentAt: told.findLast(({ recording }) => recording.sentAt !== null)?.recording.sentAt ?? null,
    due: first.due,
  }
}

/** Follows a step of the recording state: was Record pressed, and was it refused? */
export function askedAfter(
  asked: AskedFor | null,
  before: RecordingState,
  after: RecordingState,
  now: number,
): AskedFor | null {
  const { wish, refusal } = after
  const pressed = wish !== null && wish !== before.wish && before.wish === null && wish.want === 'start'
  if (pressed) return { at: now, route: wish.route, refusal: null }
  if (refusal === null || refusal === before.refusal || refusal.want !== 'start') return asked
  // of the press that was open, or of one that found no way at all
  const at = before.wish !== null && asked !== null ? asked.at : refusal.at
  return { at, route: refusal.route, refusal }
}
