/** A call that this computer saw, as the index takes it until the server or the folder tells of it. Pure. */
import { type LastCall } from '../../../shared/call.ts'
import { type Entry, type WhyNot } from '../../../shared/library/entry.ts'
import { lengthOf } from '../../../shared/timeline.ts'
import { type SourceCall, type SourceRecording } from '../index/port.ts'

/** A recording that is not listed so long after the call's end is late, milliseconds. */
export const LATE_AFTER_MS = 60_000
/** Less than this of a state that is not known is no doubt. */
const TOLD_MS = 1_000

/** `own`: the user's numbers, which a file of this call has in its name beside the other's. */
export function liveCall(last: LastCall, now: number, own: readonly string[]): SourceCall {
  const answered = wasTalked(last)
  return {
    source: 'live',
    key: last.conversation ?? last.id,
    ownerKnown: true,
    conversation: last.conversation,
    startedAt: last.startedAt,
    answeredAt: answered ? last.endedAt - last.callMs : null,
    callMs: answered ? last.callMs : null,
    // by whom and for how long this computer has not seen
    answered: last.end === 'elsewhere' ? null : answered,
    outgoing: last.outgoing,
    peer: last.peer,
    numbers: [last.peer.number, ...own].filter(number => number !== ''),
    recordings: last.provable ? recordings(last) : null,
    why: whyNot(last, now),
    how: how(last),
  }
}

/** Each stretch from a start to a stop; pauses are in it, and not in its length. One whose file was seen is known by that, whatever its name tells. */
function recordings({ id, conversation, endedAt, callMs, timeline, files }: LastCall): SourceRecording[] {
  const answeredAt = endedAt - callMs
  const found: { from: number; to: number; recordedMs: number }[] = []
  let open = false
  for (const { kind, fromMs, toMs } of timeline) {
    const last = found.at(-1)
    if (kind === 'recorded' && open && last !== undefined) {
      last.to = toMs
      last.recordedMs += toMs - fromMs
    } else if (kind === 'recorded') found.push({ from: fromMs, to: toMs, recordedMs: toMs - fromMs })
    open = kind === 'recorded' || (kind === 'paused' && open)
  }
  return found.map(({ from, to, recordedMs }, at) => ({
    key: files[at] === undefined ? `live/${conversation ?? id}/${at}` : `/${files[at]}`,
    startedAt: answeredAt + from,
    endedAt: answeredAt + to,
    durationMs: recordedMs,
    bytes: null,
    hearing: 'finishing',
    fileName: '',
  }))
}

const wasTalked = ({ end }: LastCall): boolean => end === 'talked' || end === 'phone-stopped'

function whyNot(last: LastCall, now: number): WhyNot | null {
  if (last.end === 'elsewhere') return 'unknown'
  if (!wasTalked(last)) return 'not-answered'
  if (last.recordedMs > 0) return now - last.endedAt >= LATE_AFTER_MS ? 'late' : 'finishing'
  if (!last.provable || lengthOf(last.timeline, 'not-known') >= TOLD_MS) return 'unknown'
  return last.forbidden ? 'not-allowed' : 'not-recorded'
}

/** Only where it was seen: what nobody pressed for, and was set to record, is automatic. */
function how({ recordedMs, due, asked }: LastCall): Entry['how'] {
  if (recordedMs === 0) return null
  if (due === 'no') return 'by-me'
  if (due === 'yes' && asked === null) return 'automatic'
  return null
}
