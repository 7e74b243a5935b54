/** A line of the call log as the index takes it. Pure. */
import { type WhyNot } from '../../../shared/library/entry.ts'
import { type Cdr, type CdrRecording } from '../../wazo/callLog.ts'
import { cdrKey, type SourceCall, type SourceRecording } from '../index/port.ts'

/** Who reads, and what he may do there. */
export interface Reader {
  readonly userUuid: string
  /** Feature codes, whose calls are no conversations (`*26`). */
  readonly codes: readonly string[]
  /** This server lets users hear recordings (24.12). */
  readonly canHear: boolean
}

/** Null: a call to a feature code. */
export function callOf(cdr: Cdr, reader: Reader): SourceCall | null {
  if (reader.codes.some(code => code === cdr.destinationNumber || code === cdr.requestedNumber)) return null
  const outgoing = cdr.sourceUserUuid === reader.userUuid
  const numbers = [cdr.sourceNumber, cdr.destinationNumber, cdr.requestedNumber].filter(number => number !== '')
  return {
    source: 'call-log',
    key: cdrKey(cdr.id),
    ownerKnown: true,
    conversation: cdr.conversationId,
    startedAt: cdr.startedAt,
    answeredAt: cdr.answeredAt,
    callMs: callMs(cdr),
    answered: isAnswered(cdr),
    outgoing,
    peer: outgoing
      ? { name: cdr.destinationName, number: cdr.destinationNumber || cdr.requestedNumber }
      : { name: cdr.sourceName, number: cdr.sourceNumber },
    numbers: [...new Set(numbers)],
    recordings: cdr.recordings?.map(recording => recordingOf(recording, reader)) ?? null,
    why: whyNot(cdr),
    // no call log says which
    how: null,
  }
}

function recordingOf(recording: CdrRecording, { canHear }: Reader): SourceRecording {
  return {
    key: recording.uuid,
    startedAt: recording.startedAt,
    endedAt: recording.endedAt,
    // paused time is not in the sound: only the sound itself tells how long it is
    durationMs: null,
    bytes: null,
    hearing: recording.deleted ? 'deleted' : canHear ? 'yes' : 'no-media',
    fileName: recording.filename,
  }
}

const isAnswered = (cdr: Cdr): boolean => cdr.answeredAt !== null || cdr.durationS !== null

function callMs(cdr: Cdr): number | null {
  if (cdr.answeredAt !== null && cdr.endedAt !== null) return Math.max(0, cdr.endedAt - cdr.answeredAt)
  return cdr.durationS === null ? null : cdr.durationS * 1000
}

function whyNot(cdr: Cdr): WhyNot | null {
  if ((cdr.recordings?.length ?? 0) > 0) return null
  if (!isAnswered(cdr)) return 'not-answered'
  return cdr.recordings === null ? 'not-told' : 'unknown'
}
