/** Main's verdict on a template of file names while it is typed. */
import { useEffect, useState } from 'react'
import { type Failure } from '../../shared/failure.ts'
import { type NamingPreview } from '../../shared/library/naming.ts'
import { ask, failureOf } from '../bridge.ts'

const TYPING_MS = 300

interface Tried {
  readonly template: string
  readonly preview?: NamingPreview
  readonly failure?: Failure
}

/** Null while there is no verdict for these very letters. */
export function useNaming(template: string | null): Tried | null {
  const [tried, setTried] = useState<Tried | null>(null)
  useEffect(() => {
    if (template === null) return
    let current = true
    const timer = setTimeout(() => {
      ask('naming:try', { template })
        .then(
          (preview): Tried => ({ template, preview }),
          (thrown: unknown): Tried => ({ template, failure: failureOf(thrown) }),
        )
        .then(verdict => {
          if (current) setTried(verdict)
        })
        .catch(console.error)
    }, TYPING_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [template])
  return tried?.template === template ? tried : null
}
