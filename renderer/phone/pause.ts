/** A while in a call's life. */
import { AppFailure } from '../../shared/failure.ts'

/** Resolves after `ms`; rejects with `call-gone` when the call ends before. */
export function pause(ms: number, ended: AbortSignal): Promise<void> {
  if (ms === 0) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const gone = () => {
      clearTimeout(timer)
      reject(new AppFailure('call-gone'))
    }
    const timer = setTimeout(() => {
      ended.removeEventListener('abort', gone)
      resolve()
    }, ms)
    if (ended.aborted) gone()
    else ended.addEventListener('abort', gone, { once: true })
  })
}
