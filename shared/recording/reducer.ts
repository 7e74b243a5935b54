/**
 * The reducer of a leg's recording state: `(state, event, now) -> state + commands`. Pure: it knows no network and
 * no clock of its own, and can be replayed from a log. Only evidence moves the proof (design 3).
 */
import { carries, goal, isToggle, wantsFrom } from './dialect.ts'
import { FACTS } from './facts.ts'
import {
  type Means,
  type Proof,
  type RecordingCommand,
  type RecordingEvent,
  type RecordingState,
  type RefusalReason,
  type Route,
  type Seen,
  type Step,
  type Unknown,
  type Want,
} from './state.ts'
import { put } from './tape.ts'

/** The state of a leg that nothing is known of yet. */
export function initial(means: Means, now: number): RecordingState {
  return {
    means,
    proof: means.provable ? { kind: 'unknown', why: 'not-read', since: now, last: null } : { kind: 'unprovable' },
    wish: null,
    refusal: null,
    barred: [],
    forbidden: false,
    aliveAt: now,
    readingSince: null,
    tape: [],
    sentAt: null,
    inertUntil: 0,
  }
}

/** One step. `now`: milliseconds since the epoch. A clock that was set back is noticed at the next `tick`. */
export function reduce(state: RecordingState, event: RecordingEvent, now: number): Step {
  switch (event.kind) {
    case 'means':
      return changeMeans(state, event.means, now)
    case 'press':
      return press(state, event.want, now)
    case 'evidence':
      return evidence(state, event.seen, event.at, now)
    case 'alive':
      return { state: { ...state, aliveAt: now }, commands: [] }
    case 'acknowledged':
      return acknowledged(state, event.want, now)
    case 'refused':
      return refused(state, event.want, event.reason, event.certain, now)
    case 'unreadable':
      return unreadable(state, event.why, now)
    case 'check':
      return read(state, now)
    case 'tick':
      return tick(state, now)
  }
}

/** Routes that can still carry a want, best first. From `unknown` no toggle is sent. */
export function routesFor(state: RecordingState, want: Want): readonly Route[] {
  if (state.forbidden) return []
  return state.means.routes.filter(
    route =>
      !state.barred.includes(route) &&
      carries(route, state.means.dialect, want) &&
      !(isToggle(route) && (state.proof.kind === 'unknown' || !state.means.bridged)),
  )
}

function changeMeans(state: RecordingState, means: Means, now: number): Step {
  if (means.provable === state.means.provable) return { state: { ...state, means }, commands: [] }
  const proof: Proof = means.provable
    ? { kind: 'unknown', why: 'not-read', since: now, last: null }
    : { kind: 'unprovable' }
  // what was proven until now is on the tape; from here on it cannot be told
  const next = { ...lose(state, 'not-read', now), means, proof }
  return means.provable ? read(next, now) : { state: next, commands: [] }
}

function press(state: RecordingState, want: Want, now: number): Step {
  const ignored = { state, commands: [] }
  if (state.wish !== null || now < state.inertUntil) return ignored
  const { proof } = state
  if (proof.kind === 'unprovable') return sendUnproven(state, want, now)
  if (proof.kind === 'unknown' ? want !== 'start' : !wantsFrom(proof.kind).includes(want)) return ignored
  const resumingFirst = want === 'stop' && proof.kind === 'paused' && FACTS.stopWhilePausedFails
  return send(state, want, resumingFirst, now)
}

/** Without proof there is no wish: what was sent, and when, is all that can be said. */
function sendUnproven(state: RecordingState, want: Want, now: number): Step {
  const route = routesFor(state, want)[0]
  if (route === undefined) return noRoute(state, want, now)
  const next = { ...state, refusal: null, inertUntil: now + FACTS.inertMs }
  return { state: next, commands: [{ do: 'send', want, route }] }
}

function send(state: RecordingState, want: Want, resumingFirst: boolean, now: number): Step {
  const first: Want = resumingFirst ? 'resume' : want
  const route = routesFor(state, first)[0]
  if (route === undefined) return noRoute(state, want, now)
  const wish = {
    want,
    since: now,
    route,
    phase: 'sending',
    due: now + FACTS.acknowledgeWithinMs,
    resumingFirst,
  } as const
  return { state: { ...state, wish, refusal: null }, commands: [{ do: 'send', want: first, route }] }
}

function noRoute(state: RecordingState, want: Want, now: number): Step {
  const reason: RefusalReason = state.means.routes.length > 0 && !state.means.bridged ? 'no-bridge' : 'no-route'
  return { state: { ...state, wish: null, refusal: { want, reason, route: null, next: null, at: now } }, commands: [] }
}

function evidence(state: RecordingState, seen: Seen, at: number, now: number): Step {
  const aliveAt = now
  if (state.proof.kind === 'unprovable') return { state: { ...state, aliveAt }, commands: [] }
  const changed = state.proof.kind !== seen
  const next = moveProof({ ...state, aliveAt, readingSince: null }, seen, at, now)
  const { wish } = state
  if (wish === null) return { state: changed ? { ...next, refusal: null } : next, commands: [] }
  if (seen === goal(wish.want) && !(wish.resumingFirst && seen === 'recording')) {
    return { state: { ...next, wish: null, refusal: null }, commands: [] }
  }
  if (wish.resumingFirst && seen === 'recording') return send({ ...next, wish: null }, 'stop', false, now)
  // start while paused is accepted and does nothing (wazo.md 4.3): resume instead
  if (wish.want === 'start' && seen === 'paused') return send({ ...next, wish: null }, 'resume', false, now)
  if (wish.phase === 'reading') return failed({ ...next, wish: null }, wish.want, wish.route, now)
  return { state: next, commands: [] }
}

/** Acknowledged, read once after 2 s, and the old state is still there: the wish failed, and we say so. */
function failed(state: RecordingState, want: Want, route: Route, now: number): Step {
  const refusal = { want, reason: 'nothing-happened', route, next: null, at: now } as const
  return { state: { ...state, wish: null, refusal }, commands: [] }
}

/** Writes a proof down, and the tape time with it. */
function moveProof(state: RecordingState, seen: Seen, at: number, now: number): RecordingState {
  const { proof } = state
  if (proof.kind === seen) return { ...state, proof: { ...proof, at: Math.max(proof.at, at) } }
  return {
    ...state,
    proof: { kind: seen, since: at, at },
    tape: put(state.tape, seen, at),
    inertUntil: now + FACTS.inertMs,
  }
}

function acknowledged(state: RecordingState, want: Want, now: number): Step {
  if (state.proof.kind === 'unprovable') return { state: { ...state, sentAt: now }, commands: [] }
  const { wish } = state
  if (wish === null || sentNow(wish) !== want || wish.phase !== 'sending') return { state, commands: [] }
  return {
    state: { ...state, sentAt: now, wish: { ...wish, phase: 'sent', due: now + FACTS.proofAfterMs } },
    commands: [],
  }
}

/** What the wish has put on its route now. */
const sentNow = (wish: { want: Want; resumingFirst: boolean }): Want => (wish.resumingFirst ? 'resume' : wish.want)

function refused(state: RecordingState, want: Want, reason: RefusalReason, certain: boolean, now: number): Step {
  if (state.proof.kind === 'unprovable') {
    return { state: { ...state, refusal: { want, reason, route: null, next: null, at: now } }, commands: [] }
  }
  const { wish } = state
  if (wish === null || sentNow(wish) !== want) return { state, commands: [] }
  if (!certain) {
    // it may have worked: read first, and judge by what is read
    const asked = { ...wish, phase: 'reading', due: now + FACTS.readWithinMs } as const
    // also when one is under way: it began before
    return { state: { ...state, wish: asked, readingSince: now }, commands: [{ do: 'read' }] }
  }
  const final = reason === 'not-allowed'
  const bars = reason === 'not-offered' || reason === 'phone-cannot' || reason === 'not-yours'
  const barred = bars ? [...state.barred, wish.route] : state.barred
  const rest = { ...state, wish: null, barred, forbidden: state.forbidden || final }
  const tried = [...barred, wish.route]
  const next = final || reason === 'no-bridge' ? undefined : routesFor(rest, want).find(route => !tried.includes(route))
  const refusal = { want: wish.want, reason, route: wish.route, next: next ?? null, at: now }
  if (next === undefined) return { state: { ...rest, refusal }, commands: [] }
  const again = { ...wish, route: next, phase: 'sending', due: now + FACTS.acknowledgeWithinMs } as const
  return { state: { ...rest, wish: again, refusal }, commands: [{ do: 'send', want, route: next }] }
}

function unreadable(state: RecordingState, why: Unknown, now: number): Step {
  const next = { ...state, readingSince: null }
  // the writer of this call's file is silent: what was last shown does not stand any more
  if (why === 'stuck-file' || why === 'unclaimed-file') return { state: lose(next, why, now), commands: [] }
  if (state.wish?.phase === 'reading') return { state: lose({ ...next, wish: null }, why, now), commands: [] }
  return { state: next, commands: [] }
}

function read(state: RecordingState, now: number): Step {
  if (state.proof.kind === 'unprovable' || state.readingSince !== null) return { state, commands: [] }
  return { state: { ...state, readingSince: now }, commands: [{ do: 'read' }] }
}

function lose(state: RecordingState, why: Unknown, now: number): RecordingState {
  const { proof } = state
  if (proof.kind === 'unknown' || proof.kind === 'unprovable') return state
  return {
    ...state,
    proof: { kind: 'unknown', why, since: now, last: { kind: proof.kind, at: proof.at } },
    // known until it was last confirmed, and not a moment longer
    tape: put(state.tape, 'unknown', proof.at),
    inertUntil: now + FACTS.inertMs,
  }
}

/** The computer's clock was set back: how old anything is cannot be told, and terms would be hours long. */
function setBack(state: RecordingState, now: number): RecordingState {
  return {
    ...lose({ ...state, wish: null }, 'no-answer', now),
    aliveAt: now,
    readingSince: now,
    inertUntil: now + FACTS.inertMs,
  }
}

function tick(state: RecordingState, now: number): Step {
  if (state.proof.kind === 'unprovable') return { state, commands: [] }
  if (now < state.aliveAt) return { state: setBack(state, now), commands: [{ do: 'read' }] }
  let next = state
  const commands: RecordingCommand[] = []
  if (next.readingSince !== null && now - next.readingSince >= FACTS.readWithinMs) {
    const step = unreadable(next, 'no-answer', now)
    next = step.state
  }
  const { wish } = next
  if (wish !== null && now >= wish.due) {
    if (wish.phase === 'reading') next = lose({ ...next, wish: null }, 'no-answer', now)
    else {
      const asked = {
        ...next,
        wish: { ...wish, phase: 'reading', due: now + FACTS.readWithinMs } as const,
        readingSince: now,
      }
      commands.push({ do: 'read' })
      next = asked
    }
  }
  if (now - next.aliveAt >= FACTS.unknownAfterMs) next = lose(next, 'no-answer', now)
  return { state: next, commands }
}
