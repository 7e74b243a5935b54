/**
 * Audio files by the ends of their names: what Asterisk writes (audio-and-storage.md 1), and what people convert it to.
 * What a file is in truth its content tells (audio/format.ts); this says which files are looked at, and how fast they grow.
 */
import { extname } from 'node:path'

export interface AudioKind {
  /** Bytes a second while it is written, about; null: a WAV, whose head tells that, and whether it is still open. */
  readonly byteRate: number | null
}

const WAV = null
const KINDS: Readonly<Record<string, number | null>> = {
  wav: WAV,
  wav16: WAV,
  wav49: WAV,
  gsm: 1_650,
  ulaw: 8_000,
  ul: 8_000,
  mu: 8_000,
  pcm: 8_000,
  alaw: 8_000,
  al: 8_000,
  au: 8_000,
  g722: 8_000,
  sln: 16_000,
  // two voices, as MixMonitor's option D writes them
  raw: 32_000,
  sln12: 24_000,
  sln16: 32_000,
  sln24: 48_000,
  sln32: 64_000,
  sln44: 88_200,
  sln48: 96_000,
  sln96: 192_000,
  sln192: 384_000,
  vox: 4_000,
  g723: 800,
  g723sf: 800,
  'g726-16': 2_000,
  'g726-24': 3_000,
  'g726-32': 4_000,
  'g726-40': 5_000,
  g729: 1_000,
  ilbc: 1_667,
  siren7: 4_000,
  siren14: 6_000,
  ogg: 4_000,
  opus: 4_000,
  spx: 3_000,
  spx16: 5_000,
  spx32: 8_000,
  mp3: 4_000,
  flac: 16_000,
  m4a: 4_000,
  aac: 4_000,
}

/** Null: not audio, or hidden. */
export function audioKind(name: string): AudioKind | null {
  if (name.startsWith('.')) return null
  const byteRate = KINDS[extname(name).slice(1).toLowerCase()]
  return byteRate === undefined ? null : { byteRate }
}

/** Asterisk's stdio buffer: a file grows in such steps (main/file.c). */
const STEP = 32 * 1024

/** So long a file may stand still while it is written: two and a half steps; 5 s for WAV of 8 kHz (design 3). Milliseconds. */
export const silentMs = (byteRate: number): number =>
  byteRate === 16_000 ? 5_000 : Math.round((2.5 * STEP * 1000) / byteRate)
