/** How marks change: one by one, wherever the others are known, so that nobody who changes one needs to know them all. Pure. */
import type { Mark, MarkChange } from './notes.ts'

/** Marks of one call; more are not added by hand. */
export const MOST_MARKS = 1_000

/** In the order of time. A mark that is there already is not added; one that is not there is neither changed nor removed. */
export function changedMarks(marks: readonly Mark[], changes: readonly MarkChange[]): Mark[] {
  let now = [...marks]
  for (const change of changes) {
    if (change.do === 'add') now = now.some(({ id }) => id === change.mark.id) ? now : [...now, change.mark]
    else if (change.do === 'remove') now = now.filter(({ id }) => id !== change.id)
    else now = now.map(mark => (mark.id === change.id ? { ...mark, text: change.text } : mark))
  }
  return now.sort((a, b) => a.atMs - b.atMs)
}
