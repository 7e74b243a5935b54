/** Digits in RTP (RFC 4733 telephone events) and in SIP INFO (application/dtmf-relay). Pure. */

const digits = '0123456789*#ABCD'
const endBit = 0x80
/** RFC 4733 volume: 10 dB below 0 dBm0. */
const volume = 10

/** Turns event packets into presses: one press an RTP timestamp, told when it ends. */
export class EventReader {
  #current: { readonly timestamp: number; readonly digit: string; told: boolean } | null = null

  /**
   * One packet.
   * @returns the digits that ended with it; usually none or one, two when the end of the one before was lost
   */
  read(payload: Uint8Array, timestamp: number): string[] {
    const digit = digits[payload[0] ?? digits.length]
    if (digit === undefined || payload.length < 4) return []
    const ended: string[] = []
    if (this.#current?.timestamp !== timestamp) {
      if (this.#current !== null && !this.#current.told) ended.push(this.#current.digit)
      this.#current = { timestamp, digit, told: false }
    }
    if (((payload[1] ?? 0) & endBit) !== 0 && !this.#current.told) {
      this.#current.told = true
      ended.push(digit)
    }
    return ended
  }
}

/**
 * The payloads of one press, to be sent 20 ms apart under one timestamp: 100 ms of tone, then the end three times.
 * Empty for what is not a digit.
 */
export function eventPayloads(digit: string): Uint8Array[] {
  const code = digit === '' ? -1 : digits.indexOf(digit)
  if (code < 0) return []
  return [1, 2, 3, 4, 5, 5, 5, 5].map((frame, index) => {
    const duration = frame * 160
    return Uint8Array.of(code, (index >= 5 ? endBit : 0) | volume, duration >> 8, duration & 0xff)
  })
}

/**
 * The digit of an INFO body: `Signal=5` and further lines for dtmf-relay, the bare digit for `application/dtmf`.
 * @returns null when there is none
 */
export function infoDigit(contentType: string, body: string): string | null {
  const text = contentType === 'application/dtmf' ? body.trim() : /^\s*Signal\s*=\s*(\S+)\s*$/im.exec(body)?.[1]
  if (text === undefined) return null
  const named = text === '10' ? '*' : text === '11' ? '#' : text.toUpperCase()
  return named.length === 1 && digits.includes(named) ? named : null
}
