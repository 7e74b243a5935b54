/** What a watched folder shows of a recording while it is written: evidence for the lamp where there is no API. */

/** One look at one file. Asterisk writes length 0 into the header until the file is closed (format_wav.c). */
export interface FileSight {
  /** Base name. */
  readonly name: string
  /** Numbers read back from the name, in its order; empty where no pattern explains it. */
  readonly numbers: readonly string[]
  /** `on-demand`: an `auto-…` name of `*3`; `permanent`: the template's. */
  readonly kind: 'on-demand' | 'permanent'
  /** From the name where it tells, else the file's birth: milliseconds since the epoch. */
  readonly startedAt: number
  /**
   * `writing`: header length 0 and still growing (or younger than the time it may stand still); `closed`: its length
   * is written; `stuck`: length 0 and no growth for longer than a writer would be silent (5 s at 8 kHz WAV; design 3).
   */
  readonly state: 'writing' | 'closed' | 'stuck'
  /** When it appeared before our eyes, by our own clock; null: it was there before we looked. */
  readonly appearedAt: number | null
  readonly size: number
  /** When it was looked at. */
  readonly at: number
}
