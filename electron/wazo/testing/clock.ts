/** For tests: a clock that stands still until it is told to go on. */
import { type Clock } from '../clock.ts'

export interface FakeClock extends Clock {
  /** Lets `ms` pass, and runs what falls due in its order. */
  pass(ms: number): void
  /** Milliseconds until each open timer. */
  waiting(): readonly number[]
}

export function fakeClock(start = 1_000_000): FakeClock {
  let now = start
  const timers = new Map<number, { readonly at: number; readonly run: () => void }>()
  let next = 0
  return {
    now: () => now,
    after: (ms, run) => {
      const id = next++
      timers.set(id, { at: now + ms, run })
      return () => timers.delete(id)
    },
    pass: ms => {
      const end = now + ms
      for (;;) {
        const due = [...timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0]
        if (!due) break
        timers.delete(due[0])
        now = due[1].at
        due[1].run()
      }
      now = end
    },
    waiting: () => [...timers.values()].map(({ at }) => at - now).sort((a, b) => a - b),
  }
}
