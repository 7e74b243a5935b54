/** How loud a call is, from two readings of its statistics. Pure. */

/** Sums since the call began (W3C webrtc-stats: totalAudioEnergy, totalSamplesDuration in seconds). */
export interface Reading {
  readonly heardEnergy: number
  readonly heardSeconds: number
  readonly spokenEnergy: number
  readonly spokenSeconds: number
  readonly packetsIn: number
  readonly packetsOut: number
  readonly lostIn: number
  /** As the other end reports; null = it has not. */
  readonly lostOut: number | null
  readonly rttMs: number | null
  readonly jitterMs: number | null
}

export const silence: Reading = {
  heardEnergy: 0,
  heardSeconds: 0,
  spokenEnergy: 0,
  spokenSeconds: 0,
  packetsIn: 0,
  packetsOut: 0,
  lostIn: 0,
  lostOut: null,
  rttMs: null,
  jitterMs: null,
}

/** What statistics say of audio: a stranger's numbers, read one by one. */
export function readingOf(stats: Iterable<unknown>): Reading {
  let reading = silence
  for (const entry of stats) {
    if (typeof entry !== 'object' || entry === null) continue
    const one: Record<string, unknown> = { ...entry }
    if (one['kind'] !== 'audio') continue
    const value = (name: string) => (typeof one[name] === 'number' && Number.isFinite(one[name]) ? one[name] : 0)
    if (one['type'] === 'inbound-rtp') {
      reading = {
        ...reading,
        heardEnergy: value('totalAudioEnergy'),
        heardSeconds: value('totalSamplesDuration'),
        packetsIn: value('packetsReceived'),
        lostIn: value('packetsLost'),
        jitterMs: value('jitter') * 1000,
      }
    } else if (one['type'] === 'outbound-rtp') reading = { ...reading, packetsOut: value('packetsSent') }
    else if (one['type'] === 'remote-inbound-rtp') {
      // no report of the other end yet: then there is no time either
      const rtt = one['roundTripTime']
      reading = {
        ...reading,
        lostOut: value('packetsLost'),
        rttMs: typeof rtt === 'number' && Number.isFinite(rtt) ? rtt * 1000 : null,
      }
    } else if (one['type'] === 'media-source') {
      reading = { ...reading, spokenEnergy: value('totalAudioEnergy'), spokenSeconds: value('totalSamplesDuration') }
    }
  }
  return reading
}

/**
 * Root mean square between two readings, 0 to 1. Chromium takes the peak of each 10 ms as its level, so a sine reads its
 * amplitude.
 */
export function loudness(before: Reading, now: Reading): { heard: number; spoken: number } {
  return {
    heard: rootMeanSquare(now.heardEnergy - before.heardEnergy, now.heardSeconds - before.heardSeconds),
    spoken: rootMeanSquare(now.spokenEnergy - before.spokenEnergy, now.spokenSeconds - before.spokenSeconds),
  }
}

function rootMeanSquare(energy: number, seconds: number): number {
  return seconds <= 0 || energy <= 0 ? 0 : Math.min(1, Math.sqrt(energy / seconds))
}
