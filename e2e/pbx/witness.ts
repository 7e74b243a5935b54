// Watches a call beside a test: what main's snapshots say of the recording, and what Asterisk does with its files. The
// first may never say more than the second.
import { closeSync, fstatSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Page } from '@playwright/test'
import { expect } from '../support/app.ts'
import { type Asterisk } from './asterisk/asterisk.ts'

/** The files are looked at so often. */
const EVERY_MS = 50
/** How late the proof may follow: a look at the folder, the moment after a closing, a snapshot; and a busy machine. */
const LAG_MS = 1_500
/** A writer at 8 kHz may be silent for 5 s (design 3): longer than that nothing is red that does not grow. */
const SILENT_MS = 5_000
/** The word for "length not written yet" stands there in the header that Asterisk writes. */
const LENGTH_AT = 40

type Kind = 'off' | 'recording' | 'paused' | 'unknown' | 'unprovable'

interface Told {
  readonly at: number
  /** The proof of each call, by the number of its peer. */
  readonly proofs: Readonly<Record<string, Kind>>
}

interface Look {
  readonly at: number
  /** Files without a length, with their sizes. */
  readonly unfinished: ReadonlyMap<string, number>
  /** Files that Asterisk holds open. */
  readonly open: ReadonlySet<string>
  /** When the newest of those with a length was written last: one may be opened and closed between two looks. */
  readonly finishedAt: number
}

export interface Witness {
  /** Ends the watch. Every instant was true; answers the longest red, in milliseconds, after its file was closed or dead. */
  verify(): Promise<{ readonly longestLag: number; readonly kinds: readonly Kind[] }>
}

/** @param ours tells the files that the app's user records in the call with `peer` */
export async function witness(
  window: Page,
  asterisk: Asterisk,
  peer: string,
  ours: (name: string) => boolean,
): Promise<Witness> {
  await window.evaluate(() => {
    const told: { at: number; proofs: Record<string, string> }[] = []
    Object.assign(globalThis, { told })
    const note = ({ calls }: { calls: { peer: { number: string }; recording: { proof: { kind: string } } }[] }) =>
      told.push({
        at: Date.now(),
        proofs: Object.fromEntries(calls.map(call => [call.peer.number, call.recording.proof.kind])),
      })
    globalThis.bridge.on('snapshot', note)
    return globalThis.bridge.request('app:snapshot', undefined).then(outcome => {
      if (outcome.ok) note(outcome.value)
    })
  })
  const looks: Look[] = []
  const timer = setInterval(() => looks.push(lookAt(asterisk, ours)), EVERY_MS)
  return {
    verify: async () => {
      clearInterval(timer)
      const told = await window.evaluate(() => (globalThis as unknown as { told: Told[] }).told)
      const { violations, longestLag } = judge(told, looks, peer)
      expect(violations).toEqual([])
      const kinds = told.flatMap(({ proofs }) => proofs[peer] ?? [])
      return { longestLag, kinds: kinds.filter((kind, index) => kind !== kinds[index - 1]) }
    },
  }
}

function lookAt(asterisk: Asterisk, ours: (name: string) => boolean): Look {
  const unfinished = new Map<string, number>()
  let finishedAt = -Infinity
  for (const name of readable(() => readdirSync(asterisk.monitorFolder), []).filter(ours)) {
    const file = readable(() => lookInto(join(asterisk.monitorFolder, name)), null)
    if (file === null) continue
    if (file.hasLength) finishedAt = Math.max(finishedAt, file.writtenAt)
    else unfinished.set(name, file.size)
  }
  return { at: Date.now(), unfinished, open: new Set(openFiles(asterisk).filter(ours)), finishedAt }
}

function lookInto(file: string) {
  const fd = openSync(file, 'r')
  try {
    const length = Buffer.alloc(4)
    const read = readSync(fd, length, 0, 4, LENGTH_AT)
    const { size, mtimeMs } = fstatSync(fd)
    return { hasLength: read === 4 && length.readUInt32LE() !== 0, size, writtenAt: mtimeMs }
  } finally {
    closeSync(fd)
  }
}

/** What lsof would list of the folder. */
function openFiles({ pid, monitorFolder }: Asterisk): string[] {
  const folder = `/proc/${pid}/fd`
  return readable(() => readdirSync(folder), [])
    .map(fd => readable(() => readlinkSync(join(folder, fd)), ''))
    .filter(path => dirname(path) === monitorFolder)
    .map(path => basename(path))
}

/** A file, a descriptor or the whole process may be gone by the time it is looked at, and a folder may be locked. */
function readable<T>(read: () => T, otherwise: T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}

function judge(told: readonly Told[], looks: readonly Look[], peer: string) {
  const violations: string[] = []
  let longestLag = 0
  let written = -Infinity
  let grew = -Infinity
  let idle = -Infinity
  const sizes = new Map<string, number>()
  const begun = looks[0]?.at ?? 0
  for (const { at, unfinished, open, finishedAt } of looks) {
    const isWritten = open.size > 0
    if (isWritten) written = at
    else idle = at
    if (finishedAt >= begun) written = Math.max(written, finishedAt)
    for (const [name, size] of unfinished) {
      if (sizes.get(name) !== size) grew = at
      sizes.set(name, size)
    }
    const kind = told.findLast(one => one.at <= at)?.proofs[peer]
    const when = `${((at - begun) / 1000).toFixed(2)} s`
    if (kind === 'recording') {
      // one that its writer left open counts as alive for as long as a writer may be silent
      const since = unfinished.size > 0 ? grew + SILENT_MS : written
      const lag = isWritten && unfinished.size === 0 ? 0 : Math.max(0, at - since)
      longestLag = Math.max(longestLag, lag)
      if (lag > LAG_MS)
        violations.push(`${when}: recording, and nothing is written for ${at - Math.max(written, grew)} ms`)
    }
    if ((kind === 'off' || kind === 'paused') && at - idle > LAG_MS) {
      violations.push(`${when}: ${kind}, and a file is written since ${at - idle} ms`)
    }
  }
  return { violations, longestLag }
}
