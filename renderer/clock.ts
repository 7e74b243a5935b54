/** A quarter-second tick for running times, shared by all that show one and stopped when none does. */
import { useSyncExternalStore } from 'react'
import { type Received } from './snapshot.ts'

const TICK_MS = 250

let now = performance.now()
let timer: ReturnType<typeof setInterval> | null = null
const listeners = new Set<() => void>()

function tick(): void {
  now = performance.now()
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(tick, TICK_MS)
  now = performance.now()
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || timer === null) return
    clearInterval(timer)
    timer = null
  }
}

/** Main's time now (milliseconds since the epoch), from its last snapshot and our own clock since. Re-renders as it runs. */
export function useMainTime({ snapshot, arrivedAt }: Received): number {
  const here = useSyncExternalStore(subscribe, () => now)
  return snapshot.at + Math.max(0, here - arrivedAt)
}
