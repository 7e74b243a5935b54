/** A folder in memory that can end at any of its steps, and recordings to export into it. */
import { AppFailure } from '../../../shared/failure.ts'
import { type Entry, type Hearing } from '../../../shared/library/entry.ts'
import { entryOf } from '../../../shared/library/entry.testing.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { wavOf } from '../testing.ts'
import { type Disk, type FileSum } from './disk.ts'
import { createHash } from 'node:crypto'

/** All ended here. */
export class Ended extends Error {}

/** Ends before its `endAt`th step, which may have happened in part: `luck` says how much, 0 to 1. */
export class FakeDisk implements Disk {
  readonly files = new Map<string, Uint8Array>()
  readonly folders = new Set<string>()
  steps = 0
  endAt = Infinity
  luck: () => number = () => 0
  /** Thrown instead of a step, by its name. */
  refuse: ((step: string) => AppFailure | null) | null = null
  #ended = false
  /** Files that were not finished: a power cut leaves any part of them. */
  readonly #unsafe = new Set<string>()

  /** What a new start finds. */
  restart(): void {
    this.#ended = false
    this.endAt = Infinity
    for (const path of this.#unsafe) {
      const bytes = this.files.get(path)
      if (bytes !== undefined) this.files.set(path, bytes.slice(0, Math.floor(bytes.length * this.luck())))
    }
    this.#unsafe.clear()
  }

  makeFolder = (path: string) =>
    this.#step('makeFolder', () => {
      path.split('/').forEach((_, index, all) => this.folders.add(all.slice(0, index + 1).join('/')))
    })

  create = async (path: string) => {
    await this.#step('create', () => {
      this.#needFolderOf(path)
      this.files.set(path, new Uint8Array(0))
      this.#unsafe.add(path)
    })
    return {
      write: (bytes: Uint8Array) => this.#step('write', share => this.#add(path, bytes, share)),
      finish: () => this.#step('finish', () => void this.#unsafe.delete(path)),
      abandon: () => Promise.resolve(),
    }
  }

  append = (path: string, text: string) =>
    this.#step('append', share => {
      this.#needFolderOf(path)
      this.#add(path, new TextEncoder().encode(text), share)
    })

  move = (from: string, to: string) =>
    this.#step('move', () => {
      this.#needFolderOf(to)
      const bytes = this.files.get(from)
      if (bytes === undefined) throw new AppFailure('target-gone')
      this.files.delete(from)
      this.files.set(to, bytes)
    })

  read = async (path: string) => {
    await this.#step('read', () => undefined)
    const bytes = this.files.get(path)
    return bytes === undefined ? null : new TextDecoder().decode(bytes)
  }

  sum = async (path: string): Promise<FileSum | null> => {
    await this.#step('sum', () => undefined)
    const bytes = this.files.get(path)
    return bytes === undefined ? null : sumOf(bytes)
  }

  remove = (path: string) =>
    this.#step('remove', share => {
      const all = [...this.files.keys()].filter(name => name === path || name.startsWith(`${path}/`))
      for (const name of all.slice(0, Math.ceil(all.length * share))) this.files.delete(name)
      if (share === 1) this.folders.delete(path)
    })

  async #step(name: string, work: (share: number) => void): Promise<void> {
    await Promise.resolve()
    if (this.#ended) throw new Ended()
    const refusal = this.refuse?.(name) ?? null
    if (refusal !== null) throw refusal
    if (++this.steps < this.endAt) return work(1)
    this.#ended = true
    // what goes in one step may have gone, what goes bit by bit may have gone in part
    const share = this.luck()
    if (['write', 'append', 'remove'].includes(name)) work(share)
    else if (share > 0.5) work(1)
    throw new Ended()
  }

  #add(path: string, bytes: Uint8Array, share: number): void {
    const before = this.files.get(path) ?? new Uint8Array(0)
    const more = bytes.subarray(0, Math.floor(bytes.length * share))
    this.files.set(path, new Uint8Array(Buffer.concat([before, more])))
  }

  #needFolderOf(path: string): void {
    const folder = path.split('/').slice(0, -1).join('/')
    if (folder !== '' && !this.folders.has(folder)) throw new AppFailure('target-gone')
  }
}

export const sumOf = (bytes: Uint8Array): FileSum => ({
  bytes: bytes.length,
  sha256: createHash('sha256').update(bytes).digest('hex'),
})

/** The sound of a part: another for each, and one in twenty not short enough to be one piece. */
export function soundOf(index: number): Uint8Array {
  const known = sounds.get(index)
  if (known !== undefined) return known
  const length = (index % 20 === 3 ? 200_000 : 500) + index * 2
  const made = wavOf(new Uint8Array(Buffer.alloc(length, `the sound of ${index}, `)))
  sounds.set(index, made)
  return made
}
const sounds = new Map<number, Uint8Array>()

const HEARD: readonly Hearing[] = ['yes', 'yes', 'yes', 'deleted', 'yes', 'no-media', 'yes', 'empty', 'yes']

/** Calls with a recording or two, some of which cannot be had. */
export function entriesOf(count: number): Entry[] {
  return Array.from({ length: count }, (_, index) =>
    entryOf({
      id: `entry-${index}`,
      startedAt: 1_790_000_000_000 + Math.floor(index / 2) * 60_000,
      outgoing: index % 3 === 0 ? null : index % 3 === 1,
      peer: { name: ['Marie', 'MARIE', '=cmd', '../x'][index % 4] ?? '', number: `+1418555${index % 7}` },
      parts: Array.from({ length: index % 4 === 0 ? 2 : 1 }, (_part, at) => ({
        id: `part-${index}-${at}`,
        startedAt: 1_790_000_000_000 + Math.floor(index / 2) * 60_000,
        durationMs: 60_000,
        hearing: HEARD[index % HEARD.length] ?? 'yes',
        kept: false,
        maybeOthers: false,
        fileName: `auto-${index}-${at}.wav`,
      })),
      fromMs: 0,
      recordedMs: 60_000,
      note: index % 2 === 0 ? '' : `note, "${index}"`,
      tags: index % 5 === 0 ? ['a', 'b'] : [],
      favourite: index % 6 === 0,
    }),
  )
}

/** What `entriesOf` names, opened. A few turn out not to be what the list said. */
export function openFake(part: string): Promise<AudioSource> {
  const index = Number(part.split('-')[1]) * 2 + Number(part.split('-')[2])
  if (index % 11 === 10) return Promise.reject(new AppFailure('recording-missing'))
  const bytes = index % 13 === 12 ? new Uint8Array(0) : soundOf(index)
  return Promise.resolve({
    contentType: 'audio/wav',
    size: () => Promise.resolve(bytes.length),
    read: (from, to) => Promise.resolve(bytes.slice(from, to)),
    close: () => Promise.resolve(),
  })
}
