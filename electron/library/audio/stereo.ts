/**
 * MixMonitor's option D writes both legs interleaved, also under a head that says mono (Asterisk documents it as corrupt):
 * played as it stands it is twice too long and half as high. Neighbouring samples of one leg are much alike; where every
 * second one is, and the neighbours are not, there are two.
 */
import { type AudioSource } from '../../../shared/recordings.ts'

/** Samples of one look. */
const LOOK = 2_000
/** How many looks are taken over the sound; the next number where too few of them said anything. */
const LOOKS = [24, 96, 384]
/** Fewer that say something are no proof: a word, or a click. */
const ENOUGH = 3
/** Mean square below which a look says nothing: line noise. */
const QUIET = 400
/** How much more alike the second neighbours have to be. */
const MARGIN = 0.3

/** `null`: it is silence, which tells nothing. */
export function looksInterleaved(samples: Int16Array): boolean | null {
  let power = 0
  let first = 0
  let second = 0
  for (let i = 2; i < samples.length; i++) {
    const sample = samples[i] ?? 0
    power += sample * sample
    first += sample * (samples[i - 1] ?? 0)
    second += sample * (samples[i - 2] ?? 0)
  }
  if (power / Math.max(1, samples.length) < QUIET) return null
  return second / power - Math.abs(first / power) > MARGIN
}

/**
 * Looks at mono 16-bit sound from `dataAt` to the end of a file of `size` bytes: true where most of what is not silent is
 * interleaved; null where too little is heard to tell. Throws what the source throws.
 */
export async function isInterleaved(
  source: Pick<AudioSource, 'read'>,
  dataAt: number,
  size: number,
): Promise<boolean | null> {
  const frames = Math.floor((size - dataAt) / 4)
  const most = Math.floor(frames / (LOOK / 2))
  for (const wanted of LOOKS) {
    const { said, yes } = await look(source, dataAt, frames, Math.min(wanted, most))
    if (said >= ENOUGH) return yes > said / 2
    if (wanted >= most) break
  }
  return null
}

/** Looks at so many places from the first frame to the last: how many said something, and how many of them yes. */
async function look(source: Pick<AudioSource, 'read'>, dataAt: number, frames: number, looks: number) {
  let said = 0
  let yes = 0
  for (let one = 0; one < looks; one++) {
    const at = dataAt + 4 * Math.floor(((frames - LOOK / 2) * one) / Math.max(1, looks - 1))
    const piece = await source.read(at, at + 2 * LOOK)
    const view = new DataView(piece.buffer, piece.byteOffset, piece.byteLength)
    const answer = looksInterleaved(Int16Array.from({ length: LOOK }, (_, i) => view.getInt16(2 * i, true)))
    if (answer === null) continue
    said++
    if (answer) yes++
  }
  return { said, yes }
}
