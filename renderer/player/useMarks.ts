/** The marks of a call: those of all its parts, kept by main, and changed one at a time. */
import { useEffect, useMemo, useRef, useState } from 'react'
import { changedMarks } from '../../shared/library/marks.ts'
import { type Mark, type MarkChange } from '../../shared/library/notes.ts'
import { ask } from '../bridge.ts'

export interface Marks {
  /** In the order of time; null = not known (yet). */
  readonly marks: readonly Mark[] | null
  /** Seen at once where the others are known. Throws an AppFailure, and nothing has changed then. */
  readonly change: (change: MarkChange) => Promise<void>
}

interface Held {
  /** What main told, with the changes that it has taken since. */
  readonly known: readonly Mark[] | null
  /** Changes that main has not answered yet, oldest first. */
  readonly pending: readonly MarkChange[]
}

/** `entry` stays the same: another call has another player. */
export function useMarks(entry: string): Marks {
  const [{ known, pending }, setHeld] = useState<Held>({ known: null, pending: [] })
  const read = useRef<() => void>(() => undefined)
  useEffect(() => {
    let asked = 0
    const readNow = () => {
      const mine = ++asked
      ask('library:marks', { entry })
        .then(marks => {
          // an answer that was overtaken tells of marks as they were
          if (mine === asked) setHeld(before => ({ ...before, known: marks }))
        })
        // without an index there are no marks; the list says why there is none
        .catch(() => undefined)
    }
    read.current = readNow
    readNow()
    const stop = window.bridge.on('library:changed', readNow)
    return () => {
      asked++
      read.current = () => undefined
      stop()
    }
  }, [entry])
  const marks = useMemo(() => (known === null ? null : changedMarks(known, pending)), [known, pending])
  return {
    marks,
    change: async change => {
      const without = (before: Held) => before.pending.filter(one => one !== change)
      setHeld(before => ({ ...before, pending: [...before.pending, change] }))
      try {
        await ask('library:changeMarks', { entry, change })
      } catch (error) {
        setHeld(before => ({ ...before, pending: without(before) }))
        throw error
      }
      setHeld(before => ({
        known: before.known === null ? null : changedMarks(before.known, [change]),
        pending: without(before),
      }))
      // what was asked before may be answered without it
      read.current()
    },
  }
}
