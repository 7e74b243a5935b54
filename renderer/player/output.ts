/** Where the player's sound comes out: at the headset that was chosen for calls, else where the computer sends it. Pure. */
import { type AudioDevice, findChosen } from '../../shared/devices.ts'

/** What the browser tells of a device. */
export type Told = Pick<MediaDeviceInfo, 'kind' | 'deviceId' | 'label' | 'groupId'>

export interface Outputs {
  readonly list: readonly AudioDevice[]
  /** The one that the computer sends sound to by itself; null = it does not tell. */
  readonly own: AudioDevice | null
}
export const NO_OUTPUTS: Outputs = { list: [], own: null }

/** Entries of Chromium that stand for another device of the list. */
const STANDS_FOR: ReadonlySet<string> = new Set(['default', 'communications'])

export function outputsOf(told: readonly Told[]): Outputs {
  const outputs = told.filter(({ kind, deviceId }) => kind === 'audiooutput' && deviceId !== '')
  const real = outputs.filter(({ deviceId }) => !STANDS_FOR.has(deviceId))
  const list = real.map(({ deviceId, label }) => ({ id: deviceId, label }))
  const standing = outputs.find(({ deviceId }) => deviceId === 'default')
  const same = (one: Told) =>
    standing !== undefined &&
    ((one.groupId !== '' && one.groupId === standing.groupId) ||
      (one.label !== '' && standing.label.endsWith(one.label)))
  const [first, second] = real.filter(same)
  const own = first !== undefined && second === undefined ? { id: first.deviceId, label: first.label } : null
  return { list, own: own ?? (list.length === 1 ? (list[0] ?? null) : null) }
}

export interface Used {
  /** Null = the computer's own choice. */
  readonly id: string | null
  /** Null = it is not known which that is. */
  readonly device: AudioDevice | null
}

/** `choice`: what calls are heard on; null = the computer's own choice, which also serves where that one is not there. */
export function usedOf({ list, own }: Outputs, choice: AudioDevice | null): Used {
  const chosen = choice === null ? null : findChosen(choice, list)
  return chosen === null ? { id: null, device: own } : { id: chosen.id, device: chosen }
}

/** Was what was heard until now unplugged? Where it is not known what that was, any device that went may be it. */
export function isGone(before: Outputs, used: Used, now: Outputs): boolean {
  const { device } = used
  if (device === null) return now.list.length < before.list.length
  return !now.list.some(({ id }) => id === device.id)
}

/** As makers and systems name what one wears. */
const WORN =
  /head|casque|[ée]cout|\bear|micro-?casque|hands-?free|mains[- ]libres|bluetooth|usb|jabra|poly|plantronics|sennheiser|epos|logi|airpods|buds/i

/** As they name what everyone hears. */
const LOUD = /speaker|haut-?parleur|hdmi|display ?port|monitor|[ée]cran|built-?in|int[ée]gr|internal|interne/i

const isLoud = ({ label }: AudioDevice) => LOUD.test(label) && !WORN.test(label)

/** What is played would be heard by everyone around, as far as names tell. What is not known to be a loudspeaker is none. */
export function isAloud({ list }: Outputs, { device }: Used): boolean {
  return device === null ? list.length > 0 && list.every(isLoud) : isLoud(device)
}
