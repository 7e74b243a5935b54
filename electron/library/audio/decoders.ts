/**
 * The decoders of what the browser plays by itself: libopus, libvorbis, libFLAC and mpg123 in WebAssembly. Built into a file
 * of its own that lies beside the archive, where it can be replaced: mpg123 (LGPL 2.1) and codec-parser (LGPL 3) are in it.
 */
import { FLACDecoder } from '@wasm-audio-decoders/flac'
import { OggVorbisDecoder } from '@wasm-audio-decoders/ogg-vorbis'
import { MPEGDecoder } from 'mpg123-decoder'
import { OggOpusDecoder } from 'ogg-opus-decoder'
import { type Pcm, type StreamDecoder, type StreamKind } from './streamed.ts'

/** `opusRate`: Hz; Opus alone can be decoded at several. */
export async function openDecoder(kind: StreamKind, opusRate: 16_000 | 48_000): Promise<StreamDecoder> {
  const decoder = make(kind, opusRate)
  await decoder.ready
  return {
    decode: async bytes => decoder.decode(bytes),
    // mpg123 keeps nothing back
    finish: async () => ('flush' in decoder ? decoder.flush() : null),
    free: () => decoder.free(),
  }
}

type Decoder = {
  readonly ready: Promise<void>
  decode(bytes: Uint8Array): Pcm | Promise<Pcm>
  flush?(): Promise<Pcm>
  free(): void
}

function make(kind: StreamKind, opusRate: number): Decoder {
  const opus = { forceStereo: false, sampleRate: opusRate }
  switch (kind) {
    case 'opus':
      return new OggOpusDecoder(opus)
    case 'vorbis':
      return new OggVorbisDecoder()
    case 'flac':
      return new FLACDecoder()
    case 'mp3':
      return new MPEGDecoder()
  }
}
