/** libfvad, the voice detector of WebRTC, as WebAssembly (@echogarden/fvad-wasm, which has no types). For comparison only. */
import { z } from 'zod'

/** What of the module is used, by Emscripten's names. */
interface Module {
  readonly HEAP16: Int16Array
  _malloc(bytes: number): number
  _fvad_new(): number
  _fvad_free(handle: number): void
  /** 0 if it knows that rate. */
  _fvad_set_sample_rate(handle: number, rate: number): number
  /** 0 if there is such a mode. */
  _fvad_set_mode(handle: number, mode: number): number
  /** 1 a voice, 0 none, -1 not a frame. */
  _fvad_process(handle: number, at: number, frames: number): number
}
const Package = z.object({ default: z.custom<() => Promise<Module>>(value => typeof value === 'function') })

/** From 0, which takes most for a voice, to 3. */
export type Mode = 0 | 1 | 2 | 3
/** Samples of the longest frame that is asked about: 20 ms at 48 kHz. */
const LONGEST = 960

/** For every 20 ms: 1 a voice, 0 none. Throws for a rate that libfvad does not know (8, 16, 32, 48 kHz). */
export type Voices = (samples: Int16Array, rate: number, mode: Mode) => Uint8Array

/** Throws where the package is not installed. */
export async function openFvad(): Promise<Voices> {
  const fvad = await Package.parse(await import(import.meta.resolve('@echogarden/fvad-wasm'))).default()
  const input = fvad._malloc(2 * LONGEST)
  return (samples, rate, mode) => {
    const handle = fvad._fvad_new()
    try {
      if (fvad._fvad_set_sample_rate(handle, rate) !== 0) throw new Error(`libfvad knows no ${rate} Hz`)
      if (fvad._fvad_set_mode(handle, mode) !== 0) throw new Error(`libfvad has no mode ${mode}`)
      const frames = rate / 50
      const found = new Uint8Array(Math.floor(samples.length / frames))
      for (let at = 0; at < found.length; at++) {
        fvad.HEAP16.set(samples.subarray(at * frames, (at + 1) * frames), input / 2)
        found[at] = fvad._fvad_process(handle, input, frames)
      }
      return found
    } finally {
      fvad._fvad_free(handle)
    }
  }
}
