/** What the player gives way to: a call that begins, and a headset that was unplugged. */
import { useEffect, useRef } from 'react'
import { type Snapshot } from '../../shared/snapshot.ts'

export type Interruption = 'call' | 'unplugged'

export function useInterruptions({ calls }: Snapshot, onInterruption: (reason: Interruption) => void): void {
  const latest = useRef(onInterruption)
  useEffect(() => {
    latest.current = onInterruption
  })
  const known = useRef<readonly string[] | null>(null)
  useEffect(() => {
    const ids = calls.map(({ id }) => id)
    const before = known.current
    known.current = ids
    if (before !== null && ids.some(id => !before.includes(id))) latest.current('call')
  }, [calls])
  useEffect(() => {
    // a page without media devices is one of a test
    const { mediaDevices } = navigator as { readonly mediaDevices?: MediaDevices }
    if (mediaDevices === undefined) return
    const outputs = async () =>
      (await mediaDevices.enumerateDevices()).filter(({ kind }) => kind === 'audiooutput').length
    let count: number | null = null
    const look = () =>
      void outputs().then(now => {
        if (count !== null && now < count) latest.current('unplugged')
        count = now
      }, console.error)
    look()
    mediaDevices.addEventListener('devicechange', look)
    return () => mediaDevices.removeEventListener('devicechange', look)
  }, [])
}
