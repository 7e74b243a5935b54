import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { type RecordAction } from '../telephony.ts'
import { advance, idle, type Input, type Machine, normal, type Outcome } from './machine.ts'

const codes = { onDemand: '*3', dialect: 'pause', digitTimeoutMs: 1500 } as const

const channel = (id: string, isCaller: boolean) => ({
  id,
  linkedId: 'a',
  line: {
    id: 1,
    kind: 'webrtc' as const,
    userUuid: id,
    extension: id,
    displayName: id,
    username: id,
    secret: '',
  },
  isCaller,
  dialed: 'b',
  self: { name: '', number: id },
  peer: { name: '', number: isCaller ? 'b' : 'a' },
  mayRecord: true,
})

/** Takes inputs in a row, a second apart. */
function run(inputs: readonly Input[], from: Machine = idle): { machine: Machine; outcomes: Outcome[] } {
  const outcomes: Outcome[] = []
  let machine = from
  for (const [second, input] of inputs.entries()) {
    const turn = advance(machine, input, second * 1000)
    machine = turn.machine
    outcomes.push(...turn.outcomes)
  }
  return { machine, outcomes }
}

const call: readonly Input[] = [
  { do: 'open', channel: channel('a', true) },
  { do: 'announce', id: 'a' },
  { do: 'route', id: 'a' },
  { do: 'open', channel: channel('b', false) },
  { do: 'ring', id: 'b' },
  { do: 'connect', id: 'a', callee: 'b', bridgeId: 'x', records: null },
]

/** What is told, with the status and the recording of that moment. */
const story = (outcomes: readonly Outcome[]): string[] =>
  outcomes.flatMap(one => {
    if (one.kind === 'conversationEnded') return [`conversation ended (${one.channels.length})`]
    if (one.kind === 'recording') return [`${one.channel.id} recording ${one.what}`]
    if (!['created', 'updated', 'answered', 'ended', 'dtmf'].includes(one.kind) || one.kind === 'bridge') return []
    const { id, status, recording } = one.channel
    return [`${id} ${one.kind} ${status} ${recording.state}`]
  })

describe('the machine', () => {
  it('tells a call as it was at each moment: the callee before he rings, the caller without recording', () => {
    const { outcomes } = run([...call, { do: 'record', id: 'b', action: 'start' }, { do: 'end', id: 'a', how: normal }])
    expect(story(outcomes)).toEqual([
      'a created Ring inactive',
      'a updated Ring inactive',
      'b updated Down inactive',
      'b created Ringing inactive',
      'b updated Ringing inactive',
      'b updated Up inactive',
      'b answered Up inactive',
      'a updated Up inactive',
      'a answered Up inactive',
      'a updated Up inactive',
      'b updated Up inactive',
      'b updated Up active',
      'b recording started',
      'a ended Up inactive',
      'b ended Up active',
      'conversation ended (2)',
    ])
  })

  it('keeps nothing of a conversation that has ended, and knows no channel of it any more', () => {
    const { machine } = run([...call, { do: 'end', id: 'b', how: normal }])
    expect(machine.size).toBe(0)
    const late = advance(machine, { do: 'record', id: 'a', action: 'stop' }, 0)
    expect([late.answer, late.outcomes]).toEqual(['no-such-call', []])
  })

  it.each([
    ['start', 'inactive', 0],
    ['pause', 'inactive', 2],
  ] as const)('a %s whose file fails leaves %s', (action, state, told) => {
    const before: Input[] = action === 'pause' ? [{ do: 'record', id: 'a', action: 'start' }] : []
    const { machine } = run([...call, ...before])
    const turn = advance(machine, { do: 'record', id: 'a', action, fileFails: true }, 0)
    expect(turn.answer).toBe('amid-error')
    expect(turn.machine.get('a')?.recording.state).toBe(state)
    expect(turn.outcomes).toHaveLength(told)
  })

  const ids = fc.constantFrom('a', 'b')
  const inputs = fc.array(
    fc.oneof(
      fc.record({
        do: fc.constant('record' as const),
        id: ids,
        action: fc.constantFrom<RecordAction>('start', 'stop', 'pause', 'resume'),
      }),
      fc.record({
        do: fc.constant('press' as const),
        id: ids,
        digit: fc.constantFrom('*', '3', '5'),
        codes: fc.constant(codes),
      }),
      fc.record({ do: fc.constantFrom('hold' as const, 'mute' as const), id: ids, on: fc.boolean() }),
      fc.record({ do: fc.constant('release' as const), id: ids }),
    ),
    { maxLength: 30 },
  )

  it('is pure: the same inputs give the same, and what was given out stays as it was', () => {
    fc.assert(
      fc.property(inputs, list => {
        const first = run([...call, ...list])
        const copy = JSON.stringify(first.outcomes)
        const second = run([...call, ...list])
        expect(JSON.stringify(second.outcomes)).toBe(copy)
        run(list, first.machine)
        expect(JSON.stringify(first.outcomes)).toBe(copy)
      }),
    )
  })

  it('tells of each change of a recording first by an update, then by its name', () => {
    fc.assert(
      fc.property(inputs, list => {
        const seen = new Map<string, string>()
        for (const one of run([...call, ...list]).outcomes) {
          if (one.kind !== 'updated' && one.kind !== 'recording') continue
          const { id, recording } = one.channel
          if (one.kind === 'recording') expect(seen.get(id)).toBe(recording.state)
          seen.set(id, recording.state)
        }
      }),
    )
  })
})
