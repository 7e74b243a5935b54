/**
 * How Wazo's Python services write values: JSON with spaces and ASCII escapes, `repr` inside error texts, and times.
 * The bytes matter: Content-Length of an answer is compared with recorded ones.
 */

const escapeAscii = (text: string): string =>
  text.replace(/[\u007f-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/** `json.dumps(value)` with Python's separators; anything that JSON does not know is left out, as by `JSON.stringify`. */
export function pythonJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(pythonJson).join(', ')}]`
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => `${escapeAscii(JSON.stringify(key))}: ${pythonJson(inner)}`)
    return `{${parts.join(', ')}}`
  }
  return escapeAscii(JSON.stringify(value ?? null))
}

/** `repr(value)`: single quotes unless the text holds one and no double quote; `None`, `True`, `False`. */
export function pythonRepr(value: unknown): string {
  if (typeof value === 'string') {
    const escaped = value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t')
    return value.includes("'") && !value.includes('"') ? `"${escaped}"` : `'${escaped.replace(/'/g, "\\'")}'`
  }
  if (value === null || value === undefined) return 'None'
  if (typeof value === 'boolean') return value ? 'True' : 'False'
  if (Array.isArray(value)) return `[${value.map(pythonRepr).join(', ')}]`
  if (typeof value === 'object') {
    return `{${Object.entries(value)
      .map(([key, inner]) => `${pythonRepr(key)}: ${pythonRepr(inner)}`)
      .join(', ')}}`
  }
  return JSON.stringify(value)
}

/** `datetime.isoformat()` of a moment in UTC, without zone: `2026-11-23T13:10:38.491000`. */
export const naiveUtc = (ms: number): string => `${new Date(ms).toISOString().slice(0, -1)}000`

/** The same with zone: `2026-11-23T13:10:38.491000+00:00`; whole seconds have no fraction, as in Python. */
export function zonedUtc(ms: number): string {
  const text = new Date(ms).toISOString()
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}+00:00` : `${text.slice(0, -1)}000+00:00`
}

/** `time.time()` of a moment in milliseconds: seconds since the epoch, as a float with microseconds. */
export const pythonTime = (ms: number): number =>
  Math.floor(ms) / 1000 + ((Math.floor(performance.now() * 1000) % 999) + 1) / 1_000_000
