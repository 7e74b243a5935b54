/** The stretch of a recording that the waveform shows: pure arithmetic of zoom and scroll. All in milliseconds. */

export interface View {
  readonly from: number
  readonly to: number
}

/** No less is shown: 40 stretches of 20 ms. */
const SHORTEST_MS = 800

/** All of it. */
export const wholeOf = (ms: number): View => ({ from: 0, to: Math.max(ms, SHORTEST_MS) })

/** The same stretch within a recording of `ms`, which may have grown or be another. */
export function within({ from, to }: View, ms: number): View {
  const whole = wholeOf(ms)
  const length = Math.min(to - from, whole.to)
  const start = Math.max(0, Math.min(from, whole.to - length))
  return { from: start, to: start + length }
}

/** `factor` below 1 shows less, larger. What lies at `at` stays where it is on screen. */
export function zoomed(view: View, factor: number, at: number, ms: number): View {
  const whole = wholeOf(ms)
  const length = Math.max(SHORTEST_MS, Math.min(whole.to, (view.to - view.from) * factor))
  const share = view.to === view.from ? 0 : (at - view.from) / (view.to - view.from)
  return within({ from: at - share * length, to: at - share * length + length }, ms)
}

export const scrolled = (view: View, by: number, ms: number): View =>
  within({ from: view.from + by, to: view.to + by }, ms)

/** Turns the page when what is played has left it; before that nothing moves. */
export function following(view: View, position: number, ms: number): View {
  if (position >= view.from && position <= view.to) return view
  return scrolled(view, position - view.from, ms)
}

export const isWhole = (view: View, ms: number): boolean => view.to - view.from >= wholeOf(ms).to
