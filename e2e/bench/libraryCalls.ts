/** Generated calls for benchmarks of the library: the same in every process. */
import { cdrKey, type SourceCall } from '../../electron/library/index/port.ts'

const START = Date.UTC(2016, 0, 1)
const given = ['Marie', 'Hélène', 'Jean', 'Paul', 'Ève', 'Ahmed', 'Lucía', 'Søren', 'Martine', 'Wei', 'Noémie', 'Olga']
const family = ['Tremblay', 'Gagnon', 'Roy', 'Müller', 'Çelik', 'Nguyễn', 'Martin', 'Dubois', 'Smith', 'Okafor', 'Côté']

/** The same numbers in every process: a linear congruential generator over 31 bits. */
export function numbersFrom(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff
    return (state >>> 8) % below
  }
}

/** A user's calls over ten years, so many, by their number from 1: six of ten are recorded. */
export const callsOf =
  (rows: number) =>
  (id: number, name?: string): SourceCall => {
    const some = numbersFrom(id * 7919)
    const startedAt = START + Math.floor((id / rows) * 10 * 365 * 86_400_000)
    const number = `+33${100_000_000 + some(899_999_999)}`
    const uuid = `${String(some(1e8)).padStart(8, '0')}-0000-4000-8000-${String(id).padStart(12, '0')}`
    const stamp = new Date(startedAt + 5_000).toISOString().slice(0, 19).replaceAll(':', '_')
    const isRecorded = some(10) < 6
    return {
      source: 'call-log',
      key: cdrKey(id),
      ownerKnown: true,
      conversation: `${Math.floor(startedAt / 1000)}.${id}`,
      startedAt,
      answeredAt: startedAt + 4_000,
      callMs: 20_000 + some(900_000),
      answered: true,
      outgoing: some(2) === 0,
      peer: { name: name ?? `${given[some(given.length)] ?? ''} ${family[some(family.length)] ?? ''}`, number },
      numbers: ['1042', number],
      recordings: isRecorded
        ? [
            {
              key: uuid,
              startedAt: startedAt + 5_000,
              endedAt: startedAt + 20_000,
              durationMs: null,
              bytes: null,
              hearing: 'yes',
              fileName: `${stamp}UTC-${id}-${uuid}.wav`,
            },
          ]
        : [],
      why: isRecorded ? null : 'unknown',
      how: null,
    }
  }
