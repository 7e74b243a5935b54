/**
 * Carries out a plan so that it may end at any moment and be taken up again: no recording is missing, doubled or half.
 *
 * In `.tallylight-export/` of the target lie the plan, a journal and what is being written. For each recording: its bytes
 * go to a file there and are made lasting; its size and checksum go to the journal, and are made lasting; the file moves
 * to its name in one step. Taken up again, what the journal names is looked for under its name, then among what was being
 * written, by size and checksum; whatever is neither is written anew. At the end the lists are written, and the plan goes
 * first: without it, the export is over.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { OF_ONE_RECORDING } from '../failures.ts'
import { AppFailure, type Failure, FailureCode } from '../../../shared/failure.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Unpack } from '../audio/decoding.ts'
import { piecesOf, toWav, type WavSound } from './audio.ts'
import { type Disk, type FileSum } from './disk.ts'
import { manifestCsv, manifestJson, type ManifestRow } from './manifest.ts'
import { OURS, type Plan, type PlanItem, readPlan, writePlan } from './plan.ts'

const PLAN = `${OURS.work}/plan.jsonl`
const JOURNAL = `${OURS.work}/done.jsonl`

const Line = z.union([
  z.object({
    item: z.number().int().nonnegative(),
    bytes: z.number().nonnegative(),
    sha256: z.string(),
    /** Of the sound as it was written, milliseconds; null: nobody measured it. */
    soundMs: z.number().nonnegative().nullable().default(null),
  }),
  z.object({ item: z.number().int().nonnegative(), missed: FailureCode }),
])
type Line = z.infer<typeof Line>

/** What became of an item: its file, or why there is none. */
type Outcome = Written | { readonly missed: FailureCode }
type Written = FileSum & { readonly soundMs: number | null }

export interface RunPorts {
  readonly disk: Disk
  /** The sound of a part; whoever gives it closes it. Throws AppFailure. */
  readonly open: (part: string) => Promise<AudioSource>
  readonly unpack: Unpack
  /** Resolves after so many milliseconds, at once when the signal comes. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly words: (failure: Failure) => string
  readonly onProgress: (progress: Progress) => void
}

export interface Progress {
  readonly done: number
  readonly bytes: number
  readonly missed: readonly { readonly item: PlanItem; readonly code: FailureCode }[]
  /** The server asks for patience, or does not answer: it is tried again by itself. */
  readonly waiting: Failure | null
}

/** So many recordings are read at once: a server has other things to do. */
const AT_ONCE = 2

/** How long to wait before it is tried again, milliseconds; after the last one the export is paused. */
const BACK_OFF_MS = [1_000, 2_000, 5_000, 10_000, 30_000, 60_000]

/** What may pass: it is waited for. */
const PATIENCE: ReadonlySet<FailureCode> = new Set([
  'throttled',
  'server-trouble',
  'unreachable',
  'not-wazo',
  'copy-damaged',
])
/** An answer that says that the server as a whole is busy or away. */
const BUSY: readonly (number | undefined)[] = [502, 503, 504]
/** What answers, and fails so often at one recording, fails at that one. */
const TRIES_OF_ONE = 3

/** Lays a plan down in a folder that holds nothing else. */
export async function layDown(disk: Disk, plan: Plan): Promise<void> {
  await disk.makeFolder(OURS.work)
  await writeWhole(disk, `${OURS.work}/plan.part`, PLAN, writePlan(plan))
}

/** The plan of an export that was begun. Throws `target-gone` where there is none, or not all of it. */
export async function pickUp(disk: Disk): Promise<Plan | 'over'> {
  const text = await disk.read(PLAN)
  const plan = text === null ? null : readPlan(text)
  if (plan !== null) return plan
  if (text !== null || (await disk.read(OURS.json)) === null) throw new AppFailure('target-gone')
  // it ended while it was tidying up
  await disk.remove(OURS.work)
  return 'over'
}

/** Ends one for good: what was written whole stays, the lists are of that. */
export async function giveUp(ports: Pick<RunPorts, 'disk' | 'words'>, plan: Plan): Promise<void> {
  const { disk } = ports
  const outcomes = await settled(disk, plan)
  const there = plan.items.flatMap((item, index) => {
    const outcome = outcomes.get(index)
    return outcome === undefined ? [] : [{ item, outcome }]
  })
  const items = there.map(({ item }) => item)
  await finish(ports, { ...plan, items }, new Map(there.map(({ outcome }, at) => [at, outcome])))
}

/** Runs to the end, or until the signal. Throws AppFailure for what stands in the way of all; it can be taken up again. */
export async function run(ports: RunPorts, plan: Plan, signal: AbortSignal): Promise<'done' | 'stopped'> {
  const { disk, onProgress } = ports
  const outcomes = await settled(disk, plan)
  const missed: { item: PlanItem; code: FailureCode }[] = []
  let bytes = 0
  /** Bytes of those that are being written. */
  const flying = new Map<number, number>()
  let waiting: Failure | null = null
  const tell = () => {
    const inAll = [...flying.values()].reduce((sum, more) => sum + more, bytes)
    onProgress({ done: outcomes.size, bytes: inAll, missed, waiting })
  }
  const note = (index: number, outcome: Outcome) => {
    outcomes.set(index, outcome)
    const item = plan.items[index]
    if ('sha256' in outcome) bytes += outcome.bytes
    else if (item !== undefined) missed.push({ item, code: outcome.missed })
  }
  for (const [index, outcome] of [...outcomes]) note(index, outcome)
  tell()

  // one that fails stops the others: it stands in their way too
  const stop = new AbortController()
  const stopped = stop.signal
  const pass = () => stop.abort()
  if (signal.aborted) pass()
  signal.addEventListener('abort', pass)
  const hold = patience(ports, stopped, failure => {
    waiting = failure
    tell()
  })
  const journal = inTurn((line: Line) => disk.append(JOURNAL, `${JSON.stringify(line)}\n`))
  const todo = plan.items.flatMap((item, index) => (outcomes.has(index) ? [] : [{ item, index }])).values()

  const worker = async () => {
    for (const { item, index } of todo) {
      if (stopped.aborted) return
      const onBytes = (written: number) => {
        flying.set(index, written)
        tell()
      }
      const write = (tries: number) => writeOne({ ports, plan, index, item, tries, stopped, journal, onBytes })
      const outcome = await hold(write).finally(() => flying.delete(index))
      if (outcome === null) return
      note(index, outcome)
      tell()
    }
  }
  const workers = Array.from({ length: AT_ONCE }, () =>
    worker().catch((error: unknown) => {
      stop.abort()
      throw error
    }),
  )
  const ends = await Promise.allSettled(workers)
  signal.removeEventListener('abort', pass)
  for (const end of ends) if (end.status === 'rejected') throw end.reason
  if (signal.aborted) return 'stopped'
  await finish(ports, plan, outcomes)
  return 'done'
}

interface Writing {
  readonly ports: RunPorts
  readonly plan: Plan
  readonly index: number
  readonly item: PlanItem
  /** How often it was tried before. */
  readonly tries: number
  readonly stopped: AbortSignal
  readonly journal: (line: Line) => Promise<void>
  readonly onBytes: (written: number) => void
}

/** Null: stopped in the middle of it. */
async function writeOne(writing: Writing): Promise<Outcome | null> {
  const { ports, plan, index, item, tries, stopped, journal, onBytes } = writing
  const { disk, open, unpack } = ports
  const missed = async (code: FailureCode): Promise<Outcome> => {
    await journal({ item: index, missed: code })
    return { missed: code }
  }
  if (item.path === null) return missed(item.reason ?? 'recording-missing')
  const temporary = temporaryOf(index)
  let sum: FileSum | null
  let soundMs: number | null = null
  let wav: WavSound | null = null
  try {
    const opened = await open(item.part)
    wav = plan.form === 'wav' ? await toWav(opened, unpack) : null
    if (wav !== null) soundMs = Math.round((wav.bytes * 1000) / wav.head.byteRate)
    sum = await copy({ disk, audio: wav?.source ?? opened, to: temporary, stopped, onBytes })
  } catch (error) {
    if (error instanceof AppFailure && isOfOne(error.failure, tries)) return missed(error.failure.code)
    throw error
  } finally {
    await wav?.close()
  }
  if (sum === null) return null
  const written = { ...sum, soundMs }
  await journal({ item: index, ...written })
  await place(disk, temporary, item.path)
  return written
}

function isOfOne({ code, status }: Failure, tries: number): boolean {
  if (code === 'recording-unfinished' || OF_ONE_RECORDING.has(code)) return true
  const isAway = code === 'throttled' || code === 'unreachable' || BUSY.includes(status)
  return PATIENCE.has(code) && !isAway && tries + 1 >= TRIES_OF_ONE
}

const temporaryOf = (index: number) => `${OURS.work}/${index}.part`

/** Null: stopped; what was written so far is left to be overwritten. */
async function copy(copying: {
  readonly disk: Disk
  readonly audio: AudioSource
  readonly to: string
  readonly stopped: AbortSignal
  readonly onBytes: (written: number) => void
}): Promise<FileSum | null> {
  const { disk, audio, to, stopped, onBytes } = copying
  const size = await audio.size()
  if (size === 0) throw new AppFailure('recording-empty')
  const file = await disk.create(to)
  const hash = createHash('sha256')
  let bytes = 0
  let whole = false
  try {
    for await (const piece of piecesOf(audio)) {
      if (stopped.aborted) return null
      await file.write(piece)
      hash.update(piece)
      bytes += piece.length
      onBytes(bytes)
    }
    whole = true
  } finally {
    if (!whole) await file.abandon()
  }
  await file.finish()
  return { bytes, sha256: hash.digest('hex') }
}

async function place(disk: Disk, temporary: string, path: string): Promise<void> {
  const folder = path.split('/').slice(0, -1).join('/')
  if (folder !== '') await disk.makeFolder(folder)
  await disk.move(temporary, path)
}

/** What the journal says that was done, and that is there: the rest is done anew. */
async function settled(disk: Disk, plan: Plan): Promise<Map<number, Outcome>> {
  const outcomes = new Map<number, Outcome>()
  const text = (await disk.read(JOURNAL)) ?? ''
  // a line that was being written when all ended is no line; the next one must not be joined to it
  if (text !== '' && !text.endsWith('\n')) await disk.append(JOURNAL, '\n')
  for (const line of linesOf(text)) {
    const item = plan.items[line.item]
    if (item === undefined) continue
    if ('missed' in line) {
      outcomes.set(line.item, { missed: line.missed })
      continue
    }
    if (item.path === null) continue
    const { bytes, sha256, soundMs } = line
    const is = (sum: FileSum | null) => sum !== null && sum.bytes === bytes && sum.sha256 === sha256
    if (!is(await disk.sum(item.path))) {
      if (!is(await disk.sum(temporaryOf(line.item)))) {
        outcomes.delete(line.item)
        continue
      }
      await place(disk, temporaryOf(line.item), item.path)
    }
    outcomes.set(line.item, { bytes, sha256, soundMs })
  }
  return outcomes
}

function linesOf(text: string): Line[] {
  return text.split('\n').flatMap(line => {
    try {
      return Line.safeParse(JSON.parse(line)).data ?? []
    } catch (error) {
      if (error instanceof SyntaxError) return []
      throw error
    }
  })
}

/** The lists, and nothing of ours left. Done twice, it gives the same. */
async function finish(
  { disk, words }: Pick<RunPorts, 'disk' | 'words'>,
  plan: Plan,
  outcomes: ReadonlyMap<number, Outcome>,
): Promise<void> {
  const rows = plan.items.map((item, index) => rowOf(item, outcomes.get(index), words))
  await writeWhole(disk, `${OURS.work}/csv.part`, OURS.csv, manifestCsv(rows))
  await writeWhole(disk, `${OURS.work}/json.part`, OURS.json, manifestJson(rows, plan.exportedAt))
  await disk.remove(PLAN)
  await disk.remove(OURS.work)
}

function rowOf(item: PlanItem, outcome: Outcome | undefined, words: RunPorts['words']): ManifestRow {
  const { path, startedAt, durationMs, outgoing, name, number, tags, note, favourite, original } = item
  const file = outcome !== undefined && 'sha256' in outcome ? outcome : null
  const reason = outcome !== undefined && 'missed' in outcome ? outcome.missed : null
  return {
    ...{ startedAt, outgoing, name, number, tags, note, favourite, original },
    durationMs: file?.soundMs ?? durationMs,
    file: file === null ? null : path,
    bytes: file?.bytes ?? null,
    sha256: file?.sha256 ?? null,
    reason,
    words: reason === null ? '' : words({ code: reason }),
  }
}

async function writeWhole(disk: Disk, temporary: string, path: string, text: string): Promise<void> {
  const file = await disk.create(temporary)
  try {
    await file.write(new TextEncoder().encode(text))
  } catch (error) {
    await file.abandon()
    throw error
  }
  await file.finish()
  await disk.move(temporary, path)
}

/** Runs work again after a while where the server cannot now. Throws what lasts. */
function patience(
  { wait }: Pick<RunPorts, 'wait'>,
  stopped: AbortSignal,
  tell: (failure: Failure | null) => void,
): (work: (tries: number) => Promise<Outcome | null>) => Promise<Outcome | null> {
  return async work => {
    for (let tries = 0; ; tries++) {
      try {
        const outcome = await work(tries)
        if (tries > 0) tell(null)
        return outcome
      } catch (error) {
        const ms = BACK_OFF_MS[tries]
        if (!(error instanceof AppFailure) || !PATIENCE.has(error.failure.code) || ms === undefined) throw error
        if (stopped.aborted) return null
        tell(error.failure)
        await wait(ms, stopped)
        if (stopped.aborted) return null
      }
    }
  }
}

/** One after the other, each whole. */
function inTurn<A>(work: (argument: A) => Promise<void>): (argument: A) => Promise<void> {
  let last: Promise<void> = Promise.resolve()
  return argument => {
    const next = last.then(() => work(argument))
    last = next.catch(() => undefined)
    return next
  }
}
