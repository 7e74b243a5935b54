/** Files of databases as the disk has them: moved aside, moved into place, and wiped. Everything throws what the file system says. */
import {
  closeSync,
  existsSync,
  fsyncSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { Seal } from './seal.ts'

/** What belongs to a database's file. */
const COMPANIONS = ['', '-wal', '-shm', '-journal']

/** Renames a file that cannot be read, with all that belongs to it. */
export function setAside(file: string, at: number, log: (text: string) => void): string {
  const aside = `${file}.broken-${at}`
  for (const companion of COMPANIONS) {
    if (existsSync(file + companion)) renameSync(file + companion, aside + companion)
  }
  log(`a file of the library cannot be read and was set aside: ${basename(aside)}`)
  return aside
}

export function removeDatabase(file: string): void {
  for (const companion of COMPANIONS) rmSync(file + companion, { force: true })
}

/** Puts a database that was closed in the place of another, in one step that outlasts a power cut. */
export function moveIntoPlace(from: string, to: string): void {
  const handle = openSync(from, 'r+')
  fsyncSync(handle)
  closeSync(handle)
  // a log that belongs to the old file must not be taken for the new one's
  for (const companion of COMPANIONS.slice(1)) rmSync(to + companion, { force: true })
  renameSync(from, to)
}

const BLOCK = Buffer.alloc(1024 * 1024)

/** Overwrites a database's files before they go. What a drive keeps elsewhere of old blocks is beyond reach. */
export function wipeDatabase(file: string): void {
  for (const companion of COMPANIONS) if (existsSync(file + companion)) wipe(file + companion)
}

function wipe(file: string): void {
  const handle = openSync(file, 'r+')
  const { size } = fstatSync(handle)
  for (let at = 0; at < size; at += BLOCK.length) writeSync(handle, BLOCK, 0, Math.min(BLOCK.length, size - at), at)
  fsyncSync(handle)
  closeSync(handle)
  rmSync(file)
}

const setAsides = (file: string) => {
  const folder = dirname(file)
  const start = `${basename(file)}.broken-`
  return existsSync(folder)
    ? readdirSync(folder)
        .filter(name => name.startsWith(start))
        .map(name => join(folder, name))
    : []
}

/** Damaged files of an index hold names too, and can be read anew from the sources. */
export function wipeSetAsides(file: string): void {
  for (const it of setAsides(file)) wipe(it)
}

/** Those of the notes are the user's: they stay, sealed. */
export function sealSetAsides(file: string, seal: Seal): void {
  for (const it of setAsides(file)) {
    if (it.endsWith('.sealed')) continue
    writeFileSync(`${it}.sealed`, seal.seal(basename(it), JSON.stringify(readFileSync(it).toString('base64'))), {
      flush: true,
    })
    wipe(it)
  }
}
