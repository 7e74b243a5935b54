/** How good the sound of a call is, from what the phone measures once a second. A pure fold. */
import { z } from 'zod'

/** One measurement: levels as root mean square 0 to 1 since the last one, packets since the call began. */
export const AudioReading = z.object({
  heard: z.number(),
  spoken: z.number(),
  packetsIn: z.number(),
  packetsOut: z.number(),
  /** Packets that never came, so far; may fall when late ones come after all. */
  lostIn: z.number(),
  /** Of ours, as the other end tells (RTCP); null = it tells nothing. */
  lostOut: z.number().nullable(),
  /** There and back, milliseconds; null = not known. */
  rttMs: z.number().nullable(),
  jitterMs: z.number().nullable(),
})
export type AudioReading = z.infer<typeof AudioReading>

/** `unheard`: nobody hears you. `deaf`: you hear nobody. `none`: neither way. */
export const Quality = z.enum(['good', 'choppy', 'unheard', 'deaf', 'none'])
export type Quality = z.infer<typeof Quality>

export const CallAudio = z.object({
  quality: Quality,
  heard: z.number(),
  spoken: z.number(),
  rttMs: z.number().nullable(),
  jitterMs: z.number().nullable(),
  /** Shares of the last seconds, 0 to 1. */
  lossIn: z.number(),
  lossOut: z.number().nullable(),
})
export type CallAudio = z.infer<typeof CallAudio>

/** What is remembered of a call's measurements. */
export interface AudioWatch {
  /** Those of the last seconds, oldest first. */
  readonly recent: readonly (AudioReading & { readonly at: number })[]
  /** When packets last came, went, and the microphone last gave any sound. Milliseconds since the epoch. */
  readonly cameAt: number
  readonly wentAt: number
  readonly soundedAt: number
}

const WINDOW_MS = 5_000
/** Silence for so long is an alarm: no codec of ours stops sending between words. */
export const NO_AUDIO_MS = 5_000
const NOT_SENT_MS = 3_000
/** A microphone that lives gives some noise; exactly nothing is a switch on its cable, or no microphone. */
const NO_SOUND_MS = 10_000
/** From here on speech suffers, concealment or not (ITU-T G.113, opus: 5 %); half lost is not understood any more. */
const CHOPPY_LOSS = 0.05
const LOST_LOSS = 0.5
const CHOPPY_JITTER_MS = 50
/** People begin to talk at the same time (ITU-T G.114: 400 ms one way is unacceptable). */
const CHOPPY_RTT_MS = 800
/** Fewer packets say nothing. */
const FEW = 50

/** `quiet`: on hold or muted, when neither sound nor its lack says anything. */
export function audioAfter(
  before: AudioWatch | null,
  reading: AudioReading,
  quiet: { readonly held: boolean; readonly muted: boolean },
  now: number,
): AudioWatch {
  const last = before?.recent.at(-1)
  // a clock that was set back, or a phone that begins anew
  if (before === null || last === undefined || now < last.at || reading.packetsIn < last.packetsIn || quiet.held)
    return { recent: [{ ...reading, at: now }], cameAt: now, wentAt: now, soundedAt: now }
  return {
    recent: [...before.recent.filter(({ at }) => now - at <= WINDOW_MS), { ...reading, at: now }],
    cameAt: reading.packetsIn > last.packetsIn ? now : before.cameAt,
    wentAt: reading.packetsOut > last.packetsOut ? now : before.wentAt,
    soundedAt: reading.spoken > 0 || quiet.muted ? now : before.soundedAt,
  }
}

/** Null: nothing can be said yet. */
export function audioView({ recent, cameAt, wentAt, soundedAt }: AudioWatch): CallAudio | null {
  const [first, last] = [recent[0], recent.at(-1)]
  if (first === undefined || last === undefined || first === last) return null
  const came = last.packetsIn - first.packetsIn
  const missed = Math.max(0, last.lostIn - first.lostIn)
  const went = last.packetsOut - first.packetsOut
  const lossIn = came + missed < FEW ? 0 : missed / (came + missed)
  const lossOut =
    last.lostOut === null || first.lostOut === null || went < FEW
      ? null
      : Math.min(1, Math.max(0, last.lostOut - first.lostOut) / went)
  const deaf = last.at - cameAt >= NO_AUDIO_MS
  const unheard =
    last.at - wentAt >= NOT_SENT_MS || last.at - soundedAt >= NO_SOUND_MS || (lossOut !== null && lossOut >= LOST_LOSS)
  const choppy =
    lossIn >= CHOPPY_LOSS ||
    (lossOut ?? 0) >= CHOPPY_LOSS ||
    (last.jitterMs ?? 0) >= CHOPPY_JITTER_MS ||
    (last.rttMs ?? 0) >= CHOPPY_RTT_MS
  const { heard, spoken, rttMs, jitterMs } = last
  const quality = deaf
    ? last.at - wentAt >= NOT_SENT_MS
      ? 'none'
      : 'deaf'
    : unheard
      ? 'unheard'
      : choppy
        ? 'choppy'
        : 'good'
  return { quality, heard, spoken, rttMs, jitterMs, lossIn, lossOut }
}

/** Nothing is heard of the other side. */
export const isWithoutAudio = (audio: CallAudio | null): boolean =>
  audio !== null && (audio.quality === 'deaf' || audio.quality === 'none')
