/** Tells of a call that begins, wherever: the player gives way to it. */
import { useEffect, useRef } from 'react'
import { type Snapshot } from '../../shared/snapshot.ts'

export function useCallBegins({ calls }: Snapshot, onBegin: () => void): void {
  const latest = useRef(onBegin)
  useEffect(() => {
    latest.current = onBegin
  })
  const known = useRef<readonly string[] | null>(null)
  useEffect(() => {
    const ids = calls.map(({ id }) => id)
    const before = known.current
    known.current = ids
    if (before !== null && ids.some(id => !before.includes(id))) latest.current()
  }, [calls])
}
