/** Calls and entries as the index stores them: JSON without the names of its fields, which would be most of it. */
import type { Entry, Part } from '../../../shared/library/entry.ts'
import type { SourceCall, SourceRecording } from './port.ts'

/** The order is the format: a change of it is a migration of the schema. */
type StoredRecording = [
  key: string,
  startedAt: number,
  endedAt: number | null,
  durationMs: number | null,
  bytes: number | null,
  hearing: SourceRecording['hearing'],
  fileName: string,
]
type StoredCall = [
  source: SourceCall['source'],
  key: string,
  ownerKnown: 0 | 1,
  conversation: string | null,
  startedAt: number,
  answeredAt: number | null,
  callMs: number | null,
  answered: boolean | null,
  outgoing: boolean | null,
  name: string,
  number: string,
  numbers: readonly string[],
  recordings: readonly StoredRecording[] | null,
  why: SourceCall['why'],
  how: SourceCall['how'],
]

export function encodeCall(call: SourceCall): string {
  const stored: StoredCall = [
    call.source,
    call.key,
    call.ownerKnown ? 1 : 0,
    call.conversation,
    call.startedAt,
    call.answeredAt,
    call.callMs,
    call.answered,
    call.outgoing,
    call.peer.name,
    call.peer.number,
    call.numbers,
    call.recordings?.map(it => [it.key, it.startedAt, it.endedAt, it.durationMs, it.bytes, it.hearing, it.fileName]) ??
      null,
    call.why,
    call.how,
  ]
  return JSON.stringify(stored)
}

/** What `encodeCall` wrote. Throws SyntaxError where the file was damaged. */
export function decodeCall(text: string): SourceCall {
  const stored = JSON.parse(text) as StoredCall
  const [source, key, ownerKnown, conversation, startedAt, answeredAt, callMs, answered, outgoing] = stored
  const [, , , , , , , , , name, number, numbers, recordings, why, how] = stored
  return {
    source,
    key,
    ownerKnown: ownerKnown === 1,
    conversation,
    startedAt,
    answeredAt,
    callMs,
    answered,
    outgoing,
    peer: { name, number },
    numbers,
    recordings: recordings?.map(decodeRecording) ?? null,
    why,
    how,
  }
}

function decodeRecording(stored: StoredRecording): SourceRecording {
  const [key, startedAt, endedAt, durationMs, bytes, hearing, fileName] = stored
  return { key, startedAt, endedAt, durationMs, bytes, hearing, fileName }
}

/** As with calls, the order is the format. */
type StoredPart = [
  id: string,
  startedAt: number,
  durationMs: number | null,
  hearing: Part['hearing'],
  kept: 0 | 1,
  maybeOthers: 0 | 1,
  fileName: string,
]
type StoredEntry = [
  id: string,
  sources: Entry['sources'],
  conversation: string | null,
  startedAt: number,
  callMs: number | null,
  answered: boolean | null,
  outgoing: boolean | null,
  name: string,
  number: string,
  parts: readonly StoredPart[],
  why: Entry['why'],
  fromMs: number | null,
  recordedMs: number | null,
  how: Entry['how'],
  note: string,
  tags: string[],
  favourite: 0 | 1,
  marks: number,
  purgedAt: number | null,
  hidden: 0 | 1,
]

const bit = (value: boolean) => (value ? 1 : 0)

export function encodeEntry(entry: Entry): string {
  const stored: StoredEntry = [
    entry.id,
    entry.sources,
    entry.conversation,
    entry.startedAt,
    entry.callMs,
    entry.answered,
    entry.outgoing,
    entry.peer.name,
    entry.peer.number,
    entry.parts.map(it => [
      it.id,
      it.startedAt,
      it.durationMs,
      it.hearing,
      bit(it.kept),
      bit(it.maybeOthers),
      it.fileName,
    ]),
    entry.why,
    entry.fromMs,
    entry.recordedMs,
    entry.how,
    entry.note,
    entry.tags,
    bit(entry.favourite),
    entry.marks,
    entry.purgedAt,
    bit(entry.hidden),
  ]
  return JSON.stringify(stored)
}

/** What `encodeEntry` wrote. Throws SyntaxError where the file was damaged. */
export function decodeEntry(text: string): Entry {
  const stored = JSON.parse(text) as StoredEntry
  const [id, sources, conversation, startedAt, callMs, answered, outgoing, name, number, parts] = stored
  const [, , , , , , , , , , why, fromMs, recordedMs, how, note, tags, favourite, marks, purgedAt, hidden] = stored
  return {
    id,
    sources,
    conversation,
    startedAt,
    callMs,
    answered,
    outgoing,
    peer: { name, number },
    parts: parts.map(decodePart),
    why,
    fromMs,
    recordedMs,
    how,
    note,
    tags,
    favourite: favourite === 1,
    marks,
    purgedAt,
    hidden: hidden === 1,
  }
}

function decodePart(stored: StoredPart): Part {
  const [id, startedAt, durationMs, hearing, kept, maybeOthers, fileName] = stored
  return { id, startedAt, durationMs, hearing, kept: kept === 1, maybeOthers: maybeOthers === 1, fileName }
}
