/** The thread that decodes: each recording by itself, its reads as they are asked for. */
import { parentPort } from 'node:worker_threads'
import { decodedBlocks } from './blocks.ts'
import { type ToDecode } from './decoding.ts'
import { readHere } from './here.ts'
import { remoteSource, serveSource } from './remote.ts'

parentPort?.on('message', ({ sound, bytes, blocks }: ToDecode) => {
  const source = readHere(remoteSource(bytes))
  const decoded = decodedBlocks(source, sound)
  serveSource(blocks, () =>
    Promise.resolve({
      contentType: 'audio/wav',
      size: () => Promise.reject(new RangeError('Only its blocks can be read')),
      read: (from, to) => decoded.read(from, to),
      close: () => source.close(),
    }),
  )
  blocks.on('close', () => void source.close())
})
