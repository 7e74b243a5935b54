/** The sound of a part, wherever it lies: in the folder, on the server, or nowhere any more. */
import { AppFailure, type FailureCode } from '../../shared/failure.ts'
import { type Hearing } from '../../shared/library/entry.ts'
import { type AudioSource } from '../../shared/recordings.ts'
import { type Decoding } from './audio/decoding.ts'
import { serverSource } from './audio/server.ts'
import { virtualWav } from './audio/virtual.ts'
import { type PartPlace } from './index/port.ts'
import { type CallLogClient } from './source.ts'

export interface SoundPlaces {
  /** Null: there is no server that serves recordings. */
  readonly server: { readonly client: CallLogClient; readonly canHear: boolean } | null
  /** Null: no folder is read. */
  readonly folder: { open(path: string, form: 'wav' | 'original'): AudioSource } | null
  readonly decoding: Decoding
  /** What opening it at the server taught. */
  readonly heard: (hearing: Hearing) => void
}

const LESSONS: Partial<Record<FailureCode, Hearing>> = {
  'recording-deleted': 'deleted',
  'recording-empty': 'empty',
  'recording-format': 'format',
  'recording-missing': 'missing',
  'recording-no-media': 'no-media',
}

/**
 * From the folder where it is there, else from the server; `wav`: as players need it. The caller closes it. Throws
 * AppFailure where there is none.
 */
export function soundOf(
  place: PartPlace,
  form: 'wav' | 'original',
  { server, folder, decoding, heard }: SoundPlaces,
): AudioSource {
  const file = place.path === null || folder === null ? null : folder.open(place.path, form)
  const served = (source: AudioSource) => (form === 'wav' ? virtualWav(source, {}, decoding) : source)
  const { cdrId, uuid } = place
  const atServer =
    server === null || cdrId === null || uuid === null || !server.canHear
      ? null
      : () => heeded(served(serverSource(server.client, cdrId, uuid)), heard)
  if (file !== null) return atServer === null ? file : either(file, atServer)
  if (atServer !== null) return atServer()
  if (uuid !== null && server !== null && !server.canHear) throw new AppFailure('recording-no-media')
  throw new AppFailure('recording-missing')
}

/** The first where it can be had when it is first asked for, else the second. */
export function either(first: AudioSource, second: () => AudioSource): AudioSource {
  let chosen: Promise<AudioSource> | null = null
  const choose = () =>
    (chosen ??= first.size().then(
      () => first,
      async () => {
        await first.close()
        return second()
      },
    ))
  let { contentType } = first
  return {
    get contentType() {
      return contentType
    },
    size: async () => {
      const source = await choose()
      const size = await source.size()
      contentType = source.contentType
      return size
    },
    read: async (from, to) => (await choose()).read(from, to),
    file: async () => (await (await choose()).file?.()) ?? null,
    close: async () => (chosen === null ? first : await chosen).close(),
  }
}

/** The same audio, whose failures teach what can be heard. */
function heeded(source: AudioSource, heard: (hearing: Hearing) => void): AudioSource {
  let told: Hearing | null = null
  const heed = (error: unknown): never => {
    const lesson = error instanceof AppFailure ? (LESSONS[error.failure.code] ?? null) : null
    if (lesson !== null && lesson !== told) {
      told = lesson
      heard(lesson)
    }
    throw error
  }
  return {
    get contentType() {
      return source.contentType
    },
    size: () => source.size().catch(heed),
    read: (from, to) => source.read(from, to).catch(heed),
    close: () => source.close(),
  }
}
