/** The keys of our own windows: told to main, which does what the global ones do. */
import { useEffect } from 'react'
import { windowKey } from '../shared/keys.ts'
import { ask } from './bridge.ts'

export function useWindowKeys(): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const action = event.repeat || event.getModifierState('AltGraph') ? null : windowKey(event)
      if (action === null) return
      event.preventDefault()
      ask('keys:press', { action }).catch((error: unknown) => console.error('A key was not heard', error))
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
