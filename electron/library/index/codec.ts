/** A source's call as the index stores it: JSON without the names of its fields, which would be most of it. */
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
