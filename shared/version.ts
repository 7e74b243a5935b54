/** Wazo's versions are `YY.NN`: compared part by part, as numbers (wazo.md, head). */
export function atLeast(version: string, wanted: readonly number[]): boolean {
  const parts = version.split('.').map(Number)
  for (const [index, want] of wanted.entries()) {
    const part = parts[index] ?? 0
    if (Number.isNaN(part)) return false
    if (part !== want) return part > want
  }
  return true
}
