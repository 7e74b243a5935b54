/** Has the time passed that a place stays inert after its label changed? By our own timer, since no snapshot need come then. */
import { useEffect, useState } from 'react'

/** `settlesIn`: milliseconds from `arrivedAt` (our clock); 0 = at once. */
export function useSettled(arrivedAt: number, settlesIn: number): boolean {
  const until = arrivedAt + settlesIn
  const [passed, setPassed] = useState(0)
  useEffect(() => {
    if (settlesIn <= 0) return
    const timer = setTimeout(() => setPassed(until), Math.max(0, until - performance.now()))
    return () => clearTimeout(timer)
  }, [until, settlesIn])
  return settlesIn <= 0 || passed >= until
}
