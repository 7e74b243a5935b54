/** Which ways lead to the server now, in which order, and why each is next, possible, not now, refused or not here. Pure. */
import { carries, isToggle } from './dialect.ts'
import { FACTS, SERVER } from './facts.ts'
import { type Means, type RecordingState, type RefusalReason, type Route, type Want } from './state.ts'

export type Standing = 'next' | 'possible' | 'not-now' | 'refused' | 'not-here'

/** Why a way stands as it does; a key of the words on screen. */
export type WayReason =
  // usable
  | 'names-it' // the server is told what is wanted
  | 'in-audio'
  | 'no-audio-keys' // the phone cannot send keys in the audio of this call
  | 'by-setting'
  | 'if-audio-fails'
  | 'last-of-phone'
  | 'shown-to-work' // proven in this session
  | 'changed-nothing' // it was tried on this call, and nothing came of it
  // not now
  | 'not-shown' // the server does not show this call (yet)
  | 'not-connected'
  | 'ask-first' // it toggles, and the state is not known
  | 'not-proven' // it toggles, and is never sent without a proven state
  | 'untried'
  // refused
  | 'not-allowed'
  | 'refused'
  | 'tried-in-vain' // on this server, in this session
  // not here
  | 'not-offered'
  | 'no-phone' // the call is on another device
  | 'not-set' // the setting chooses another
  | 'only-bare'
  | 'cannot-pause'
  | 'cannot-stop'

export interface Way {
  readonly route: Route
  readonly standing: Standing
  readonly why: WayReason
}

/** From the one that names what it wants to the one that must first be shown to work. */
const ORDER: readonly Route[] = ['calld', 'rfc4733', 'info', 'record-info', 'calld-dtmf']

/** All ways for a want, the usable ones first and in the order in which they are taken. `asked`: a toggle from `unknown` may be. */
export function waysFor(state: RecordingState, want: Want, asked = false): readonly Way[] {
  const judged = ORDER.map(route => judge(state, route, want, asked))
  const usable = judged.filter(({ standing }) => standing === 'possible')
  // what was tried in vain on this call comes after what was not
  const silent = (way: Way) => way.why === 'changed-nothing'
  const ordered = [...usable.filter(way => !silent(way)), ...usable.filter(silent)]
  const [first, ...rest] = ordered
  return [
    ...(first === undefined ? [] : [{ ...first, standing: 'next' as const }, ...rest]),
    ...judged.filter(({ standing }) => standing !== 'possible'),
  ]
}

/** The routes that can carry a want now, best first. */
export const routesFor = (state: RecordingState, want: Want, asked = false): readonly Route[] =>
  waysFor(state, want, asked).flatMap(({ route, standing }) =>
    standing === 'next' || standing === 'possible' ? [route] : [],
  )

/** The route that a press takes. A stop from `paused` is two commands, so it needs one that names what it wants. */
export function routeFor(state: RecordingState, want: Want, asked = false): Route | null {
  const routes = routesFor(state, want, asked)
  const named = want === 'stop' && state.proof.kind === 'paused' && SERVER.stopWhilePausedFails.value
  return (named ? routes.find(route => !isToggle(route)) : routes[0]) ?? null
}

/** Is a toggle still on its way? Another one would undo it. */
export const isSending = ({ sending }: RecordingState, now: number): boolean =>
  sending !== null && now - sending < FACTS.carriedWithinMs

/** Is recording this leg refused, or known beforehand to be? A callee may be allowed by a queue or group. */
export const isForbidden = ({ forbidden, means }: RecordingState): boolean =>
  forbidden || (means.mayRecord === false && !(means.callee && SERVER.calleeByQueue.value))

/** Why it is refused, as far as the state tells. */
export function whyForbidden({ proof, means }: RecordingState): RefusalReason {
  const recorded = proof.kind === 'recording' || proof.kind === 'paused'
  if (recorded && SERVER.onlyAutomaticBypasses.value) return 'by-policy'
  return means.callee && means.mayRecord === true ? 'not-this-queue' : 'not-allowed'
}

function judge(state: RecordingState, route: Route, want: Want, asked: boolean): Way {
  const { means, proof } = state
  const as = (standing: Standing, why: WayReason): Way => ({ route, standing, why })
  const absent = notHere(route, means)
  if (absent !== null) return as('not-here', absent)
  if (isForbidden(state)) return as('refused', 'not-allowed')
  if (state.barred.includes(route)) return as('refused', 'refused')
  if (!carries(route, means, want)) return as('not-here', want === 'stop' ? 'cannot-stop' : 'cannot-pause')
  if ((route === 'calld' || route === 'calld-dtmf') && !means.shown) return as('not-now', 'not-shown')
  if (route === 'calld' && means.ringing && !SERVER.startWhileRinging.value) return as('not-now', 'not-connected')
  if (isToggle(route)) {
    if (!means.bridged && SERVER.star3NeedsBridge.value) return as('not-now', 'not-connected')
    const proven = proof.kind !== 'unknown' && proof.kind !== 'unprovable'
    if (!proven && (route === 'record-info' || route === 'calld-dtmf')) return as('not-now', 'not-proven')
    if (proof.kind === 'unknown' && !asked) return as('not-now', 'ask-first')
    if (route === 'calld-dtmf' && means.keysByApi === 'barred') return as('refused', 'tried-in-vain')
    if (route === 'calld-dtmf' && means.keysByApi === 'untried') return as('not-now', 'untried')
    if (state.silent.includes(route)) return as('possible', 'changed-nothing')
  }
  return as('possible', whyUsable(route, means))
}

function notHere(route: Route, means: Means): WayReason | null {
  switch (route) {
    case 'calld':
      return means.api === 'none' ? 'not-offered' : null
    case 'rfc4733':
      if (!means.phone) return 'no-phone'
      if (means.digits === 'info') return 'not-set'
      return means.insertsDigits || means.ringing ? null : 'no-audio-keys'
    case 'info':
      if (!means.phone) return 'no-phone'
      return means.digits === 'rfc4733' ? 'not-set' : null
    case 'record-info':
      if (!means.phone) return 'no-phone'
      return means.recordInfo ? null : 'only-bare'
    case 'calld-dtmf':
      return means.keysByApi === 'none' ? 'not-offered' : null
  }
}

function whyUsable(route: Route, means: Means): WayReason {
  switch (route) {
    case 'calld':
      return 'names-it'
    case 'rfc4733':
      return means.digits === 'rfc4733' ? 'by-setting' : 'in-audio'
    case 'info':
      if (means.digits === 'info') return 'by-setting'
      return means.insertsDigits ? 'if-audio-fails' : 'no-audio-keys'
    case 'record-info':
      return 'last-of-phone'
    case 'calld-dtmf':
      return 'shown-to-work'
  }
}
