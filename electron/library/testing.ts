/** What this folder's tests share: sound, audio in memory, private folders, and waiting for a condition. */
import { mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { AppFailure, type Failure } from '../../shared/failure.ts'
import { type AudioSource } from '../../shared/recordings.ts'
import { writeWavHead } from './audio/wav.ts'

/** 8 kHz, 16 bits, mono: what Asterisk's `wav` is. */
export const telephone = {
  tag: 1,
  channels: 1,
  rate: 8000,
  byteRate: 16_000,
  blockAlign: 2,
  bits: 16,
  dataAt: 44,
  declared: 0,
  rateTold: true,
}

/** `count` bytes that are different from their neighbours. */
export function sound(count: number): Uint8Array {
  return Uint8Array.from({ length: count }, (_, at) => (at * 7 + (at >> 8)) & 255)
}

/** A WAV of the telephone's kind. `declared`: what its head says (Asterisk writes 0 until it closes the file). */
export function wavOf(data: Uint8Array, declared = data.length): Uint8Array {
  const head = writeWavHead(telephone, data.length)
  new DataView(head.buffer).setUint32(40, declared, true)
  new DataView(head.buffer).setUint32(4, declared === 0 ? 0 : declared + 36, true)
  return concat([head, data])
}

export function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}

/** Audio in memory that notes its reads, and refuses those that are outside. */
export function memorySource(bytes: () => Uint8Array, contentType = 'audio/wav') {
  const reads: [number, number][] = []
  const source: AudioSource = {
    contentType,
    size: () => Promise.resolve(bytes().length),
    read: (from, to) => {
      reads.push([from, to])
      if (!(from >= 0 && from < to && to <= bytes().length)) return Promise.reject(new RangeError(`${from}-${to}`))
      return Promise.resolve(bytes().slice(from, to))
    },
    close: () => Promise.resolve(),
  }
  return { source, reads }
}

/** The failure that a promise ends with. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const outcome = await promise.then(
    () => new Error('It did not fail'),
    (error: unknown) => error,
  )
  if (outcome instanceof AppFailure) return outcome.failure
  throw outcome
}

export async function privateFolder(): Promise<{ path: string; remove(): Promise<void> }> {
  const path = await realpath(await mkdtemp(join(tmpdir(), 'tallylight-library-')))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}

/** Waits until `is` holds; tells what was there when it never did. */
export async function until(is: () => boolean, saw: () => unknown = () => '', limitMs = 4_500): Promise<void> {
  const end = performance.now() + limitMs
  while (!is()) {
    if (performance.now() > end) throw new Error(`It never came: ${JSON.stringify(saw())}`)
    await setTimeout(10)
  }
}
