/** What the last key did, and to which call, for whoever only hears the screen. */
import { named } from '../shared/outline.ts'
import { useShown } from './shown.ts'

export function Keyed() {
  const { snapshot, text } = useShown()
  const { keyed } = snapshot.shell
  const words = keyed === null ? '' : named(text.shell.keyed[keyed.action], keyed.peer)
  return (
    <span className="unseen" role="status" aria-live="polite" data-keyed={keyed?.action}>
      {/* a new element, so that the same words are read out again */}
      {keyed !== null && <span key={keyed.at}>{keyed.done ? words : text.shell.keyedNothing(words)}</span>}
    </span>
  )
}
