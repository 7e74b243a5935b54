/** How much room the list has: one line a row, or two where it is narrow. The style sheets have the same numbers. */
import { useSyncExternalStore } from 'react'
import { type Sizes } from './geometry.ts'

const ONE_LINE: Sizes = { row: 38, head: 34 }
const TWO_LINES: Sizes = { row: 56, head: 32 }

const narrow = window.matchMedia('(max-width: 719px)')

function subscribe(listener: () => void): () => void {
  narrow.addEventListener('change', listener)
  return () => narrow.removeEventListener('change', listener)
}

/** One column, details over the list. */
export const useNarrow = (): boolean => useSyncExternalStore(subscribe, () => narrow.matches)

export const useSizes = (): Sizes => (useNarrow() ? TWO_LINES : ONE_LINE)
