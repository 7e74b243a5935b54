/** Evidence from a watched folder, where no server tells: what it shows of each call's files becomes steps of the call. */
import { type Dialect, type RecordingEvent } from '../../shared/recording/state.ts'
import { type FileSight } from '../../shared/sight.ts'
import { CallFiles, seenInFiles } from './files.ts'
import { type Leg } from './leg.ts'
import { type Clock } from './ports.ts'

/** The end of a call closes its file too, and is told a moment later: no pause, no stop. */
const CLOSING_MS = 300

export interface FolderHost {
  readonly clock: Clock
  legs(): readonly Leg[]
  /** What the folder is watched for; null = it is not where evidence comes from. */
  watched(): { readonly dialect: Dialect; readonly own: readonly string[] } | null
  step(leg: Leg, event: RecordingEvent): void
}

export class FolderEvidence {
  readonly #host: FolderHost
  #live = false
  #files = new CallFiles()

  constructor(host: FolderHost) {
    this.#host = host
  }

  /** Another line: what was known is forgotten. */
  reset(): void {
    this.#live = false
    this.#files = new CallFiles()
  }

  /** One look at a file of the folder. */
  sight(sight: FileSight): void {
    for (const leg of this.#files.take(sight, this.#host.legs(), this.#host.watched()?.own ?? [])) {
      if (sight.state === 'closed') this.#host.clock.after(CLOSING_MS, () => this.#judge(leg, sight.at))
      else this.#judge(leg)
    }
  }

  /** The folder can be looked at, or not any more. */
  alive(alive: boolean): void {
    const back = alive && !this.#live
    this.#live = alive
    if (this.#host.watched() === null) return
    // what became of these meanwhile was not seen; one that grows is told
    if (back)
      for (const { files } of this.#host.legs())
        for (const [name, state] of files) if (state === 'writing') files.set(name, 'stuck')
    if (alive) this.read()
  }

  /** Says what is known of every call. */
  read(): void {
    for (const leg of this.#host.legs()) {
      leg.lastReadAt = this.#host.clock.now()
      if (this.#live) this.#judge(leg)
      else this.#host.step(leg, { kind: 'unreadable', why: 'no-answer' })
    }
  }

  /** Time passed: a folder that can be looked at would have shown a change. */
  tick(leg: Leg): void {
    if (this.#live && this.#host.watched() !== null) this.#host.step(leg, { kind: 'alive' })
  }

  #judge(leg: Leg, at = this.#host.clock.now()): void {
    const watched = this.#host.watched()
    if (watched === null || !this.#host.legs().includes(leg)) return
    const seen = seenInFiles(leg, watched.dialect)
    if (seen === 'stuck') this.#host.step(leg, { kind: 'unreadable', why: 'stuck-file' })
    else if (seen === 'unclaimed') this.#host.step(leg, { kind: 'unreadable', why: 'unclaimed-file' })
    else this.#host.step(leg, { kind: 'evidence', seen, at })
  }
}
