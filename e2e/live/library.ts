/** The steps after the call: the recording is found in the call log, and heard. */
import { readWavHead, HEAD_BYTES, soundMs } from '../../electron/library/audio/wav.ts'
import { type Part, type RecordingEntry } from '../../shared/recordings.ts'
import { rms, toneLevel } from '../phone/signal.ts'
import { type App } from './app.ts'
import { SPOKEN_HERTZ } from './phone.ts'
import { askUntil, Failed, NotAllowed, type Run, type Step } from './run.ts'

/** How long a call may take to be listed: 1 to 3 s on a calm server. */
const LISTED_MS = 30_000
/** What is fetched of the sound, seconds, from its middle. */
const HEARD_S = 2
/** Below -60 dB of full scale, nothing was recorded but the line's own noise. */
const SILENCE = 0.001
const PCM = 1

/** Ids of what is listed already. */
export async function listedNow(app: App): Promise<ReadonlySet<string>> {
  if (app.session.capabilities?.listRecordings !== true) return new Set()
  const { entries } = await app.companion.list({ search: '', cursor: null })
  return new Set(entries.map(({ id }) => id))
}

export async function librarySteps(app: App, run: Run, before: ReadonlySet<string> | null): Promise<void> {
  let found: RecordingEntry | null = null
  await run.step('find', 'Find the recording', { needs: ['record', 'hang-up'], limitS: 45 }, async step => {
    found = await find(app, step, before)
  })
  await run.step('hear', 'Hear the recording', { needs: ['find'], limitS: 45 }, async step => {
    if (found !== null) await hear(app, step, found)
  })
}

async function find(app: App, step: Step, before: ReadonlySet<string> | null): Promise<RecordingEntry> {
  if (app.session.capabilities?.listRecordings !== true)
    throw new NotAllowed(
      'this server does not list recordings to its users (before Wazo 21.02), or the right is missing',
    )
  if (before === null) throw new Failed('the call log could not be read before the call')
  step.asked('the call log for the call that has just ended')
  step.waitingFor = 'the call in the call log'
  const listed = await askUntil(step, LISTED_MS, async () => {
    const { entries } = await app.companion.list({ search: '', cursor: null })
    const fresh = entries.find(({ id }) => !before.has(id))
    return fresh === undefined ? undefined : { fresh, of: entries.length }
  })
  if (listed === null)
    throw new Failed(`the server showed that it recorded, and lists nothing after ${LISTED_MS / 1000} s`)
  const { fresh, of } = listed
  step.acknowledged(`${of} calls with recordings`)
  step.proven(
    `listed: ${fresh.parts.length} recordings with ${fresh.peer.name || fresh.peer.number}, ${fresh.fileName}`,
  )
  return fresh
}

async function hear(app: App, step: Step, entry: RecordingEntry): Promise<void> {
  const playable = entry.parts.filter(part => part.playable === 'yes')
  const [part] = playable.sort((a, b) => (b.durationMs ?? 0) - (a.durationMs ?? 0))
  if (part === undefined) throw noneToHear(entry.parts)
  const { source } = await app.companion.openPart(part.id)
  step.asked('for its first bytes, then for two seconds from its middle')
  const size = await source.size()
  const head = readWavHead(await source.read(0, Math.min(size, HEAD_BYTES)))
  if (head === null) throw new Failed('what came is no WAV')
  const length = soundMs(head, size)
  step.acknowledged(
    `a WAV of ${(length / 1000).toFixed(1)} s, ${head.rate} Hz, ${head.channels} channel, ${head.bits} bits`,
  )
  if (head.tag !== PCM || head.bits !== 16)
    throw new NotAllowed(`a WAV of format ${head.tag}: its sound is not measured here`)
  const { from, to } = middle(head.dataAt, size, head.blockAlign, head.byteRate * HEARD_S)
  const bytes = Buffer.from(await source.read(from, to))
  const samples = Int16Array.from({ length: Math.floor(bytes.length / 2) }, (_, index) => bytes.readInt16LE(index * 2))
  const loudness = rms(samples)
  if (loudness < SILENCE) throw new Failed(`it is silent: ${loudness.toFixed(5)} of full scale`)
  const own = head.channels === 1 ? toneLevel(samples, SPOKEN_HERTZ, head.rate) : 0
  const spoken = app.session.use === 'phone' ? `, our own tone at ${own.toFixed(3)}` : ''
  step.proven(`${bytes.length} bytes heard: ${loudness.toFixed(3)} of full scale${spoken}`)
}

function noneToHear(parts: readonly Part[]): Error {
  if (parts.every(({ playable }) => playable === 'no-media'))
    return new NotAllowed(
      'this server does not let users hear their recordings (before Wazo 24.12), or the right is missing',
    )
  return new Failed(`nothing of it can be heard: ${parts.map(({ playable }) => playable).join(', ')}`)
}

/** A stretch of whole frames from the middle of the sound. */
function middle(dataAt: number, size: number, frame: number, wanted: number): { from: number; to: number } {
  const frames = Math.floor((size - dataAt) / frame)
  const some = Math.max(1, Math.min(frames, Math.floor(wanted / frame)))
  const from = dataAt + Math.floor((frames - some) / 2) * frame
  return { from, to: from + some * frame }
}
