/** A copy of a sound, and where the sound came from should the copy fail: what plays goes on. */
import { AppFailure, type FailureCode } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'

/** What is wrong with the copy alone. */
const OF_THE_COPY: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'copy-damaged',
  'recording-missing',
  'vault-locked',
])

/** Throws what the copy threw where there is nothing else, or another sound. Closing closes what is open. */
export function orElse(copy: AudioSource, other: () => AudioSource): AudioSource {
  let now = copy
  const reading = async <T>(run: (source: AudioSource) => Promise<T>): Promise<T> => {
    const tried = now
    try {
      return await run(tried)
    } catch (error) {
      const failed = error instanceof AppFailure && OF_THE_COPY.has(error.failure.code)
      if (!failed || tried !== copy) throw error
      if (now === copy) await turnTo(error)
      return run(now)
    }
  }
  const turnTo = async (failure: AppFailure) => {
    const size = await copy.size()
    const next = await instead(other, size)
    if (next === null) throw failure
    now = next
    await copy.close()
  }
  return {
    contentType: copy.contentType,
    size: () => reading(source => source.size()),
    read: (from, to) => reading(source => source.read(from, to)),
    close: () => now.close(),
  }
}

/** Null: it cannot be had, or it is not the same sound. */
async function instead(other: () => AudioSource, size: number): Promise<AudioSource | null> {
  let source: AudioSource | null = null
  try {
    source = other()
    if ((await source.size()) === size) return source
  } catch (error) {
    if (!(error instanceof AppFailure)) throw error
  }
  await source?.close()
  return null
}
