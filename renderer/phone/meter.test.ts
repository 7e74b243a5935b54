import { expect, test } from 'vitest'
import { loudness, readingOf, silence } from './meter.ts'

test('reads audio alone, and only numbers', () => {
  expect(
    readingOf([
      { type: 'inbound-rtp', kind: 'video', packetsReceived: 9 },
      { type: 'inbound-rtp', kind: 'audio', packetsReceived: 50, totalAudioEnergy: 0.04, totalSamplesDuration: 1 },
      { type: 'outbound-rtp', kind: 'audio', packetsSent: 49 },
      { type: 'remote-inbound-rtp', kind: 'audio', packetsLost: 2, roundTripTime: 0.02 },
      { type: 'media-source', kind: 'audio', totalAudioEnergy: 'loud', totalSamplesDuration: Number.NaN },
      null,
    ]),
  ).toEqual({
    ...silence,
    heardEnergy: 0.04,
    heardSeconds: 1,
    packetsIn: 50,
    packetsOut: 49,
    jitterMs: 0,
    lostOut: 2,
    rttMs: 20,
  })
})

test('is the root mean square of the time between two readings', () => {
  const before = { ...silence, heardEnergy: 1, heardSeconds: 10, spokenSeconds: 5 }
  const now = { ...silence, heardEnergy: 1.25, heardSeconds: 11, spokenEnergy: 0.5, spokenSeconds: 7 }
  expect(loudness(before, now)).toEqual({ heard: 0.5, spoken: 0.5 })
})

test('is silence where no time passed, or the counters began anew', () => {
  expect(loudness(silence, silence)).toEqual({ heard: 0, spoken: 0 })
  expect(loudness({ ...silence, heardEnergy: 3, heardSeconds: 3 }, silence)).toEqual({ heard: 0, spoken: 0 })
})
