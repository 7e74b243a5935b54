/** The drafts of this window. They outlive the details, and the screen. */
import { useSyncExternalStore } from 'react'
import { ask, failureOf } from '../../bridge.ts'
import { Drafts } from './drafts.ts'

export const noteDrafts = new Drafts({
  save: (entry, note) => ask('library:annotate', { selection: { kind: 'entries', ids: [entry] }, change: { note } }),
  failureOf,
})

// a window that is closed or hidden may not come back
window.addEventListener('pagehide', () => noteDrafts.flush())
document.addEventListener('visibilitychange', () => noteDrafts.flush())

export const useNoteDrafts = () => useSyncExternalStore(noteDrafts.subscribe, noteDrafts.all)
