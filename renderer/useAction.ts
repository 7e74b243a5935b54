/** One thing asked of main: under way, failed, or neither. */
import { useCallback, useState } from 'react'
import { type Failure } from '../shared/failure.ts'
import { failureOf } from './bridge.ts'

export interface Action {
  readonly busy: boolean
  readonly failure: Failure | null
  /** Runs it, once at a time. Answers whether it came to its end without a failure. */
  readonly run: (work: () => Promise<void>) => Promise<boolean>
  readonly clear: () => void
}

export function useAction(): Action {
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<Failure | null>(null)
  const run = useCallback(async (work: () => Promise<void>) => {
    setBusy(true)
    setFailure(null)
    try {
      await work()
      return true
    } catch (thrown) {
      setFailure(failureOf(thrown))
      return false
    } finally {
      setBusy(false)
    }
  }, [])
  const clear = useCallback(() => setFailure(null), [])
  return { busy, failure, run, clear }
}
