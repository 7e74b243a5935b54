/** What the lamp and its two places show, derived from a leg's state. Schemas too, since it crosses the bridge. */
import { z } from 'zod'
import { isToggle } from './dialect.ts'
import { routesFor } from './reducer.ts'
import { type RecordingState, type Want } from './state.ts'
import { firstRecordedAt, runningSince, settledMs } from './tape.ts'

export const WantSchema = z.enum(['start', 'pause', 'resume', 'stop'])

/** What a press of a place does: a want, a new read, or a bare `*3` where nothing can be proven. */
export const Press = z.enum(['start', 'pause', 'resume', 'stop', 'check', 'send-code'])
export type Press = z.infer<typeof Press>

/** The label of a place, a key of the words on screen. */
export const PlaceLabel = z.enum([
  'record',
  'record-again',
  'record-anyway',
  'pause',
  'resume',
  'stop',
  'check',
  'send-code',
])

/** Why a place takes no press. `settling`: its label has just changed. */
export const PlaceBar = z.enum([
  'wish-open',
  'settling',
  'not-allowed',
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
})
export type Place = z.infer<typeof Place>

const seenSchema = z.enum(['off', 'recording', 'paused'])

export const RecordingView = z.object({
  /** `unknown` carries what was last seen, and when. */
  proof: z.discriminatedUnion('kind', [
    z.object({ kind: seenSchema, since: z.number(), at: z.number() }),
    z.object({
      kind: z.literal('unknown'),
      why: z.enum(['not-read', 'no-answer', 'stuck-file', 'unclaimed-file']),
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
        'not-yours',
        'no-bridge',
        'not-offered',
        'server-trouble',
        'phone-cannot',
        'nothing-happened',
        'no-route',
      ]),
      route: z.enum(['calld', 'rfc4733', 'info']).nullable(),
      next: z.enum(['calld', 'rfc4733', 'info']).nullable(),
      at: z.number(),
    })
    .nullable(),
  /** Record / Pause / Resume; null where nothing fits. */
  main: Place.nullable(),
  /** Stop recording. */
  stop: Place.nullable(),
  /** The route that the next press takes, for Details. */
  route: z.enum(['calld', 'rfc4733', 'info']).nullable(),
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
  return {
    proof:
      proof.kind === 'unknown'
        ? { kind: 'unknown', why: proof.why, last: proof.last }
        : proof.kind === 'unprovable'
          ? { kind: 'unprovable' }
          : { kind: proof.kind, since: proof.since, at: proof.at },
    wish: wish === null ? null : { want: wish.want, since: wish.since },
    refusal,
    main,
    stop,
    route:
      routesFor(
        state,
        main === null || main.press === 'check' || main.press === 'send-code' ? 'start' : main.press,
      )[0] ?? null,
    recordedMs: settledMs(state.tape),
    runningSince: runningSince(state.tape),
    firstRecordedAt: firstRecordedAt(state.tape),
    sentAt: state.sentAt,
    settlesIn: Math.max(0, state.inertUntil - now),
  }
}

function places(state: RecordingState, now: number): { main: Place | null; stop: Place | null } {
  const { proof, means } = state
  const place = (press: Want, label: Place['label']): Place => ({ press, label, barred: bar(state, press, now) })
  switch (proof.kind) {
    case 'unprovable':
      return { main: { press: 'send-code', label: 'send-code', barred: bar(state, 'start', now) }, stop: null }
    case 'unknown': {
      const byApi = routesFor(state, 'start').some(route => !isToggle(route))
      const check: Place = { press: 'check', label: 'check', barred: state.readingSince === null ? null : 'not-now' }
      return byApi && proof.why !== 'not-read'
        ? { main: place('start', 'record-anyway'), stop: check }
        : { main: check, stop: null }
    }
    case 'off':
      return { main: place('start', firstRecordedAt(state.tape) === null ? 'record' : 'record-again'), stop: null }
    case 'recording':
      return {
        main:
          means.dialect === 'start-pause-resume'
            ? place('pause', 'pause')
            : { press: 'pause', label: 'pause', barred: 'cannot-pause' },
        stop: place('stop', 'stop'),
      }
    case 'paused':
      return { main: place('resume', 'resume'), stop: place('stop', 'stop') }
  }
}

function bar(state: RecordingState, want: Want, now: number): PlaceBar | null {
  if (state.wish !== null) return 'wish-open'
  if (state.forbidden) return 'not-allowed'
  if (routesFor(state, want).length === 0) {
    if (state.means.routes.length > 0 && !state.means.bridged) return 'no-bridge'
    if (state.means.routes.length === 0) return 'no-route'
    return want === 'stop' ? 'cannot-stop' : want === 'pause' ? 'cannot-pause' : 'no-route'
  }
  return now < state.inertUntil ? 'settling' : null
}
