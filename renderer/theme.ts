/** The look of a page: the user's, else the computer's. */
import { useEffect, useSyncExternalStore } from 'react'
import { type Settings } from '../shared/settings.ts'

const dark = window.matchMedia('(prefers-color-scheme: dark)')

function onSystemTheme(listener: () => void): () => void {
  dark.addEventListener('change', listener)
  return () => dark.removeEventListener('change', listener)
}

/** Puts the resolved look on the document. */
export function useTheme(wanted: Settings['theme']): void {
  const system = useSyncExternalStore(onSystemTheme, () => (dark.matches ? 'dark' : 'light'))
  const theme = wanted === 'system' ? system : wanted
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
}
