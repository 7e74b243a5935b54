/** The thread that decodes: each recording by itself, its reads as they are asked for. */
import { parentPort } from 'node:worker_threads'
import { type AudioSource } from '../../../shared/recordings.ts'
import { decodedBlocks } from './blocks.ts'
import { type Coded } from './codecs.ts'
import { type ToDecode } from './decoding.ts'
import { readHere } from './here.ts'
import { remoteSource, serveSource } from './remote.ts'
import { type OpenDecoder } from './streamed.ts'
import { unpackedWav } from './unpacked.ts'
import { virtualWav } from './virtual.ts'

/** Loaded for the few recordings that need them. Nothing of Opus is left out. */
const openDecoder: OpenDecoder = async kind => (await import('./decoders.ts')).openDecoder(kind, 48_000)

parentPort?.on('message', ({ sound, bytes, blocks }: ToDecode) => {
  const source = readHere(remoteSource(bytes))
  const decoded = sound === null ? unpackedWav(virtualWav(source), openDecoder) : blocksOf(source, sound)
  serveSource(blocks, () => Promise.resolve(decoded))
  blocks.on('close', () => {
    void decoded.close()
    void source.close()
  })
})

function blocksOf(source: AudioSource, sound: Coded): AudioSource {
  const blocks = decodedBlocks(source, sound)
  return {
    contentType: 'audio/wav',
    size: () => Promise.reject(new RangeError('Only its blocks can be read')),
    read: (from, to) => blocks.read(from, to),
    close: () => blocks.close(),
  }
}
