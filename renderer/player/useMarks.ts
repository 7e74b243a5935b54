/** The marks of a call: those of all its parts, kept by main, and changed one at a time. */
import { useEffect, useRef, useState } from 'react'
import { type Mark } from '../../shared/library/notes.ts'
import { ask } from '../bridge.ts'

export interface Marks {
  /** In the order of time; null = not known (yet). */
  readonly marks: readonly Mark[] | null
  /** Throws an AppFailure, and nothing has changed then. */
  readonly change: (to: (marks: readonly Mark[]) => readonly Mark[]) => Promise<void>
}

export function useMarks(entry: string): Marks {
  const [held, setHeld] = useState<{ entry: string; marks: readonly Mark[] } | null>(null)
  const latest = useRef<readonly Mark[]>([])
  useEffect(() => {
    let current = true
    const read = () =>
      void ask('library:marks', { entry })
        .then(marks => {
          if (!current) return
          latest.current = marks
          setHeld({ entry, marks })
        })
        // without an index there are no marks; the list says why there is none
        .catch(() => undefined)
    read()
    const stop = window.bridge.on('library:changed', read)
    return () => {
      current = false
      stop()
    }
  }, [entry])
  return {
    marks: held?.entry === entry ? held.marks : null,
    change: async to => {
      const before = latest.current
      const marks = [...to(before)].sort((a, b) => a.atMs - b.atMs)
      latest.current = marks
      setHeld({ entry, marks })
      try {
        await ask('library:setMarks', { entry, marks })
      } catch (error) {
        latest.current = before
        setHeld({ entry, marks: before })
        throw error
      }
    },
  }
}
