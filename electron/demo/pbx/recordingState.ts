/** The recording of one channel as a table: what each action answers, does and tells (wazo.md 4.3 and 4.5 with 0a). Pure. */
import { type PbxAnswer, type RecordAction, type RecordState } from '../telephony.ts'

export interface RecordingState {
  readonly state: RecordState
  /** A pause was ended by a resume before: Wazo then announces a start as `resumed`. */
  readonly resumedBefore: boolean
}

/** What to do with the file. */
export type Effect = 'open' | 'suspend' | 'append' | 'close'

export interface Step {
  readonly answer: PbxAnswer
  readonly next: RecordingState
  readonly effect: Effect | null
  readonly tell: 'started' | 'paused' | 'resumed' | 'stopped' | null
}

export const neverRecorded: RecordingState = { state: 'inactive', resumedBefore: false }

/** One action in one state. */
export function step(from: RecordingState, action: RecordAction): Step {
  const stay = (answer: PbxAnswer): Step => ({ answer, next: from, effect: null, tell: null })
  switch (from.state) {
    case 'inactive':
      if (action === 'start') {
        const tell = from.resumedBefore ? 'resumed' : 'started'
        return { answer: 'ok', next: { ...from, state: 'active' }, effect: 'open', tell }
      }
      return stay(action === 'stop' ? 'ok' : 'recording-not-started')
    case 'active':
      if (action === 'stop') {
        return { answer: 'ok', next: { ...from, state: 'inactive' }, effect: 'close', tell: 'stopped' }
      }
      if (action === 'pause') {
        return { answer: 'ok', next: { ...from, state: 'paused' }, effect: 'suspend', tell: 'paused' }
      }
      return stay('ok')
    case 'paused':
      if (action === 'resume') {
        return { answer: 'ok', next: { state: 'active', resumedBefore: true }, effect: 'append', tell: 'resumed' }
      }
      return stay(action === 'stop' ? 'amid-error' : 'ok')
  }
}

/** What the on-demand code means now: start, then pause and resume (25.03 and later); start and stop before. */
export function actionOfCode(state: RecordState, dialect: 'pause' | 'stop'): RecordAction {
  if (state === 'inactive') return 'start'
  if (dialect === 'stop') return 'stop'
  return state === 'active' ? 'pause' : 'resume'
}
