/** Keys: one meaning each. They act on the call that the lamp speaks of, through the press of its place, and name it. */
import { z } from 'zod'

/** `toggle`: whatever the first place offers; there only for those who ask for it. */
export const KeyAction = z.enum(['record', 'pause', 'resume', 'stop', 'mute', 'mark', 'show', 'toggle'])
export type KeyAction = z.infer<typeof KeyAction>

/** A combination as Electron writes it, `Control+Alt+R`: with Control, Alt or Super, since a bare key belongs to who types. */
export const Combination = z
  .string()
  .regex(/^(?=.*(?:Control|Alt|Super)\+)(?:(?:Control|Alt|Shift|Super)\+){1,4}(?:[A-Z0-9]|F(?:[1-9]|1\d|2[0-4]))$/)

const key = Combination.nullable().default(null)

/** Global keys, as set; null = none. One that an earlier version did not know is none. */
export const Keys = z.object({
  record: key,
  pause: key,
  resume: key,
  stop: key,
  mute: key,
  mark: key,
  show: key,
  toggle: key,
} satisfies Record<KeyAction, z.ZodType>)
export type Keys = z.output<typeof Keys>

export const NO_KEYS: Keys = Keys.parse({})

/** A key as a page tells of it. */
export interface Pressed {
  readonly code: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
  readonly metaKey: boolean
}

/** The combination of a key that was pressed; null = only modifiers so far, or a key that cannot be used. */
export function combinationOf({ code, ctrlKey, altKey, shiftKey, metaKey }: Pressed): string | null {
  const key = /^(?:Key([A-Z])|Digit(\d)|(F\d{1,2}))$/.exec(code)
  const letter = key?.[1] ?? key?.[2] ?? key?.[3]
  if (letter === undefined) return null
  const held = [ctrlKey && 'Control', altKey && 'Alt', shiftKey && 'Shift', metaKey && 'Super']
  return [...held.filter(one => one !== false), letter].join('+')
}

/** Keys that work in our own windows, always. */
export const WINDOW_KEYS: Readonly<Record<Exclude<KeyAction, 'show' | 'toggle'>, string>> = {
  record: 'Alt+R',
  pause: 'Alt+P',
  resume: 'Alt+U',
  stop: 'Alt+S',
  mute: 'Alt+M',
  mark: 'Alt+K',
}

export function windowKey(pressed: Pressed): keyof typeof WINDOW_KEYS | null {
  const combination = combinationOf(pressed)
  const found = Object.entries(WINDOW_KEYS).find(([, key]) => key === combination)
  return (found?.[0] as keyof typeof WINDOW_KEYS | undefined) ?? null
}

/** What came of the last key, for the live region of the windows. */
export const Keyed = z.object({ action: KeyAction, peer: z.string().nullable(), done: z.boolean(), at: z.number() })
export type Keyed = z.infer<typeof Keyed>
