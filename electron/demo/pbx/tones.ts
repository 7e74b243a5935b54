/** The few sounds that the PBX makes by itself, as linear 16-bit samples at 8 kHz. */

const rate = 8000

/**
 * A sine.
 * @param frequency hertz
 * @param milliseconds length
 * @param amplitude peak, 0 to 32767
 */
export function sine(frequency: number, milliseconds: number, amplitude: number): Int16Array {
  const length = Math.round((rate * milliseconds) / 1000)
  const ramp = Math.min(80, Math.floor(length / 2))
  return Int16Array.from({ length }, (_, index) => {
    const edge = Math.min(1, index / ramp, (length - 1 - index) / ramp)
    return Math.round(amplitude * edge * Math.sin((2 * Math.PI * frequency * index) / rate))
  })
}

/** One after the other. */
export function sequence(...parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/** Silence. */
export function silence(milliseconds: number): Int16Array {
  return new Int16Array(Math.round((rate * milliseconds) / 1000))
}

/** Heard by both parties when a recording starts, pauses, resumes or stops; also written where one pauses (wazo.md 4.3). */
export function beep(): Int16Array {
  return sine(1400, 250, 6000)
}

/** In place of `record-call-on` and `record-call-off`: two rising or two falling notes, about two seconds with their silences. */
export function permanentPrompt(on: boolean): Int16Array {
  const low = sine(440, 350, 7000)
  const high = sine(660, 350, 7000)
  return sequence(silence(600), ...(on ? [low, silence(60), high] : [high, silence(60), low]), silence(600))
}

/** Music on hold: four soft notes and a rest. */
export function holdMusic(): Int16Array {
  const notes = [392, 494, 587, 494].map(frequency => sine(frequency, 400, 2500))
  return sequence(...notes, silence(400))
}
