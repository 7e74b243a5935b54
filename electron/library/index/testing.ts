/** Calls for tests of the index, and a folder that goes away. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { NO_FILTER, type Filter } from '../../../shared/library/query.ts'
import { type Core, createCore } from './core.ts'
import { type Driver, IN_MEMORY, openDatabase } from './database.ts'
import { createNotesStore } from './notesStore.ts'
import { type OpenedIndex, openCore } from './open.ts'
import { INDEX_SCHEMA, migrate, NOTES_SCHEMA } from './schema.ts'
import { cdrKey, type SourceCall, type SourceRecording } from './port.ts'

/** 2026-11-20 14:30 UTC. */
export const START = Date.UTC(2026, 10, 20, 14, 30)

export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export function recording(key: string, of: Partial<SourceRecording> = {}): SourceRecording {
  const fileName = key.startsWith('/') ? key.slice(key.lastIndexOf('/') + 1) : `${key}.wav`
  return {
    key,
    startedAt: START + 3_000,
    endedAt: null,
    durationMs: null,
    bytes: null,
    hearing: 'yes',
    fileName,
    ...of,
  }
}

/** A line of the call log: answered after two seconds, one minute long, recorded from the third second to its end. */
export function logged(id: number, of: Partial<SourceCall> = {}): SourceCall {
  const startedAt = of.startedAt ?? START
  return {
    source: 'call-log',
    key: cdrKey(id),
    ownerKnown: true,
    conversation: `${1_795_185_000 + id}.1`,
    startedAt,
    answeredAt: startedAt + 2_000,
    callMs: 60_000,
    answered: true,
    outgoing: true,
    peer: { name: 'Marie Tremblay', number: '+1 418 555 0142' },
    numbers: ['1042', '+14185550142'],
    recordings: [recording(uuid(id), { startedAt: startedAt + 3_000, endedAt: startedAt + 62_000 })],
    why: null,
    how: null,
    ...of,
  }
}

/** A file of the folder; its name tells the numbers. */
export function filed(path: string, of: Partial<SourceCall> = {}, sound: Partial<SourceRecording> = {}): SourceCall {
  const startedAt = of.startedAt ?? START + 2_000
  return {
    source: 'folder',
    key: `/${path}`,
    ownerKnown: true,
    conversation: null,
    startedAt,
    answeredAt: null,
    callMs: null,
    answered: null,
    outgoing: null,
    peer: { name: '', number: '4185550142' },
    numbers: ['1042', '4185550142'],
    recordings: [recording(`/${path}`, { startedAt, durationMs: 59_000, bytes: 944_044, ...sound })],
    why: null,
    how: 'by-me',
    ...of,
  }
}

/** A call of this run. */
export function seen(conversation: string, of: Partial<SourceCall> = {}): SourceCall {
  return {
    source: 'live',
    key: conversation,
    ownerKnown: true,
    conversation,
    startedAt: START + 500,
    answeredAt: START + 2_300,
    callMs: 59_000,
    answered: true,
    outgoing: true,
    peer: { name: 'Marie', number: '4185550142' },
    numbers: ['1042', '4185550142'],
    recordings: [recording(`live-${conversation}`, { hearing: 'finishing' })],
    why: 'finishing',
    how: 'automatic',
    ...of,
  }
}

export const filter = (of: Partial<Filter> = {}): Filter => ({ ...NO_FILTER, ...of })

export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tallylight-index-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** An index in a folder of its own, which is closed at the end. */
export async function openedIndex(
  options: { driver?: Driver; folder?: string; now?: () => number; log?: (text: string) => void } = {},
): Promise<OpenedIndex> {
  const { folder = temporaryFolder(), log = () => undefined, ...rest } = options
  const index = await openCore({ file: join(folder, 'library.db'), notesFile: join(folder, 'notes.db'), log, ...rest })
  let open = true
  const close = () => {
    if (open) index.close()
    open = false
  }
  onTestFinished(close)
  return { ...index, close }
}

/** An index that lies nowhere: for tests of many small ones. */
export async function indexInMemory(driver?: Driver, now?: () => number): Promise<Core> {
  const [index, notes] = [await openDatabase(IN_MEMORY, driver), await openDatabase(IN_MEMORY, driver)]
  onTestFinished(() => {
    index.close()
    notes.close()
  })
  migrate(index, INDEX_SCHEMA)
  migrate(notes, NOTES_SCHEMA)
  return createCore(index, createNotesStore(notes), now)
}
