/** Looks for the recording of a call that has ended, until the list has it. */
import { useCallback, useEffect, useState } from 'react'
import { type LastCall } from '../../shared/call.ts'
import { recordingOf, spanOf } from '../../shared/ending.ts'
import { type Failure } from '../../shared/failure.ts'
import { type Entry } from '../../shared/library/entry.ts'
import { NO_FILTER } from '../../shared/library/query.ts'
import { ask, failureOf } from '../bridge.ts'
import { useShown } from '../shown.ts'

/** A server that is merely asked tells nothing by itself. */
const AGAIN_MS = 5_000
/** From then on a recording that is not listed is late. */
const LATE_MS = 60_000
/** It is looked for among so many. */
const NEWEST = 50

export interface Listing {
  readonly entry: Entry | null
  /** Why the list could not be had, at the last try. */
  readonly failure: Failure | null
  readonly late: boolean
  readonly look: () => void
}

/** The server has told of it: what we saw of the call ourselves is no news here. */
const isListed = ({ parts }: Entry): boolean => parts.some(({ hearing }) => hearing !== 'finishing')

/** `wanted`: false where no list is offered. */
export function useListed(last: LastCall, wanted: boolean): Listing {
  const { snapshot } = useShown()
  const [found, setFound] = useState<Pick<Listing, 'entry' | 'failure'>>({ entry: null, failure: null })
  const [age] = useState(() => snapshot.at - last.endedAt)
  const [late, setLate] = useState(age >= LATE_MS)
  const [asked, setAsked] = useState(0)
  const look = useCallback(() => setAsked(before => before + 1), [])
  const listed = found.entry !== null && found.entry.parts.every(({ hearing }) => hearing !== 'growing')

  useEffect(() => {
    const timer = setTimeout(() => setLate(true), Math.max(0, LATE_MS - age))
    return () => clearTimeout(timer)
  }, [age])

  useEffect(() => (wanted ? window.bridge.on('library:changed', look) : undefined), [wanted, look])

  // what was not recorded here is looked for once, and again when the list changes
  const awaited = wanted && last.recordedMs > 0 && !listed && !late
  useEffect(() => {
    if (!awaited) return
    const timer = setInterval(look, AGAIN_MS)
    return () => clearInterval(timer)
  }, [awaited, look])

  useEffect(() => {
    if (!wanted) return
    let current = true
    ask('library:list', { filter: { ...NO_FILTER, ...spanOf(last) }, at: null, limit: NEWEST })
      .then(({ entries }) => ({ entry: recordingOf(last, entries.filter(isListed)), failure: null }))
      .catch((thrown: unknown) => ({ entry: null, failure: failureOf(thrown) }))
      .then(fresh => {
        if (current) setFound(fresh)
      })
      .catch(console.error)
    return () => {
      current = false
    }
  }, [wanted, asked, last])

  return { ...found, late, look }
}
