/** Wazo's releases are `YY.NN`: compared part by part, as numbers (wazo.md, head). */

/** A part that is missing counts as 0; one that is no number is before all others. */
export function isBefore(release: readonly number[], other: readonly number[]): boolean {
  for (const [index, part] of other.entries()) {
    const own = release[index] ?? 0
    if (own !== part) return !(own > part)
  }
  return false
}

/** `version` as the server writes it. */
export const atLeast = (version: string, wanted: readonly number[]): boolean =>
  !isBefore(version.split('.').map(Number), wanted)
