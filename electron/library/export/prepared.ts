/**
 * Clear sound on its way out: files that lie in a private folder for as long as somebody may drag them somewhere, no longer.
 * The folder is emptied when the app starts and ends, and a file goes after an hour.
 */
import { randomUUID } from 'node:crypto'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AppFailure } from '../../../shared/failure.ts'
import { type Prepared, type SendWish } from '../../../shared/exporting.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { type Unpack } from '../audio/decoding.ts'
import { piecesOf, soundLengthMs, spanOf, toWav, type WavSound } from './audio.ts'
import { targetFailure } from './disk.ts'
import { type EncoderFiles, encodeTo } from './encode.ts'
import { safeSegment } from './names.ts'

/** How long a prepared file stays, milliseconds: mail programs read what was dropped on them when they send it. */
const KEPT_MS = 3_600_000

export interface PreparedPorts {
  /** Of ours alone. */
  readonly folder: string
  readonly encoder: EncoderFiles
  readonly unpack: Unpack
  readonly after: (ms: number, run: () => void) => () => void
  readonly onProgress: (progress: { part: string; doneMs: number; totalMs: number } | null) => void
  readonly log: (text: string, error: unknown) => void
}

interface Kept {
  readonly prepared: Prepared
  readonly path: string
  readonly forget: () => void
}

export class PreparedFiles {
  readonly #ports: PreparedPorts
  readonly #kept = new Map<string, Kept>()
  #running: AbortController | null = null

  constructor(ports: PreparedPorts) {
    this.#ports = ports
  }

  /** Removes what an earlier run left. */
  async begin(): Promise<void> {
    await rm(this.#ports.folder, { recursive: true, force: true })
  }

  /** `name`: without ending. Null: it was stopped. Throws AppFailure. */
  async prepare(wish: SendWish, source: AudioSource, name: string): Promise<Prepared | null> {
    this.stop()
    const running = new AbortController()
    this.#running = running
    const id = randomUUID()
    const folder = join(this.#ports.folder, id)
    let whole: WavSound | null = null
    try {
      whole = await toWav(source, this.#ports.unpack)
      const sound = spanOf(whole, wish.fromMs, wish.toMs)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      const path = join(folder, safeSegment(name, wish.form === 'small' ? '.mp3' : '.wav'))
      await this.#write(wish, sound, path, running.signal)
      const prepared = { id, fileName: basename(path), bytes: (await stat(path)).size, ms: soundLengthMs(sound) }
      const forget = this.#ports.after(KEPT_MS, () => void this.#drop(id))
      this.#kept.set(id, { prepared, path, forget })
      return prepared
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      if (running.signal.aborted) return null
      throw targetFailure(error)
    } finally {
      await whole?.close()
      if (this.#running === running) {
        this.#running = null
        this.#ports.onProgress(null)
      }
    }
  }

  stop(): void {
    this.#running?.abort()
    this.#running = null
    this.#ports.onProgress(null)
  }

  /** Where it lies. Throws AppFailure `recording-missing` for what is no file of ours, or no longer there. */
  path(id: string): string {
    const kept = this.#kept.get(id)
    if (kept === undefined) throw new AppFailure('recording-missing')
    return kept.path
  }

  async drop(id: string): Promise<void> {
    await this.#drop(id)
  }

  async end(): Promise<void> {
    this.stop()
    for (const { forget } of this.#kept.values()) forget()
    this.#kept.clear()
    await rm(this.#ports.folder, { recursive: true, force: true })
  }

  async #drop(id: string): Promise<void> {
    const kept = this.#kept.get(id)
    if (kept === undefined) return
    this.#kept.delete(id)
    kept.forget()
    await rm(join(this.#ports.folder, id), { recursive: true, force: true }).catch((error: unknown) =>
      this.#ports.log('a file that was prepared for sending could not be removed', error),
    )
  }

  async #write({ part, form }: SendWish, sound: WavSound, path: string, signal: AbortSignal): Promise<void> {
    const totalMs = soundLengthMs(sound)
    let told = -1
    const onProgress = (doneMs: number) => {
      // a window needs no more than a hundred steps
      const step = Math.floor((doneMs * 100) / totalMs)
      if (step === told || signal.aborted) return
      told = step
      this.#ports.onProgress({ part, doneMs: Math.min(doneMs, totalMs), totalMs })
    }
    onProgress(0)
    if (form === 'small') {
      await encodeTo(path, sound, this.#ports.encoder, { onProgress, signal })
      return
    }
    const file = await open(path, 'wx', 0o600)
    let bytes = 0
    try {
      for await (const piece of piecesOf(sound.source)) {
        signal.throwIfAborted()
        await file.appendFile(piece)
        bytes += piece.length
        onProgress((bytes * 1000) / sound.head.byteRate)
      }
    } finally {
      await file.close()
    }
  }
}
