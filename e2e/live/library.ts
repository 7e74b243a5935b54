/** The steps after the call: the recording is found in the call log, and heard. */
import { setTimeout } from 'node:timers/promises'
import { readWavHead, HEAD_BYTES, soundMs } from '../../electron/library/audio/wav.ts'
import { type Entry, type Part } from '../../shared/library/entry.ts'
import { NO_FILTER } from '../../shared/library/query.ts'
import { rms, steadyTone } from '../phone/signal.ts'
import { type App } from './app.ts'
import { SPOKEN_HERTZ } from './phone.ts'
import { askUntil, Failed, NotAllowed, type Run, type Step } from './run.ts'

/** How often it is looked at how far the reading is, milliseconds. */
const LOOK_MS = 100
/** How long a call may take to be listed: 1 to 3 s on a calm server. */
const LISTED_MS = 30_000
/** What is fetched of the sound, seconds, from its middle. */
const HEARD_S = 2
/** Below -60 dB of full scale, nothing was recorded but the line's own noise. */
const SILENCE = 0.001
const PCM = 1

/** When the newest recorded call began that is listed already; 0 = there is none. Throws Failed. */
export async function newestNow(app: App): Promise<number> {
  if (app.session.capabilities?.listRecordings !== true) return 0
  const end = Date.now() + LISTED_MS
  // the newest are read first
  while (app.companion.snapshot().library.callLog.done === 0 && !isRead(app)) {
    if (Date.now() > end) throw new Failed('the call log could not be read')
    await setTimeout(LOOK_MS)
  }
  return Math.max(0, ...(await listed(app)).map(({ startedAt }) => startedAt))
}

const isRead = (app: App): boolean => app.companion.snapshot().library.callLog.completeAt !== null

/** Calls with recordings that the server has listed, the newest first. */
async function listed(app: App): Promise<Entry[]> {
  const index = await app.companion.library.index()
  const { entries } = await index.list({ filter: NO_FILTER, at: null, limit: 50 })
  return entries.filter(({ sources }) => sources.includes('call-log'))
}

export async function librarySteps(app: App, run: Run, before: number | null): Promise<void> {
  let found: Entry | null = null
  await run.step('find', 'Find the recording', { needs: ['record', 'hang-up'], limitS: 45 }, async step => {
    found = await find(app, step, before)
  })
  await run.step('hear', 'Hear the recording', { needs: ['find'], limitS: 45 }, async step => {
    if (found !== null) await hear(app, step, found)
  })
}

async function find(app: App, step: Step, before: number | null): Promise<Entry> {
  if (app.session.capabilities?.listRecordings !== true)
    throw new NotAllowed(
      'this server does not list recordings to its users (before Wazo 21.02), or the right is missing',
    )
  if (before === null) throw new Failed('the call log could not be read before the call')
  step.asked('the call log for the call that has just ended')
  step.waitingFor = 'the call in the call log'
  const found = await askUntil(step, LISTED_MS, async () => {
    app.companion.library.look()
    const entries = await listed(app)
    const fresh = entries.find(({ startedAt }) => startedAt > before)
    return fresh === undefined ? undefined : { fresh, of: entries.length }
  })
  if (found === null)
    throw new Failed(`the server showed that it recorded, and lists nothing after ${LISTED_MS / 1000} s`)
  const { fresh, of } = found
  step.acknowledged(`${of} calls with recordings, the newest first`)
  step.proven(
    `listed: ${fresh.parts.length} recordings with ${fresh.peer.name || fresh.peer.number}, ${fresh.parts[0]?.fileName}`,
  )
  return fresh
}

async function hear(app: App, step: Step, entry: Entry): Promise<void> {
  const playable = entry.parts.filter(part => part.hearing === 'yes')
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
  const own = head.channels === 1 ? steadyTone(samples, SPOKEN_HERTZ, head.rate) : 0
  const spoken = app.session.use === 'phone' ? `, our own tone at ${own.toFixed(3)}` : ''
  step.proven(`${bytes.length} bytes heard: ${loudness.toFixed(3)} of full scale${spoken}`)
}

function noneToHear(parts: readonly Part[]): Error {
  if (parts.every(({ hearing }) => hearing === 'no-media'))
    return new NotAllowed(
      'this server does not let users hear their recordings (before Wazo 24.12), or the right is missing',
    )
  return new Failed(`nothing of it can be heard: ${parts.map(({ hearing }) => hearing).join(', ')}`)
}

/** A stretch of whole frames from the middle of the sound. */
function middle(dataAt: number, size: number, frame: number, wanted: number): { from: number; to: number } {
  const frames = Math.floor((size - dataAt) / frame)
  const some = Math.max(1, Math.min(frames, Math.floor(wanted / frame)))
  const from = dataAt + Math.floor((frames - some) / 2) * frame
  return { from, to: from + some * frame }
}
