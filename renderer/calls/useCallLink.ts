/** A `tel:` link that was opened: leads to the field that takes its number, or is told to have none. */
import { useEffect, useState } from 'react'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'

/** `show`: goes to the field. Answers whether the last link had no number, until that was seen. */
export function useCallLink(show: () => void): { readonly now: boolean; readonly seen: () => void } {
  const { callLink } = useShown().snapshot.shell
  const [isBroken, setBroken] = useState(false)
  const [before, setBefore] = useState<string | null>(null)
  const linked = callLink === null ? null : (callLink.number ?? '')
  if (linked !== before) {
    setBefore(linked)
    if (linked !== null) {
      setBroken(linked === '')
      show()
    }
  }
  useEffect(() => {
    if (linked === '') ask('shell:callLinkTaken', undefined).catch(console.error)
  }, [linked])
  return { now: isBroken, seen: () => setBroken(false) }
}
