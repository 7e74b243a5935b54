/** Times as people type and read them: `95`, `1:35`, `1:02:03.25`. */

/** Milliseconds; null = no time. A comma is a point, as the French write it. */
export function typedTime(typed: string): number | null {
  const found = /^\s*(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:[.,](\d{0,3}))?\s*$/.exec(typed)
  if (found === null) return null
  const [, hours, minutes, seconds, part = ''] = found
  const [h, m, s] = [Number(hours ?? 0), Number(minutes ?? 0), Number(seconds)]
  // where a greater unit stands before it, a smaller one ends at 59
  if ((hours !== undefined && m > 59) || (minutes !== undefined && s > 59)) return null
  return (h * 3600 + m * 60 + s) * 1000 + Number(part.padEnd(3, '0'))
}

/** `1:35.250`: what a typed time is shown as, to the millisecond. */
export function exactTime(ms: number): string {
  const whole = Math.max(0, Math.round(ms))
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(whole / 3_600_000), Math.floor(whole / 60_000) % 60, Math.floor(whole / 1000) % 60]
  const part = String(whole % 1000).padStart(3, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}.${part}` : `${m}:${two(s)}.${part}`
}
