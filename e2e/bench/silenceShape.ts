/** A recording as the player has it: its sound and its shape, through the app's own path. */
import { samplesOf } from '../../electron/library/audio/pcm.testing.ts'
import { virtualWav } from '../../electron/library/audio/virtual.ts'
import { plainKernel, vectorKernel } from '../../electron/library/peaks/kernel.ts'
import { measure, type Measured } from '../../electron/library/peaks/measure.ts'
import { memorySource } from '../../electron/library/testing.ts'

const kernel = vectorKernel() ?? plainKernel()

export interface Shaped {
  readonly shape: Measured
  /** Milliseconds. */
  readonly ms: number
  /** 16 bits, each channel by itself. */
  readonly channels: readonly Int16Array[]
  /** What it took to measure the shape, milliseconds. */
  readonly tookMs: number
}

/** Null: only a browser can decode it. Throws AppFailure where there is nothing to hear. */
export async function shaped(bytes: Uint8Array, extension: string): Promise<Shaped | null> {
  const served = virtualWav(memorySource(() => bytes).source, { extension, lookForStereo: true })
  const wav = await served.read(0, await served.size())
  if (served.contentType !== 'audio/wav') return null
  const whole = virtualWav(memorySource(() => wav).source)
  const began = performance.now()
  const shape = await measure(whole, kernel, 0, () => false)
  const tookMs = performance.now() - began
  if (shape === null) return null
  const pcm = samplesOf(wav)
  const samples = new Int16Array(pcm.bytes.buffer, pcm.bytes.byteOffset, pcm.bytes.length / 2)
  const channels = Array.from({ length: pcm.channels }, (_, channel) =>
    samples.filter((_sample, at) => at % pcm.channels === channel),
  )
  return { shape, ms: (shape.frames * 1000) / shape.rate, channels, tookMs }
}
