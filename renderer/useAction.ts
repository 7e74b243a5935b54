/** What is asked of main from one place: under way, failed, or neither. */
import { useCallback, useState } from 'react'
import { type Failure } from '../shared/failure.ts'
import { failureOf } from './bridge.ts'

export interface Action {
  /** Something is under way. */
  readonly busy: boolean
  /** Of the last that failed; gone when something else begins. */
  readonly failure: Failure | null
  /**
   * Runs it, also beside what is under way: hanging up does not wait for a hold. What must not run twice has its button
   * barred while `busy`. Answers whether it came to its end without a failure.
   */
  readonly run: (work: () => Promise<void>) => Promise<boolean>
  readonly clear: () => void
}

export function useAction(): Action {
  const [running, setRunning] = useState(0)
  const [failure, setFailure] = useState<Failure | null>(null)
  const run = useCallback(async (work: () => Promise<void>) => {
    setRunning(before => before + 1)
    setFailure(null)
    try {
      await work()
      return true
    } catch (thrown) {
      setFailure(failureOf(thrown))
      return false
    } finally {
      setRunning(before => before - 1)
    }
  }, [])
  const clear = useCallback(() => setFailure(null), [])
  return { busy: running > 0, failure, run, clear }
}
