/** A recording of another thread whose file is read in this one: a jump then waits for no turn of the program's own thread. */
import { AppFailure } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { fileSource } from './file.ts'

/** What lies in no file is asked for over there. Closing it closes both. */
export function readHere(remote: Required<AudioSource>): AudioSource {
  // where the file lies is asked anew each time it is opened: over there a link, or a folder that was exchanged, is refused
  const file = fileSource(
    async () => {
      const found = await remote.file()
      if (found === null) throw new AppFailure('recording-missing')
      return found.path
    },
    { contentType: 'application/octet-stream' },
  )
  let chosen: AudioSource | null = null
  const choose = async () => (chosen ??= (await remote.file()) === null ? remote : file)
  return {
    contentType: 'application/octet-stream',
    size: async () => (await choose()).size(),
    read: async (from, to) => (await choose()).read(from, to),
    close: async () => {
      await file.close()
      await remote.close()
    },
  }
}
