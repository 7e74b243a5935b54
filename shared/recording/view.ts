/** What the lamp and its two places show, derived from a leg's state. Schemas too, since it crosses the bridge. */
import { z } from 'zod'
import { isToggle } from './dialect.ts'
import { isForbidden, isSending, routeFor, routesFor, waysFor, whyForbidden } from './routes.ts'
import { type RecordingState, type Want } from './state.ts'
import { firstRecordedAt, runningSince, settledMs } from './tape.ts'

export const WantSchema = z.enum(['start', 'pause', 'resume', 'stop'])

/**
 * What a press does: a want, a new read, or a bare `*3` where nothing can be proven. `plan` and `unplan`: record once
 * connected, or not. `try`: does the code reach this call as digits through the server?
 */
export const Press = z.enum(['start', 'pause', 'resume', 'stop', 'check', 'send-code', 'plan', 'unplan', 'try'])
export type Press = z.infer<typeof Press>

/** The label of a place, a key of the words on screen. */
export const PlaceLabel = z.enum([
  'record',
  'record-again',
  'record-anyway',
  'from-start',
  'plan',
  'unplan',
  'pause',
  'resume',
  'stop',
  'check',
  'send-code',
])
export type PlaceLabel = z.infer<typeof PlaceLabel>

/** Why a place takes no press. `settling`: its label has just changed. */
export const PlaceBar = z.enum([
  'wish-open',
  'settling',
  'not-allowed',
  'not-this-queue',
  'by-policy',
  'no-bridge',
  'no-route',
  'cannot-pause',
  'cannot-stop',
  'not-now',
])
export type PlaceBar = z.infer<typeof PlaceBar>

export const Place = z.object({
  press: Press,
  label: PlaceLabel,
  /** Null = it takes a press. */
  barred: PlaceBar.nullable(),
  /** The press toggles something that is not known: ask first. What it does if this call is recorded now. */
  ask: z.enum(['may-pause', 'may-stop']).nullable(),
})
export type Place = z.infer<typeof Place>

export const RouteSchema = z.enum(['calld', 'rfc4733', 'info', 'record-info', 'calld-dtmf'])

/** One way of controlling this call, and why it stands as it does (routes.ts). */
export const WaySchema = z.object({
  route: RouteSchema,
  standing: z.enum(['next', 'possible', 'not-now', 'refused', 'not-here']),
  why: z.enum([
    'names-it',
    'in-audio',
    'no-audio-keys',
    'by-setting',
    'if-audio-fails',
    'last-of-phone',
    'shown-to-work',
    'changed-nothing',
    'not-shown',
    'not-connected',
    'ask-first',
    'not-proven',
    'untried',
    'not-allowed',
    'refused',
    'tried-in-vain',
    'not-offered',
    'no-phone',
    'not-set',
    'only-bare',
    'cannot-pause',
    'cannot-stop',
  ]),
})

const seenSchema = z.enum(['off', 'recording', 'paused'])

export const RecordingView = z.object({
  /** `unknown` carries what was last seen, and when. */
  proof: z.discriminatedUnion('kind', [
    z.object({ kind: seenSchema, since: z.number(), at: z.number() }),
    z.object({
      kind: z.literal('unknown'),
      why: z.enum(['not-read', 'no-answer', 'asleep', 'stuck-file', 'unclaimed-file']),
      last: z.object({ kind: seenSchema, at: z.number() }).nullable(),
    }),
    z.object({ kind: z.literal('unprovable') }),
  ]),
  wish: z.object({ want: WantSchema, since: z.number() }).nullable(),
  refusal: z
    .object({
      want: WantSchema,
      reason: z.enum([
        'not-allowed',
        'not-this-queue',
        'by-policy',
        'not-yours',
        'no-bridge',
        'not-offered',
        'server-trouble',
        'phone-cannot',
        'nothing-happened',
        'not-proven',
        'no-route',
        'pressed-elsewhere',
      ]),
      route: RouteSchema.nullable(),
      next: RouteSchema.nullable(),
      at: z.number(),
    })
    .nullable(),
  /** Record / Pause / Resume; null where nothing fits. */
  main: Place.nullable(),
  /** Stop recording. */
  stop: Place.nullable(),
  /** Will be recorded once connected. */
  planned: z.boolean(),
  /** The route that the next press takes; null = none. */
  route: RouteSchema.nullable(),
  /** All ways of that press, for Details. */
  ways: z.array(WaySchema),
  /** "Try it": whether digits through the server press the code can be found out now. */
  canTry: z.boolean(),
  /** Tape time: milliseconds recorded before `runningSince`. */
  recordedMs: z.number(),
  runningSince: z.number().nullable(),
  firstRecordedAt: z.number().nullable(),
  sentAt: z.number().nullable(),
  /** Milliseconds from now until the places settle; 0 = settled. */
  settlesIn: z.number(),
})
export type RecordingView = z.infer<typeof RecordingView>

/** Derives what is shown at `now` (milliseconds since the epoch). */
export function view(state: RecordingState, now: number): RecordingView {
  const { proof, wish, refusal } = state
  const { main, stop } = places(state, now)
  const want = wantOf(main)
  return {
    proof:
      proof.kind === 'unknown'
        ? { kind: 'unknown', why: proof.why, last: proof.last }
        : proof.kind === 'unprovable'
          ? { kind: 'unprovable' }
          : { kind: proof.kind, since: proof.since, at: proof.at },
    wish: wish === null ? null : { want: wish.want, since: wish.since },
    planned: state.plan !== null,
    refusal,
    main,
    stop,
    route: routeFor(state, want, main !== null && main.ask !== null),
    ways: [...waysFor(state, want)],
    canTry: canTry(state),
    recordedMs: settledMs(state.tape),
    runningSince: runningSince(state.tape),
    firstRecordedAt: firstRecordedAt(state.tape),
    sentAt: state.sentAt,
    settlesIn: Math.max(0, state.inertUntil - now),
  }
}

/** What a press of the main place asks for, for the ways that it may take. */
function wantOf(main: Place | null): Want {
  const press = main?.press
  return press === 'pause' || press === 'resume' || press === 'stop' ? press : 'start'
}

function canTry(state: RecordingState): boolean {
  const { means, proof, wish } = state
  const proven = proof.kind !== 'unknown' && proof.kind !== 'unprovable'
  return wish === null && proven && means.shown && means.bridged && means.keysByApi === 'untried' && !isForbidden(state)
}

/** What the places say; no time changes that. */
export function labels(state: RecordingState): { readonly main: PlaceLabel | null; readonly stop: PlaceLabel | null } {
  const { main, stop } = places(state, 0)
  return { main: main?.label ?? null, stop: stop?.label ?? null }
}

function places(state: RecordingState, now: number): { main: Place | null; stop: Place | null } {
  const { proof, means } = state
  const place = (press: Want, label: Place['label']): Place => ({
    press,
    label,
    barred: bar(state, press, now),
    ask: null,
  })
  if (means.ringing && (proof.kind === 'off' || proof.kind === 'unknown' || proof.kind === 'unprovable')) {
    return whileRinging(state, now)
  }
  switch (proof.kind) {
    case 'unprovable':
      return { main: { ...place('start', 'send-code'), press: 'send-code' }, stop: null }
    case 'unknown':
      return fromUnknown(state, now)
    case 'off':
      return { main: place('start', firstRecordedAt(state.tape) === null ? 'record' : 'record-again'), stop: null }
    case 'recording':
      return { main: place('pause', 'pause'), stop: place('stop', 'stop') }
    case 'paused':
      return { main: place('resume', 'resume'), stop: place('stop', 'stop') }
  }
}

/** By the API at once, else once connected. A plan can be taken back. */
function whileRinging(state: RecordingState, now: number): { main: Place; stop: null } {
  const as = (press: Place['press'], label: Place['label'], barred: Place['barred']) => ({
    main: { press, label, barred, ask: null },
    stop: null,
  })
  if (state.plan !== null) return as('unplan', 'unplan', unlessSettled(state, now))
  const barred = bar(state, 'start', now)
  if (state.proof.kind === 'off' && routeFor(state, 'start') !== null) {
    return as('start', 'from-start', barred)
  }
  return as('plan', 'plan', barred === 'no-bridge' || barred === 'not-now' ? unlessSettled(state, now) : barred)
}

/** Without a question only what does not toggle. */
function fromUnknown(state: RecordingState, now: number): { main: Place; stop: Place | null } {
  const { proof, means, readingSince } = state
  const check: Place = { press: 'check', label: 'check', barred: readingSince === null ? null : 'not-now', ask: null }
  // it is known in a moment
  if (proof.kind === 'unknown' && proof.why === 'not-read') return { main: check, stop: null }
  const barred = bar(state, 'start', now)
  if (routesFor(state, 'start').length > 0) {
    return { main: { press: 'start', label: 'record-anyway', barred, ask: null }, stop: check }
  }
  const [route] = routesFor(state, 'start', true)
  if (route === undefined || !isToggle(route)) return { main: check, stop: null }
  const ask = means.dialect === 'start-pause-resume' ? 'may-pause' : 'may-stop'
  return { main: { press: 'start', label: 'send-code', barred: unlessSettled(state, now), ask }, stop: check }
}

const unlessSettled = (state: RecordingState, now: number): PlaceBar | null =>
  state.wish !== null || isSending(state, now) ? 'wish-open' : now < state.inertUntil ? 'settling' : null

function bar(state: RecordingState, want: Want, now: number): PlaceBar | null {
  if (state.wish !== null || isSending(state, now)) return 'wish-open'
  if (isForbidden(state)) return forbidden(state)
  if (routeFor(state, want) !== null) return unlessSettled(state, now)
  const whys = waysFor(state, want).map(({ why }) => why)
  if (whys.includes('not-connected')) return 'no-bridge'
  if (whys.includes('not-shown')) return 'not-now'
  if (whys.includes('cannot-stop') || (want === 'stop' && whys.includes('names-it'))) return 'cannot-stop'
  return whys.includes('cannot-pause') ? 'cannot-pause' : 'no-route'
}

function forbidden(state: RecordingState): PlaceBar {
  const why = whyForbidden(state)
  return why === 'by-policy' || why === 'not-this-queue' ? why : 'not-allowed'
}
