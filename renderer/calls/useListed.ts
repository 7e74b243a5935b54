/** Looks for the recording of a call that has ended, until the list has it. */
import { useCallback, useEffect, useState } from 'react'
import { type LastCall } from '../../shared/call.ts'
import { recordingOf } from '../../shared/ending.ts'
import { type Failure } from '../../shared/failure.ts'
import { type RecordingEntry } from '../../shared/recordings.ts'
import { ask, failureOf } from '../bridge.ts'
import { useShown } from '../shown.ts'

/** A server that is merely asked tells nothing by itself. */
const AGAIN_MS = 5_000
/** From then on a recording that is not listed is late. */
const LATE_MS = 60_000

export interface Listing {
  readonly entry: RecordingEntry | null
  /** Why the list could not be had, at the last try. */
  readonly failure: Failure | null
  readonly late: boolean
  readonly look: () => void
}

/** `wanted`: false where no list is offered. */
export function useListed(last: LastCall, wanted: boolean): Listing {
  const { snapshot } = useShown()
  const [found, setFound] = useState<Pick<Listing, 'entry' | 'failure'>>({ entry: null, failure: null })
  const [age] = useState(() => snapshot.at - last.endedAt)
  const [late, setLate] = useState(age >= LATE_MS)
  const [asked, setAsked] = useState(0)
  const look = useCallback(() => setAsked(before => before + 1), [])
  const listed = found.entry !== null && found.entry.parts.every(({ playable }) => playable !== 'growing')

  useEffect(() => {
    const timer = setTimeout(() => setLate(true), Math.max(0, LATE_MS - age))
    return () => clearTimeout(timer)
  }, [age])

  useEffect(() => (wanted ? window.bridge.on('recordings:changed', look) : undefined), [wanted, look])

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
    ask('recordings:list', { search: '' })
      .then(({ entries }) => ({ entry: recordingOf(last, entries), failure: null }))
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
