/** What the lamp shows, as a pure function of the snapshot. Red is `recording`, and only a proof makes it so. */
import { type CallView } from './call.ts'
import { type RecordingView } from './recording/view.ts'
import { type Want } from './recording/state.ts'
import { type Format, type Text } from './text/index.ts'

/** The shape: no call, ring, disc, bars, broken ring with ?, star. */
export type LampState = 'none' | 'off' | 'recording' | 'paused' | 'unknown' | 'unprovable'

export interface LampView {
  readonly lamp: LampState
  /** Drawn as a dotted ring around the proven shape. */
  readonly wish: Want | null
  /** Drawn as a slash. */
  readonly refused: boolean
  readonly word: string
}

/**
 * The one call that lamp, buttons and keys speak of: the one that the user talks in, the newest where there are several; else
 * one on hold, else one that rings. A call that is left loses it with the press, whatever is still unproven.
 */
export function callInFocus(calls: readonly CallView[]): CallView | null {
  const rank = (call: CallView) => (call.onHold ? 1 : call.spokenAt === null ? 2 : 0)
  return (
    calls
      .filter(call => !call.isCode)
      .toSorted((a, b) => rank(a) - rank(b) || (b.spokenAt ?? 0) - (a.spokenAt ?? 0))[0] ?? null
  )
}

export function lampView(call: CallView | null, recordCode: string, text: Text, format: Format): LampView {
  if (call === null) return { lamp: 'none', wish: null, refused: false, word: text.lamp.none }
  const { recording } = call
  const { proof } = recording
  const wish = recording.wish?.want ?? null
  const refused = recording.refusal !== null && wish === null
  if (call.status !== 'up' && wish === null && (proof.kind === 'unprovable' || isUnread(recording))) {
    return { lamp: 'none', wish, refused, word: text.calls.status[call.status] }
  }
  return { lamp: proof.kind, wish, refused, word: wordFor(recording, recordCode, text, format) }
}

const isUnread = ({ proof }: RecordingView) =>
  proof.kind === 'unknown' && proof.last === null && proof.why === 'not-read'

function wordFor(recording: RecordingView, recordCode: string, { lamp }: Text, format: Format): string {
  const { proof } = recording
  const want = recording.wish?.want ?? null
  switch (proof.kind) {
    case 'recording':
      return want === 'pause' ? lamp.pausing : want === 'stop' ? lamp.stopping : lamp.recording
    case 'off':
      return want === 'start' ? lamp.starting : want === 'resume' ? lamp.resuming : lamp.off
    case 'paused':
      if (want === 'stop') return lamp.stoppingPaused
      return want === 'resume' || want === 'start' ? lamp.resuming : lamp.paused
    case 'unknown':
      if (want === 'start') return lamp.startingUnknown
      if (proof.last !== null) return lamp.unknownLast[proof.last.kind](format.clock(proof.last.at))
      return proof.why === 'not-read' ? lamp.checking : lamp.unknown
    case 'unprovable':
      return recording.sentAt === null ? lamp.unprovable : lamp.sent(recordCode, format.clock(recording.sentAt))
  }
}

/** Two clocks, since pauses make them differ. Null = there is nothing to show of it. Milliseconds. */
export interface Times {
  readonly recordedMs: number | null
  readonly callMs: number | null
}

/** Times that differ by less count as one: the proof of the first second comes a moment after it. */
const SAME_MS = 1000

/** `now`: main's time. One time only where both are equal. */
export function timesAt(call: CallView, now: number): Times {
  const { recordedMs, runningSince } = call.recording
  const recorded = recordedMs + (runningSince === null ? 0 : Math.max(0, now - runningSince))
  const callMs = call.answeredAt === null ? null : Math.max(0, now - call.answeredAt)
  if (recorded === 0 && runningSince === null) return { recordedMs: null, callMs }
  if (callMs !== null && Math.abs(callMs - recorded) < SAME_MS) return { recordedMs: recorded, callMs: null }
  return { recordedMs: recorded, callMs }
}

/** A refusal in words: what is true now, why, and what happens next. */
export function refusalWords(recording: RecordingView, recordCode: string, { refusal: words }: Text): string | null {
  const { refusal, proof } = recording
  if (refusal === null) return null
  const { want, reason, route } = refusal
  const next = refusal.next !== null ? `. ${words.next}` : reason === 'server-trouble' ? `. ${words.again}` : ''
  const byKeys = route === 'rfc4733' || route === 'info'
  const pressed =
    reason === 'pressed-elsewhere'
      ? words.pressed(recordCode)
      : reason === 'nothing-happened' && route === 'calld-dtmf'
        ? words.keysInVain(recordCode)
        : null
  if (want === 'pause') {
    const forbidden = reason === 'not-allowed' || reason === 'by-policy' || reason === 'not-this-queue'
    const first = proof.kind !== 'recording' ? words.pauseUnknown : forbidden ? words.pauseForbidden : words.pauseStill
    return pressed === null ? `${first}${next}` : `${first}. ${pressed}`
  }
  if (pressed !== null) return pressed
  if (reason === 'nothing-happened' && byKeys) return `${words.pressed(recordCode)}${next}`
  const first =
    want === 'stop'
      ? proof.kind === 'recording'
        ? words.stopStill
        : words.stopUnknown
      : want === 'start'
        ? words.start
        : words.resume
  return `${proof.kind === 'unprovable' ? words.other : first}; ${words.because[reason]}${next}`
}
