/** Calls for tests, as a list shows them. */
import { type Entry } from './entry.ts'

/** A call out of a minute that was recorded nowhere, but for what is said of it. */
export const entryOf = (more: Partial<Entry> = {}): Entry => ({
  id: 'entry',
  sources: ['call-log'],
  conversation: null,
  startedAt: 0,
  callMs: 60_000,
  answered: true,
  outgoing: true,
  peer: { name: '', number: '' },
  parts: [],
  why: null,
  fromMs: null,
  recordedMs: null,
  how: null,
  note: '',
  tags: [],
  favourite: false,
  marks: 0,
  purgedAt: null,
  hidden: false,
  ...more,
})
