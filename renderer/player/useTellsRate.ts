/** Whether the recording that is played tells by itself how fast it was made: asked of main, which looks into it. */
import { useEffect, useState } from 'react'
import { ask } from '../bridge.ts'

/** Null: not known, or it cannot be read now, which is said where it is played. `grown`: changes when there may be more. */
export function useTellsRate(part: string | null, grown: number): boolean | null {
  const [known, setKnown] = useState<{ part: string; tells: boolean } | null>(null)
  useEffect(() => {
    if (part === null) return
    let current = true
    ask('player:tellsRate', { part }).then(
      tells => {
        if (current) setKnown({ part, tells })
      },
      () => {
        if (current) setKnown(null)
      },
    )
    return () => {
      current = false
    }
  }, [part, grown])
  return known?.part === part ? known.tells : null
}
