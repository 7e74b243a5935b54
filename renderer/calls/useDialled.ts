/** The numbers that were called last, for redial: those of this session, then those that the list knows of. */
import { useEffect, useState } from 'react'
import { NO_FILTER } from '../../shared/library/query.ts'
import { cleanNumber } from '../../shared/number.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'

/** Of the list's newest calls so many are looked at, and so many numbers are offered. */
const LOOKED_AT = 50
const OFFERED = 20

/** Newest first, each once. */
export function useDialled(): readonly string[] {
  const { recentCalls, library } = useShown().snapshot
  const [listed, setListed] = useState<readonly string[]>([])
  const newest = recentCalls[0]?.id ?? null
  const isOpen = library.state === 'open'
  useEffect(() => {
    if (!isOpen) return
    let shown = true
    ask('library:list', {
      filter: { ...NO_FILTER, recorded: 'all', direction: 'out' },
      at: null,
      limit: LOOKED_AT,
    }).then(
      ({ entries }) => {
        if (shown) setListed(entries.map(({ peer }) => peer.number))
      },
      // then this session's are all there is
      (error: unknown) => console.warn('The list told no numbers', error),
    )
    return () => void (shown = false)
  }, [newest, isOpen])
  // they stand in the order of their ends
  const own = recentCalls
    .filter(call => call.outgoing)
    .sort((one, other) => other.startedAt - one.startedAt)
    .map(({ peer }) => peer.number)
  return distinct([...own, ...listed]).slice(0, OFFERED)
}

const distinct = (numbers: readonly string[]): string[] => [
  ...new Set(numbers.flatMap(number => cleanNumber(number) ?? [])),
]
