// The monitor folder as a test sees it: which recording is new, and when Asterisk has closed it.
import { join } from 'node:path'
import { expect } from '@playwright/test'
import { type Asterisk } from './asterisk/asterisk.ts'
import { measureWav, type Wav } from './asterisk/wav.ts'

export type Recordings = {
  readonly folder: string
  /** File names, sorted. */
  names(): string[]
  /** Waits for a file that was not there when the test began and was not given out before; returns its name. */
  next(): Promise<string>
  /** What is in a file now, closed or not. */
  measure(name: string): Wav
  /** Waits until Asterisk has written at least so many seconds to a file; it writes some two seconds at a time. */
  grown(name: string, seconds: number): Promise<void>
  /** Waits until a file is closed, and measures it. */
  closed(name: string): Promise<Wav>
}

export function watchRecordings(asterisk: Asterisk): Recordings {
  const seen = new Set(asterisk.recordings())
  const unseen = () => asterisk.recordings().filter(name => !seen.has(name))
  const measure = (name: string) => measureWav(join(asterisk.monitorFolder, name))
  return {
    folder: asterisk.monitorFolder,
    names: () => asterisk.recordings(),
    measure,
    next: async () => {
      await expect.poll(unseen, { message: 'a new recording', timeout: 10_000, intervals: [50] }).not.toEqual([])
      const [name] = unseen()
      if (name === undefined) throw new Error('The new recording is gone again')
      seen.add(name)
      return name
    },
    grown: async (name, seconds) => {
      const message = `${seconds} s of sound in ${name}`
      await expect
        .poll(() => measure(name).seconds, { message, timeout: 20_000, intervals: [50] })
        .toBeGreaterThanOrEqual(seconds)
    },
    closed: async name => {
      const message = `the end of ${name}`
      await expect.poll(() => measure(name).closed, { message, timeout: 10_000, intervals: [50] }).toBe(true)
      return measure(name)
    },
  }
}
