/**
 * Keys of the player, as transcribers know them. They work while the player has the focus, or nothing else takes keys;
 * function keys also while one types beside it.
 */
import { z } from 'zod'
import { type Pressed } from './keys.ts'

export const PlayerAction = z.enum([
  'play',
  'pause',
  'back1',
  'back5',
  'back15',
  'forward1',
  'forward5',
  'forward15',
  'slower',
  'faster',
  'normal',
  'start',
  'end',
  'mark',
  'loop',
  'skip',
])
export type PlayerAction = z.infer<typeof PlayerAction>

export const FunctionKey = z.enum(['F1', 'F2', 'F3', 'F4', 'F5', 'F6', 'F7', 'F8', 'F9', 'F10', 'F11', 'F12'])
export type FunctionKey = z.infer<typeof FunctionKey>
export const isFunctionKey = (code: string): boolean => FunctionKey.safeParse(code).success

/** What function keys and foot pedals (which send them) do; a key that is not named does nothing. */
export const FunctionKeys = z.partialRecord(FunctionKey, PlayerAction)
export type FunctionKeys = z.infer<typeof FunctionKeys>

/** As the usual transcription programs have them. */
export const USUAL_FUNCTION_KEYS: FunctionKeys = {
  F2: 'slower',
  F3: 'faster',
  F4: 'pause',
  F7: 'back5',
  F8: 'forward5',
  F9: 'play',
  F10: 'normal',
}

const PLAIN: Readonly<Record<string, PlayerAction>> = {
  Space: 'play',
  KeyK: 'play',
  KeyJ: 'back15',
  KeyL: 'forward15',
  ArrowLeft: 'back5',
  ArrowRight: 'forward5',
  Home: 'start',
  End: 'end',
  Escape: 'pause',
  KeyM: 'mark',
  KeyR: 'loop',
  KeyS: 'skip',
  Comma: 'slower',
  Period: 'faster',
  Digit0: 'normal',
}
const SHIFTED: Readonly<Record<string, PlayerAction>> = { ArrowLeft: 'back1', ArrowRight: 'forward1' }

/** Null: no key of the player. With Control, Alt or Super a key belongs to others. */
export function playerAction(pressed: Pressed, functionKeys: FunctionKeys): PlayerAction | null {
  const { code, ctrlKey, altKey, shiftKey, metaKey } = pressed
  if (ctrlKey || altKey || metaKey) return null
  const key = FunctionKey.safeParse(code)
  if (key.success) return shiftKey ? null : (functionKeys[key.data] ?? null)
  return (shiftKey ? SHIFTED : PLAIN)[code] ?? null
}

/** Speeds that are stepped through. */
export const SPEEDS = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const

/** The next speed up (1) or down (-1); the same at either end. */
export function nextSpeed(speed: number, way: 1 | -1): number {
  const fits = way === 1 ? SPEEDS.filter(one => one > speed) : SPEEDS.filter(one => one < speed)
  return (way === 1 ? fits[0] : fits.at(-1)) ?? speed
}

/** Seconds that an action jumps by. */
export const JUMPS = {
  back1: -1,
  back5: -5,
  back15: -15,
  forward1: 1,
  forward5: 5,
  forward15: 15,
} as const satisfies Partial<Record<PlayerAction, number>>
