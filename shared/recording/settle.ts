/** A place whose label has just changed settles first: a second click must never land on what the first one did not mean. */
import { FACTS } from './facts.ts'
import { reduce } from './reducer.ts'
import { type RecordingEvent, type RecordingState, type Step } from './state.ts'
import { labels } from './view.ts'

/** `reduce`, and no press of a place for 800 ms after what it says has changed, whatever changed it. */
export function step(state: RecordingState, event: RecordingEvent, now: number): Step {
  const { state: next, commands } = reduce(state, event, now)
  if (next === state || next.inertUntil === now + FACTS.inertMs) return { state: next, commands }
  const [before, after] = [labels(state), labels(next)]
  const same = before.main === after.main && before.stop === after.stop
  return { state: same ? next : { ...next, inertUntil: now + FACTS.inertMs }, commands }
}
