/** The one state of the windows: main's latest snapshot, and when it came by our own clock. */
import { useSyncExternalStore } from 'react'
import { type Snapshot } from '../shared/snapshot.ts'
import { ask } from './bridge.ts'

export interface Received {
  readonly snapshot: Snapshot
  /** `performance.now()` at arrival: running times count from there, whatever happens to the clock on the wall. */
  readonly arrivedAt: number
}

let received: Received | null = null
const listeners = new Set<() => void>()

function receive(snapshot: Snapshot): void {
  received = { snapshot, arrivedAt: performance.now() }
  for (const listener of listeners) listener()
}

/** Listens first and asks then, so that nothing is missed; an answer that comes after an event is older and dropped. */
export async function startSnapshots(): Promise<void> {
  window.bridge.on('snapshot', receive)
  const first = await ask('app:snapshot', undefined)
  if (received === null) receive(first)
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Null until main's first word. */
export const useReceived = (): Received | null => useSyncExternalStore(subscribe, () => received)
