/**
 * Speech as MP3 (LAME, wasm-media-encoders), which mail, phones and browsers play. Constant rate, one channel: an hour is
 * 14 MB. The file begins with a frame of ours that says how long the sound is (the Info tag of Xing and LAME), so that
 * players neither guess its length nor play the silence that the codec puts at both ends.
 */
import { createEncoder } from 'wasm-media-encoders'

/** MPEG 2, layer III: what even old phones know; MPEG 2.5 (8 kHz) is not. */
const RATE = 16_000
const KBITS = 32
const FRAME_SAMPLES = 576
/** 72 * bit rate / rate: constant, without padding. */
const FRAME_BYTES = (72 * KBITS * 1000) / RATE
/** Samples that LAME's encoder puts before the sound (`ENCDELAY`). */
const DELAY = 576

export interface Mp3Encoder {
  /** One channel, -1 to 1. Answers what it has ready, which may be nothing. */
  encode(samples: Float32Array): Uint8Array
  /** The rest, and the frame for the file's beginning. */
  finish(): { readonly rest: Uint8Array; readonly head: Uint8Array }
}

/** Bytes at the file's beginning that `finish` fills, left out while frames are written: one frame of 64 kbit/s, for its length. */
export const MP3_HEAD_BYTES = (72 * 64_000) / RATE

/** About so many bytes for a second. */
export const MP3_BYTES_PER_SECOND = (KBITS * 1000) / 8

/** `wasm`: LAME, a file beside the app that can be replaced. `rate`: of the samples, hertz. */
export async function mp3Encoder(wasm: Uint8Array, rate: number): Promise<Mp3Encoder> {
  const lame = await createEncoder('audio/mpeg', wasm)
  lame.configure({ sampleRate: rate, channels: 1, bitrate: KBITS, outputSampleRate: RATE })
  let given = 0
  let bytes = 0
  const taken = (piece: Uint8Array) => {
    bytes += piece.length
    // it is LAME's own memory
    return piece.slice()
  }
  return {
    encode: samples => {
      given += samples.length
      return taken(lame.encode([samples]))
    },
    finish: () => {
      const rest = taken(lame.finalize())
      const sound = Math.round((given * RATE) / rate)
      return { rest, head: infoFrame(Math.round(bytes / FRAME_BYTES), sound, bytes) }
    },
  }
}

/** A silent frame whose side information is followed by the Info tag and LAME's delay and padding (gabriel.mp3-tech.org). */
function infoFrame(frames: number, samples: number, bytes: number): Uint8Array {
  const frame = new Uint8Array(MP3_HEAD_BYTES)
  const view = new DataView(frame.buffer)
  // sync, MPEG 2, layer III, no CRC; 64 kbit/s, 16 kHz; one channel
  frame.set([0xff, 0xf3, 0x88, 0xc4])
  // after the 9 bytes of side information of MPEG 2 mono
  const at = 4 + 9
  const put = (place: number, text: string) =>
    [...text].forEach((letter, index) => view.setUint8(place + index, letter.charCodeAt(0)))
  put(at, 'Info')
  view.setUint32(at + 4, 0b0111) // frames, bytes and the table of contents are there
  view.setUint32(at + 8, frames)
  view.setUint32(at + 12, bytes + MP3_HEAD_BYTES)
  // at a constant rate each percent of the time is a percent of the bytes
  for (let percent = 0; percent < 100; percent++) view.setUint8(at + 16 + percent, Math.floor((percent * 256) / 100))
  const lame = at + 116
  put(lame, 'LAME3.100')
  view.setUint8(lame + 9, 0x01) // revision 0, constant rate
  const padding = Math.max(0, Math.min(4095, frames * FRAME_SAMPLES - samples - DELAY))
  view.setUint8(lame + 21, DELAY >> 4)
  view.setUint8(lame + 22, ((DELAY & 15) << 4) | (padding >> 8))
  view.setUint8(lame + 23, padding & 255)
  return frame
}
