import { describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { type RecordAction } from '../telephony.ts'
import { actionOfCode, neverRecorded, type RecordingState, step } from './recordingState.ts'

/** Does actions in a row; answers, states and what is told. */
function run(actions: readonly RecordAction[]): {
  answers: string[]
  states: string[]
  told: string[]
  files: string[]
} {
  let at: RecordingState = neverRecorded
  const seen = { answers: [] as string[], states: [] as string[], told: [] as string[], files: [] as string[] }
  for (const action of actions) {
    const { answer, next, effect, tell } = step(at, action)
    at = next
    seen.answers.push(answer)
    seen.states.push(next.state)
    if (tell !== null) seen.told.push(tell)
    if (effect !== null) seen.files.push(effect)
  }
  return seen
}

describe('the recording of a channel', () => {
  it('does what scenario 08 shows of the real services', () => {
    const seen = run([
      'stop',
      'pause',
      'resume',
      'start',
      'start',
      'resume',
      'pause',
      'pause',
      'start',
      'resume',
      'resume',
      'stop',
      'stop',
      'start',
      'pause',
      'stop',
    ])
    expect(seen.answers).toEqual([
      'ok',
      'recording-not-started',
      'recording-not-started',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'ok',
      'amid-error',
    ])
    expect(seen.states.join(' ')).toBe(
      'inactive inactive inactive active active active paused paused paused active active inactive inactive active paused paused',
    )
    expect(seen.told).toEqual(['started', 'paused', 'resumed', 'stopped', 'resumed', 'paused'])
  })

  const actions = fc.array(fc.constantFrom<RecordAction>('start', 'stop', 'pause', 'resume'), { maxLength: 40 })

  it('keeps one file open at most, in every order of actions', () => {
    fc.assert(
      fc.property(actions, order => {
        let file: 'none' | 'open' | 'suspended' = 'none'
        for (const effect of run(order).files) {
          const allowed = { open: 'none', append: 'suspended', suspend: 'open', close: 'open' } as const
          expect(file).toBe(allowed[effect as keyof typeof allowed])
          file = effect === 'suspend' ? 'suspended' : effect === 'close' ? 'none' : 'open'
        }
      }),
    )
  })

  it('tells of every change of state and of nothing else', () => {
    fc.assert(
      fc.property(actions, order => {
        const { states, told } = run(order)
        const changes = states.filter((state, index) => state !== (states[index - 1] ?? 'inactive'))
        expect(told.length).toBe(changes.length)
        for (const [index, state] of changes.entries()) {
          const words = { active: ['started', 'resumed'], paused: ['paused'], inactive: ['stopped'] }
          expect(words[state as keyof typeof words]).toContain(told[index])
        }
      }),
    )
  })

  it('says started for a first start, resumed for ever after a resume', () => {
    fc.assert(
      fc.property(actions, order => {
        const { told } = run(order)
        const resumed = told.indexOf('resumed')
        if (resumed >= 0) expect(told.slice(resumed)).not.toContain('started')
      }),
    )
  })
})

describe('the on-demand code', () => {
  it('starts, then pauses and resumes', () => {
    expect((['inactive', 'active', 'paused'] as const).map(state => actionOfCode(state, 'pause'))).toEqual([
      'start',
      'pause',
      'resume',
    ])
  })

  it('starts and stops in the old dialect', () => {
    expect((['inactive', 'active'] as const).map(state => actionOfCode(state, 'stop'))).toEqual(['start', 'stop'])
  })
})
