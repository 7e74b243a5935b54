/**
 * The reducer of a leg's recording state: `(state, event, now) -> state + commands`. Pure: it knows no network and
 * no clock of its own, and can be replayed from a log. Only evidence moves the proof (design 3).
 */
import { goal, isToggle, toggled, wantsFrom } from './dialect.ts'
import { FACTS, SERVER } from './facts.ts'
import { hear, noKeys } from './keys.ts'
import { isForbidden, isSending, routeFor, routesFor, whyForbidden } from './routes.ts'
import {
  type Means,
  type Proof,
  type RecordingCommand,
  type RecordingEvent,
  type RecordingState,
  type RefusalReason,
  type Seen,
  type Step,
  type Unknown,
  type Want,
  type Wish,
} from './state.ts'
import { put } from './tape.ts'

/** The state of a leg that nothing is known of yet. */
export function initial(means: Means, now: number): RecordingState {
  return {
    means,
    proof: means.provable ? { kind: 'unknown', why: 'not-read', since: now, last: null } : { kind: 'unprovable' },
    wish: null,
    plan: null,
    refusal: null,
    barred: [],
    forbidden: false,
    silent: [],
    aliveAt: now,
    readingSince: null,
    tape: [],
    sentAt: null,
    sending: null,
    inertUntil: 0,
    keys: noKeys,
    pressed: null,
  }
}

/** One step. `now`: milliseconds since the epoch. A clock that was set back is noticed at the next `tick`. */
export function reduce(state: RecordingState, event: RecordingEvent, now: number): Step {
  const answered = (event.kind === 'acknowledged' || event.kind === 'refused') && state.sending !== null
  const { state: next, commands } = follow(answered ? { ...state, sending: null } : state, event, now)
  const toggles = commands.some(command => command.do === 'send' && isToggle(command.route))
  return { state: toggles ? { ...next, sending: now } : next, commands }
}

function follow(state: RecordingState, event: RecordingEvent, now: number): Step {
  const { state: next, commands } = apply(state, event, now)
  if (next.plan === null || next.wish !== null) return { state: next, commands }
  const planned = followPlan(next, now)
  return { state: planned.state, commands: [...commands, ...planned.commands] }
}

function apply(state: RecordingState, event: RecordingEvent, now: number): Step {
  switch (event.kind) {
    case 'means':
      return changeMeans(state, event.means, now)
    case 'press':
      return press(state, event.want, event.asked === true, now)
    case 'plan':
      // a wish that is open asks for the same
      if (state.wish !== null) return only(state)
      return only({ ...state, plan: event.on ? { since: now, bridgedAt: null } : null })
    case 'try':
      return tryKeys(state, now)
    case 'evidence':
      return evidence(state, event.seen, event.at, now)
    case 'alive':
      return only({ ...state, aliveAt: now })
    case 'acknowledged':
      return only(acknowledged(state, event.want, now))
    case 'refused':
      return refused(state, event.want, event.reason, event.certain, now)
    case 'unreadable':
      return only(unreadable(state, event.why, now))
    case 'key':
      return only(heard(state, event.key, event.code, now))
    case 'asleep':
      return only(lose({ ...state, wish: null, readingSince: null }, 'asleep', now))
    case 'check':
      return read(state, now)
    case 'tick':
      return tick(state, now)
  }
}

const only = (state: RecordingState): Step => ({ state, commands: [] })

function changeMeans(state: RecordingState, means: Means, now: number): Step {
  if (means.provable === state.means.provable) return only({ ...state, means })
  const proof: Proof = means.provable
    ? { kind: 'unknown', why: 'not-read', since: now, last: null }
    : { kind: 'unprovable' }
  // what was proven until now is on the tape; from here on it cannot be told
  const next = { ...lose(state, 'not-read', now), means, proof }
  return means.provable ? read(next, now) : only(next)
}

// ---- what the user asks for

function press(state: RecordingState, want: Want, asked: boolean, now: number): Step {
  if (state.wish !== null || isSending(state, now) || now < state.inertUntil) return only(state)
  const { proof } = state
  // the code can be sent, and no more is offered: a stop that toggles could start
  if (proof.kind === 'unprovable') return want === 'start' ? sendUnproven(state, want, now) : only(state)
  if (proof.kind === 'unknown' ? want !== 'start' : !wantsFrom(proof.kind).includes(want)) return only(state)
  return send(state, want, asked, now)
}

/** Without proof there is no wish: what was sent, and when, is all that can be said. */
function sendUnproven(state: RecordingState, want: Want, now: number): Step {
  const route = routeFor(state, want)
  if (route === null) return only(noRoute(state, want, now))
  const next = { ...state, plan: null, refusal: null, inertUntil: now + FACTS.inertMs }
  return { state: next, commands: [{ do: 'send', want, route }] }
}

function send(state: RecordingState, want: Want, asked: boolean, now: number): Step {
  const route = routeFor(state, want, asked)
  if (route === null) return only(noRoute(state, want, now))
  const resumingFirst = want === 'stop' && state.proof.kind === 'paused' && SERVER.stopWhilePausedFails.value
  return sendBy(state, { want, route, resumingFirst, asked: state.proof.kind === 'unknown' && isToggle(route) }, now)
}

function sendBy(
  state: RecordingState,
  what: Pick<Wish, 'want' | 'route' | 'resumingFirst' | 'asked'>,
  now: number,
): Step {
  const wish = { ...what, since: now, phase: 'sending', due: now + FACTS.acknowledgeWithinMs, doubt: null } as const
  return {
    state: { ...state, wish, plan: null, refusal: null, pressed: null },
    commands: [{ do: 'send', want: sentNow(wish), route: what.route }],
  }
}

/** What the wish has put on its route now. */
const sentNow = (wish: Pick<Wish, 'want' | 'resumingFirst'>): Want => (wish.resumingFirst ? 'resume' : wish.want)

function noRoute(state: RecordingState, want: Want, now: number): RecordingState {
  const asking = state.proof.kind === 'unknown' && routesFor(state, want, true).length > 0
  const reason: RefusalReason = isForbidden(state)
    ? whyForbidden(state)
    : asking
      ? 'not-proven'
      : !state.means.bridged && (state.means.phone || state.means.api !== 'none')
        ? 'no-bridge'
        : 'no-route'
  return { ...state, wish: null, plan: null, refusal: { want, reason, route: null, next: null, at: now } }
}

/** Only the user's own wish to know sends digits through a server that is not known to press the code by them. */
function tryKeys(state: RecordingState, now: number): Step {
  const { means, proof } = state
  const proven = proof.kind === 'off' || proof.kind === 'recording' || proof.kind === 'paused'
  const may = proven && means.shown && means.bridged && means.keysByApi === 'untried' && !isForbidden(state)
  if (!may || state.wish !== null || isSending(state, now) || now < state.inertUntil) return only(state)
  const want = toggled(proof.kind, means.dialect)
  return sendBy(state, { want, route: 'calld-dtmf', resumingFirst: false, asked: false }, now)
}

/** A plan becomes a wish once the leg is connected and known not to be recorded; in words where it cannot. */
function followPlan(state: RecordingState, now: number): Step {
  const { plan, proof, means } = state
  if (plan === null) return only(state)
  if (proof.kind === 'recording') return only({ ...state, plan: null })
  if (isForbidden(state)) return only(noRoute(state, 'start', now))
  if (!means.bridged) return only({ ...state, plan: { ...plan, bridgedAt: null } })
  const bridgedAt = Math.min(plan.bridgedAt ?? now, now)
  const waiting = { ...state, plan: { ...plan, bridgedAt } }
  const late = now - bridgedAt >= FACTS.planWithinMs
  if (proof.kind === 'unknown' && !late) return only(waiting)
  const want = proof.kind === 'paused' ? 'resume' : 'start'
  const route = routeFor(state, want)
  if (route === null) return only(late ? noRoute(state, want, now) : waiting)
  if (isToggle(route) && (now - bridgedAt < FACTS.planToggleAfterMs || isSending(state, now))) return only(waiting)
  return proof.kind === 'unprovable' ? sendUnproven(state, want, now) : send(state, want, false, now)
}

// ---- what the server or the file shows

function evidence(state: RecordingState, seen: Seen, at: number, now: number): Step {
  const aliveAt = now
  if (state.proof.kind === 'unprovable') return only({ ...state, aliveAt })
  const changed = state.proof.kind !== seen
  const next = moveProof({ ...state, aliveAt, readingSince: null }, seen, at, now)
  const { wish } = state
  if (wish === null) return only(changed ? { ...next, refusal: null, pressed: null } : judgePressed(next, now))
  const over = only({ ...next, wish: null, refusal: null })
  // a toggle that is not out yet may still turn around what is shown now: it stays open until it is
  if (isToggle(wish.route) && wish.phase === 'sending') return only(next)
  if (wish.asked) return wish.phase === 'reading' || seen !== lastSeen(state) ? over : only(next)
  if (seen === goal(wish.want) && !(wish.resumingFirst && seen === 'recording')) return over
  if (!isToggle(wish.route)) {
    if (wish.resumingFirst && seen === 'recording') return send({ ...next, wish: null }, 'stop', false, now)
    // start while paused does nothing, and stop while paused fails: resume first
    if (seen === 'paused' && wish.want === 'start' && SERVER.startWhilePausedIsVoid.value) {
      return send({ ...next, wish: null }, 'resume', false, now)
    }
    if (seen === 'paused' && wish.want === 'stop' && !wish.resumingFirst && wish.phase === 'reading') {
      return send({ ...next, wish: null }, 'stop', false, now)
    }
  }
  // nothing is left to pause or to resume, and what is true is shown
  const goesOn = wish.want === 'pause' || wish.want === 'resume'
  if (seen === 'off' && goesOn && state.proof.kind !== 'unknown') return over
  return only(wish.phase === 'reading' ? failed({ ...next, wish: null }, wish, now) : next)
}

/** What was last proven; null = nothing was. */
const lastSeen = ({ proof }: RecordingState): Seen | null =>
  proof.kind === 'unknown' ? (proof.last?.kind ?? null) : proof.kind === 'unprovable' ? null : proof.kind

/** Acknowledged, read once after 2 s, and the old state is still there: the wish failed, and we say so. */
function failed(state: RecordingState, { want, route, doubt }: Wish, now: number): RecordingState {
  const refusal = { want, reason: doubt ?? 'nothing-happened', route, next: null, at: now } as const
  const silent = isToggle(route) && !state.silent.includes(route) ? [...state.silent, route] : state.silent
  return { ...state, silent, refusal }
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

// ---- what became of a command

function acknowledged(state: RecordingState, want: Want, now: number): RecordingState {
  if (state.proof.kind === 'unprovable') return { ...state, sentAt: now }
  const { wish } = state
  if (wish === null || sentNow(wish) !== want || wish.phase !== 'sending') return state
  const sent = { ...state, sentAt: now }
  // proof can be quicker than the end of the last digit
  if (isToggle(wish.route) && !wish.asked && state.proof.kind === goal(wish.want)) {
    return { ...sent, wish: null, refusal: null, inertUntil: now + FACTS.inertMs }
  }
  return { ...sent, wish: { ...wish, phase: 'sent', due: now + FACTS.proofAfterMs } }
}

function refused(state: RecordingState, want: Want, reason: RefusalReason, certain: boolean, now: number): Step {
  if (state.proof.kind === 'unprovable') {
    return only({ ...state, refusal: { want, reason, route: null, next: null, at: now } })
  }
  const { wish } = state
  if (wish === null || sentNow(wish) !== want) return only(state)
  // it may have worked: read first, and judge by what is read
  if (!certain) return ask({ ...state, wish: { ...wish, doubt: reason } }, now)
  // done by somebody else meanwhile
  if (!wish.asked && state.proof.kind === goal(wish.want)) return only({ ...state, wish: null, refusal: null })
  const final = reason === 'not-allowed'
  const bars = reason === 'not-offered' || reason === 'phone-cannot' || reason === 'not-yours'
  const barred = bars ? [...state.barred, wish.route] : state.barred
  const rest = { ...state, wish: null, barred, forbidden: state.forbidden || final }
  const tried = [...barred, wish.route]
  const again = reason !== 'no-bridge' && !final && !wish.resumingFirst && stillFits(state, wish)
  const next = again ? routesFor(rest, want, wish.asked).find(route => !tried.includes(route)) : undefined
  const refusal = {
    want: wish.want,
    reason: final ? whyForbidden(state) : reason,
    route: wish.route,
    next: next ?? null,
    at: now,
  }
  // what we believed may not be so
  if (next === undefined) return read({ ...rest, refusal }, now)
  const sending = { ...wish, route: next, phase: 'sending', due: now + FACTS.acknowledgeWithinMs } as const
  return { state: { ...rest, wish: sending, refusal }, commands: [{ do: 'send', want, route: next }] }
}

/** Does what was asked for still make sense from what is proven now? */
const stillFits = ({ proof }: RecordingState, { want, asked }: Wish): boolean =>
  proof.kind === 'unknown'
    ? want === 'start'
    : !asked && proof.kind !== 'unprovable' && wantsFrom(proof.kind).includes(want)

// ---- reading

/** The one read that judges a wish. Also when one is under way: it began before. */
function ask(state: RecordingState, now: number): Step {
  const { wish } = state
  if (wish === null) return only(state)
  const asked = { ...wish, phase: 'reading', due: now + FACTS.readWithinMs } as const
  return { state: { ...state, wish: asked, readingSince: now }, commands: [{ do: 'read' }] }
}

function unreadable(state: RecordingState, why: Unknown, now: number): RecordingState {
  const next = { ...state, readingSince: null, pressed: state.pressed?.phase === 'reading' ? null : state.pressed }
  // the writer of this call's file is silent: what was last shown does not stand any more
  if (why === 'stuck-file' || why === 'unclaimed-file') return lose(next, why, now)
  if (state.wish?.phase === 'reading') return lose({ ...next, wish: null }, why, now)
  return next
}

function read(state: RecordingState, now: number): Step {
  if (state.proof.kind === 'unprovable' || state.readingSince !== null) return only(state)
  return { state: { ...state, readingSince: now }, commands: [{ do: 'read' }] }
}

/** `until`: so long what was last proven is known to have stood. */
function lose(state: RecordingState, why: Unknown, now: number, until?: number): RecordingState {
  const { proof } = state
  if (proof.kind === 'unprovable') return state
  if (proof.kind === 'unknown') return proof.why === 'not-read' ? { ...state, proof: { ...proof, why } } : state
  return {
    ...state,
    proof: { kind: 'unknown', why, since: now, last: { kind: proof.kind, at: proof.at } },
    tape: put(state.tape, 'unknown', until ?? proof.at),
    inertUntil: now + FACTS.inertMs,
  }
}

// ---- the code pressed on some device

function heard(state: RecordingState, key: string, code: string, now: number): RecordingState {
  const { held, matched } = hear(state.keys, key, code, now)
  const next = { ...state, keys: held }
  const { proof, wish } = state
  if (!matched || wish !== null || proof.kind === 'unknown' || proof.kind === 'unprovable') return next
  // it did what it does, and its proof was quicker than the news of the key
  if (now - changedAt(state) < FACTS.proofAfterMs) return next
  return { ...next, pressed: { phase: 'waiting', due: now + FACTS.proofAfterMs } }
}

/** When what is known of the recording last changed; -Infinity = it was one and the same all the time. */
function changedAt({ tape }: RecordingState): number {
  const known = tape.filter(({ to }) => to !== 'unknown')
  const [before, last] = known.slice(-2)
  return before === undefined || last === undefined || before.to === last.to ? -Infinity : last.at
}

/** A read after 2 s shows the old state: the press came to nothing. */
function judgePressed(state: RecordingState, now: number): RecordingState {
  const { pressed, proof, means } = state
  if (pressed?.phase !== 'reading' || proof.kind === 'unknown' || proof.kind === 'unprovable') return state
  const want = toggled(proof.kind, means.dialect)
  const refusal = { want, reason: 'pressed-elsewhere', route: null, next: null, at: now } as const
  return { ...state, pressed: null, refusal }
}

// ---- time

/** The newest moment that is known: the present cannot lie before it. */
const newest = ({ aliveAt, wish, readingSince, sending }: RecordingState): number =>
  Math.max(aliveAt, wish?.since ?? 0, readingSince ?? 0, sending ?? 0)

/** The computer's clock was set back: how old anything is cannot be told, and terms would be hours long. */
function setBack(state: RecordingState, now: number): RecordingState {
  return {
    ...lose({ ...state, wish: null, pressed: null }, 'no-answer', now),
    sending: state.sending === null ? null : now,
    aliveAt: now,
    readingSince: now,
    inertUntil: now + FACTS.inertMs,
  }
}

function tick(state: RecordingState, now: number): Step {
  if (state.proof.kind === 'unprovable') return only(state)
  if (now < newest(state)) return { state: setBack(state, now), commands: [{ do: 'read' }] }
  let next = state
  const commands: RecordingCommand[] = []
  if (next.readingSince !== null && now - next.readingSince >= FACTS.readWithinMs) {
    next = unreadable(next, 'no-answer', now)
  }
  const { wish, pressed } = next
  if (wish !== null && now >= wish.due) {
    if (wish.phase === 'reading') next = lose({ ...next, wish: null }, 'no-answer', now)
    else {
      const step = ask(next, now)
      next = step.state
      commands.push(...step.commands)
    }
  }
  if (pressed !== null && pressed.phase === 'waiting' && now >= pressed.due) {
    next = { ...next, pressed: { phase: 'reading', due: now + FACTS.readWithinMs }, readingSince: now }
    commands.push({ do: 'read' })
  }
  // until its last sign of life the source would have told of a change
  if (now - next.aliveAt >= FACTS.unknownAfterMs) next = lose(next, 'no-answer', now, next.aliveAt)
  return { state: next, commands }
}
