/** What a key does: on the call that the lamp speaks of, through the press of its place, so that every guard holds. */
import { type CallView } from './call.ts'
import { type KeyAction } from './keys.ts'
import { type Outline } from './outline.ts'
import { type Place } from './recording/view.ts'

export type KeyEffect =
  | { readonly do: 'press'; readonly call: string; readonly press: Place['press']; readonly asks: boolean }
  | { readonly do: 'mute'; readonly call: string; readonly on: boolean }
  | { readonly do: 'mark'; readonly call: string }
  | { readonly do: 'show' }
  /** Its place takes no such press now, or there is no call. */
  | { readonly do: 'nothing' }

const presses = { record: 'start', pause: 'pause', resume: 'resume', stop: 'stop' } as const

/** What a key does now. A key never does anything else than what it is called. */
export function effectOf(action: KeyAction, { call, actions }: Pick<Outline, 'call' | 'actions'>): KeyEffect {
  if (action === 'show') return { do: 'show' }
  if (call === null) return { do: 'nothing' }
  if (action === 'mute') return canMute(call) ? { do: 'mute', call: call.id, on: !call.muted } : { do: 'nothing' }
  if (action === 'mark') return canMark(call) ? { do: 'mark', call: call.id } : { do: 'nothing' }
  const [first] = actions
  const wanted = action === 'toggle' ? first : actions.find(one => one.press === presses[action])
  if (wanted === undefined || !wanted.open || wanted.settling || wanted.press === 'check') return { do: 'nothing' }
  return { do: 'press', call: call.id, press: wanted.press, asks: wanted.asks }
}

/** Its recording runs or rests, as far as is proven: a moment of it can be marked. */
export const canMark = ({ recording: { proof } }: CallView): boolean =>
  proof.kind === 'recording' || proof.kind === 'paused'

export const canMute = ({ can, status }: CallView): boolean => can.mute && status === 'up'
