/** Batches of calls for the tests of crashes: lines of the call log, the files of some of them, and changes of earlier ones. */
import { cdrKey, type SourceCall } from './port.ts'

const START = Date.UTC(2026, 10, 20, 14, 30)
export const LINES = 12

const line = (id: number, name: string): SourceCall => {
  const startedAt = START + id * 100_000
  return {
    source: 'call-log',
    key: cdrKey(id),
    ownerKnown: true,
    conversation: null,
    startedAt,
    answeredAt: startedAt,
    callMs: 60_000,
    answered: true,
    outgoing: true,
    peer: { name, number: `4185${String(id).padStart(6, '0')}` },
    numbers: ['1042', `4185${String(id).padStart(6, '0')}`],
    recordings: null,
    why: 'not-told',
    how: null,
  }
}

const file = (id: number): SourceCall => {
  const of = line(id, '')
  const path = `/auto-${id}-1042.wav`
  const sound = { startedAt: of.startedAt, endedAt: null, durationMs: 50_000, bytes: 800_044, hearing: 'yes' } as const
  return {
    ...of,
    source: 'folder',
    key: path,
    callMs: null,
    why: null,
    recordings: [{ ...sound, key: path, fileName: path.slice(1) }],
  }
}

/** @param number from 1: each tells of `LINES` new lines, of files of half of them, and changes one of the batch before */
export function batch(number: number): SourceCall[] {
  const first = (number - 1) * LINES + 1
  const ids = Array.from({ length: LINES }, (_, at) => first + at)
  const lines = ids.map(id => line(id, `Caller ${number}.${id}`))
  const files = ids.filter(id => id % 2 === 0).map(file)
  const changed = number > 1 ? [line(first - 1, `Caller ${number - 1}.${first - 1} changed`)] : []
  return [...lines, ...files, ...changed]
}
