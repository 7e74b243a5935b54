/** The list of recordings for a search: loaded page by page, and asked for again whenever main says that it changed. */
import { useEffect, useRef, useState } from 'react'
import { type Failure } from '../../shared/failure.ts'
import { type RecordingEntry } from '../../shared/recordings.ts'
import { ask, failureOf } from '../bridge.ts'

interface Loaded {
  readonly search: string
  readonly entries: readonly RecordingEntry[]
  readonly next: string | null
  readonly unread: number
  readonly failure: Failure | null
}

export interface Recordings {
  /** What is known; for a new search that of the one before, until the answer comes. Null before the first answer. */
  readonly shown: Loaded | null
  readonly loading: boolean
  readonly more: () => Promise<void>
  readonly retry: () => void
}

/** At least so many rows, where there are as many. */
async function load(search: string, atLeast: number): Promise<Loaded> {
  const entries: RecordingEntry[] = []
  let cursor: string | null = null
  let unread: number
  do {
    const page: Awaited<ReturnType<typeof listPage>> = await listPage(search, cursor)
    entries.push(...page.entries)
    cursor = page.next
    unread = page.unread
  } while (cursor !== null && entries.length < atLeast)
  return { search, entries, next: cursor, unread, failure: null }
}

const listPage = (search: string, cursor: string | null) => ask('recordings:list', { search, cursor })

export function useRecordings(search: string): Recordings {
  const [shown, setShown] = useState<Loaded | null>(null)
  const [version, setVersion] = useState(0)
  const rows = useRef(0)

  useEffect(() => {
    rows.current = shown?.search === search ? shown.entries.length : 0
  }, [shown, search])

  useEffect(() => window.bridge.on('recordings:changed', () => setVersion(before => before + 1)), [])

  useEffect(() => {
    let current = true
    load(search, rows.current)
      .catch((thrown: unknown): Loaded => ({ search, entries: [], next: null, unread: 0, failure: failureOf(thrown) }))
      .then(fresh => {
        if (current) setShown(fresh)
      })
      .catch(console.error)
    return () => {
      current = false
    }
  }, [search, version])

  const more = async () => {
    if (shown === null || shown.next === null) return
    const next = await listPage(shown.search, shown.next)
      .then(page => ({ ...shown, entries: [...shown.entries, ...page.entries], next: page.next, failure: null }))
      .catch((thrown: unknown) => ({ ...shown, failure: failureOf(thrown) }))
    setShown(before => (before === shown ? next : before))
  }

  return { shown, loading: shown?.search !== search, more, retry: () => setVersion(before => before + 1) }
}
