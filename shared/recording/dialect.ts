/** What each route can carry in each dialect, and whether a route is a toggle. */
import { FACTS } from './facts.ts'
import { type Dialect, type Route, type Seen, type Want } from './state.ts'

/** The API names what it wants; digits toggle, so they are never sent from `unknown` without asking. */
export const isToggle = (route: Route): boolean => route !== 'calld'

/** Can this route carry this want on a server of this dialect? (wazo.md 4.1, 4.3) */
export function carries(route: Route, dialect: Dialect, want: Want): boolean {
  if (want === 'pause' || want === 'resume') return dialect === 'start-pause-resume'
  if (want === 'stop' && isToggle(route)) return !(dialect === 'start-pause-resume' && FACTS.pausingStar3NeverStops)
  return true
}

/** What a want leads to. */
export const goal = (want: Want): Seen => (want === 'stop' ? 'off' : want === 'pause' ? 'paused' : 'recording')

/** The wants that make sense from a proven state. */
export function wantsFrom(seen: Seen): readonly Want[] {
  if (seen === 'off') return ['start']
  return seen === 'recording' ? ['pause', 'stop'] : ['resume', 'stop']
}
