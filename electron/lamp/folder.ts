/** The watched folder of a bare Asterisk: a file for each recording, seen a moment after it changes (asterisk.md 4). */
import { type FileSight } from '../../shared/sight.ts'
import { type Rig } from './rig.ts'
import { MINE, THEIRS, truthOf } from './server.ts'

const APPEARS_MS = 340
const LOOK_MS = 250

interface OpenFile {
  readonly name: string
  readonly startedAt: number
  state: 'writing' | 'closed'
  /** It can be seen from then on, true time. */
  readonly from: number
  told: FileSight['state'] | null
  /** When it appeared before the app's eyes, by its clock; null: it was there before. */
  appearedAt: number | null
}

export class Folder {
  readonly #rig: Rig
  #there = true
  #alive = false
  /** By channel. */
  readonly #files = new Map<string, OpenFile>()
  #numbers = 0

  constructor(rig: Rig) {
    this.#rig = rig
    if (rig.profile.offer.evidence !== 'folder') return
    rig.clock.every(LOOK_MS, () => this.#look())
  }

  /** The machine has moved: opens and closes files after it. */
  follow(): void {
    const { server, clock, profile } = this.#rig
    // a pausing server goes on with the same file
    const pauses = profile.dialect === 'pause'
    const live = new Map(server.mine().map(channel => [channel.id, truthOf(channel)]))
    for (const [id, seen] of live) {
      const file = this.#files.get(id)
      if (seen === 'recording' && file?.state === 'closed' && pauses) file.state = 'writing'
      else if (seen === 'recording' && file?.state !== 'writing') {
        const name = `auto-${Math.floor(clock.now() / 1000)}-${MINE.extension}-${THEIRS.extension}-${++this.#numbers}.wav`
        const from = clock.elapsed + APPEARS_MS
        this.#files.set(id, { name, startedAt: clock.now(), state: 'writing', from, told: null, appearedAt: null })
      }
    }
    for (const [id, file] of this.#files) if (live.get(id) !== 'recording') file.state = 'closed'
  }

  bring(there: boolean): void {
    this.#there = there
  }

  get alive(): boolean {
    return this.#alive
  }

  /** A new watch looks at everything anew. */
  restarted(): void {
    this.#alive = false
    this.#isOld()
  }

  #isOld(): void {
    for (const file of this.#files.values()) {
      file.told = null
      file.appearedAt = null
    }
  }

  #look(): void {
    const { calls, clock, watch } = this.#rig
    if (this.#there !== this.#alive) {
      this.#alive = this.#there
      if (this.#alive) this.#isOld()
      else watch.folderGone()
      calls.folder.alive(this.#alive)
    }
    if (!this.#alive) return
    watch.alive()
    this.follow()
    for (const file of [...this.#files.values()]) {
      if (file.from > clock.elapsed || file.told === file.state) continue
      if (file.told === null && clock.elapsed - file.from < LOOK_MS) file.appearedAt = clock.now()
      // one that was there before, and is closed, is no news
      const news = file.told !== null || file.state === 'writing' || file.appearedAt !== null
      file.told = file.state
      if (!news) continue
      calls.folder.sight({
        name: file.name,
        numbers: [MINE.extension, THEIRS.extension],
        kind: 'on-demand',
        startedAt: file.startedAt,
        state: file.state,
        appearedAt: file.appearedAt,
        size: 0,
        at: clock.now(),
      })
    }
  }
}
