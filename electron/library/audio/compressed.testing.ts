/** Short recordings in formats that the browser plays by itself, and heads of those that nothing here plays. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEncoder } from 'wasm-media-encoders'
import { MP3_HEAD_BYTES, mp3Encoder } from '../export/mp3.ts'
import { openDecoder } from './decoders.ts'
import { type Unpack } from './decoding.ts'
import { unpackedWav } from './unpacked.ts'
import { virtualWav } from './virtual.ts'

const RATE = 8000

/** Where no thread is needed. */
export const unpackedHere: Unpack = source => unpackedWav(virtualWav(source), kind => openDecoder(kind, 48_000))

const ENCODERS = join(import.meta.dirname, '../../../node_modules/wasm-media-encoders/wasm')

export const tone = (seconds: number): Int16Array =>
  Int16Array.from({ length: seconds * RATE }, (_, i) => Math.round(8000 * Math.sin((2 * Math.PI * 440 * i) / RATE)))

export async function mp3(seconds: number): Promise<Uint8Array> {
  const encoder = await mp3Encoder(readFileSync(join(ENCODERS, 'mp3.wasm')), RATE)
  const frames = encoder.encode(floats(tone(seconds)))
  const { rest, head } = encoder.finish()
  if (head.length !== MP3_HEAD_BYTES) throw new Error('Another head than was promised')
  return Buffer.concat([head, frames, rest])
}

/** Ogg Vorbis, by libvorbis; `sides`: the tone in one, silence in the other. */
export async function vorbis(seconds: number, sides: 1 | 2 = 1): Promise<Uint8Array> {
  const encoder = await createEncoder('audio/ogg', readFileSync(join(ENCODERS, 'ogg.wasm')))
  encoder.configure({ sampleRate: RATE, channels: sides, vbrQuality: 3 })
  const sound = floats(tone(seconds))
  // the encoder's memory is its own
  const body = encoder.encode(sides === 1 ? [sound] : [sound, new Float32Array(sound.length)]).slice()
  return Buffer.concat([body, encoder.finalize()])
}

const floats = (samples: Int16Array): Float32Array => Float32Array.from(samples, sample => sample / 32_768)

const crc = (bytes: Uint8Array, bits: 8 | 16 | 32, polynomial: number): number => {
  let sum = 0
  for (const byte of bytes) {
    sum ^= byte << (bits - 8)
    for (let bit = 0; bit < 8; bit++) sum = (sum >> (bits - 1)) & 1 ? (sum << 1) ^ polynomial : sum << 1
  }
  return (bits === 32 ? sum : sum & (2 ** bits - 1)) >>> 0
}

const u16 = (value: number) => [(value >> 8) & 255, value & 255]

/** FLAC (RFC 9639) whose samples stand in it as they are. */
export function flac(seconds: number): Uint8Array {
  const samples = tone(seconds)
  const block = 4000
  const frames = Array.from({ length: samples.length / block }, (_, frame) => {
    const some = samples.slice(frame * block, (frame + 1) * block)
    return flacFrame(frame, block, [0x02, ...Array.from(some).flatMap(u16)])
  })
  return Buffer.concat([flacHead(block, samples.length), ...frames])
}

/** FLAC that is one value for `blocks` times 65,535 samples, at most 127 times; each block has 13 bytes. */
export function flatFlac(blocks: number): Uint8Array {
  const block = 65_535
  const frames = Array.from({ length: blocks }, (_, frame) => flacFrame(frame, block, [0x00, ...u16(1234)]))
  return Buffer.concat([flacHead(block, blocks * block), ...frames])
}

function flacHead(block: number, samples: number): Uint8Array {
  const info = [...u16(block), ...u16(block), 0, 0, 0, 0, 0, 0]
  // 20 bits of rate, 3 of channels, 5 of width, 36 of samples; no sum of the sound
  info.push(RATE >> 12, (RATE >> 4) & 255, (RATE & 15) << 4, 15 << 4)
  info.push(...u16(samples >> 16), ...u16(samples), ...Array.from({ length: 16 }, () => 0))
  return Buffer.concat([Buffer.from('fLaC'), Uint8Array.of(0x80, 0, 0, info.length, ...info)])
}

/** `frame`: at most 127. */
function flacFrame(frame: number, samples: number, sound: readonly number[]): Uint8Array {
  const head = [0xff, 0xf8, 0x74, 0x08, frame, ...u16(samples - 1)]
  const body = [...head, crc(Uint8Array.from(head), 8, 0x07), ...sound]
  return Uint8Array.from([...body, ...u16(crc(Uint8Array.from(body), 16, 0x8005))])
}

const HZ_OF_OPUS = 48_000

/** Ogg (RFC 3533) with Opus (RFC 7845): packets of 20 ms in which nothing was sent, which is silence. */
export function opus(seconds: number): Uint8Array {
  const head = Buffer.from('OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00', 'latin1')
  const tags = Buffer.from('OpusTags\x01\x00\x00\x00x\x00\x00\x00\x00', 'latin1')
  const pages = [oggPage([head], 0, 0, 2), oggPage([tags], 1, 0, 0)]
  for (let second = 1; second <= seconds; second++) {
    const packets = Array.from({ length: 50 }, () => Uint8Array.of(0xf8))
    pages.push(oggPage(packets, second + 1, second * HZ_OF_OPUS, second === seconds ? 4 : 0))
  }
  return Buffer.concat(pages)
}

/** `flags`: 2 = the first of its stream, 4 = the last. */
function oggPage(packets: readonly Uint8Array[], sequence: number, place: number, flags: number): Uint8Array {
  const page = Buffer.concat([Buffer.alloc(27), Uint8Array.from(packets, ({ length }) => length), ...packets])
  page.write('OggS')
  page.writeUInt8(flags, 5)
  page.writeBigInt64LE(BigInt(place), 6)
  page.writeUInt32LE(7, 14)
  page.writeUInt32LE(sequence, 18)
  page.writeUInt8(packets.length, 26)
  page.writeUInt32LE(crc(page, 32, 0x04c11db7), 22)
  return page
}

/** The first page of Ogg with Speex. */
export const speex = (): Uint8Array => oggPage([Buffer.from('Speex   1.2.0'.padEnd(80, '\0'))], 0, 0, 2)
