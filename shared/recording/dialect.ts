/** What each route can carry, whether it toggles, and what a want leads to. */
import { isBefore } from '../version.ts'
import { SERVER } from './facts.ts'
import { type Means, type Route, type Seen, type Want } from './state.ts'

/** The API names what it wants; all else toggles, so it is never sent from `unknown` without asking. */
export const isToggle = (route: Route): boolean =>
  route === 'record-info' ? SERVER.recordInfoToggles.value : route !== 'calld'

/** Can this route carry this want here? */
export function carries(route: Route, { api, dialect }: Pick<Means, 'api' | 'dialect'>, want: Want): boolean {
  const by = route === 'calld' ? api : dialect
  if (by === 'none') return false
  if (want === 'pause' || want === 'resume') return by === 'start-pause-resume' && route !== 'record-info'
  if (want === 'stop' && isToggle(route)) return by === 'start-stop'
  return true
}

/** What `*3` means on a server of this release; null = the release is not known. */
export function dialectOf(release: readonly number[] | null, pauseApi: boolean): Means['dialect'] {
  const pauses = pauseApi || (release !== null && !isBefore(release, SERVER.star3Pauses.since))
  return pauses ? 'start-pause-resume' : 'start-stop'
}

/** What a want leads to. */
export const goal = (want: Want): Seen => (want === 'stop' ? 'off' : want === 'pause' ? 'paused' : 'recording')

/** The wants that make sense from a proven state. */
export function wantsFrom(seen: Seen): readonly Want[] {
  if (seen === 'off') return ['start']
  return seen === 'recording' ? ['pause', 'stop'] : ['resume', 'stop']
}

/** What one press of the code asks for. */
export function toggled(seen: Seen, dialect: Means['dialect']): Want {
  if (seen === 'off') return 'start'
  if (dialect === 'start-stop') return 'stop'
  return seen === 'recording' ? 'pause' : 'resume'
}
