/** The devices of this computer, followed as they are plugged in and out, and which of them is used for what. */
import {
  type AudioChoice,
  type AudioDevice,
  type AudioDevices,
  type AudioUse,
  findChosen,
  missingOf,
  NO_CHOICE,
  NO_DEVICES,
} from '../../shared/devices.ts'
import { cleanText } from './peer.ts'

/** Entries of Chromium that stand for another device of the list. */
const STANDS_FOR: ReadonlySet<string> = new Set(['default', 'communications'])
const MOST = 64

export class Devices {
  readonly #tell: (devices: AudioDevices) => void
  readonly #listeners = new Set<() => void>()
  #choice: AudioChoice = NO_CHOICE
  #devices: AudioDevices = NO_DEVICES
  /** What the computer's own choice is just now, as the system words it. */
  #own: Readonly<Record<AudioUse, string>> = { microphone: '', speaker: '', ringer: '' }
  #told = ''
  /** One look after the other: an earlier one must not tell later. */
  #looking: Promise<void> = Promise.resolve()

  constructor(tell: (devices: AudioDevices) => void) {
    this.#tell = tell
  }

  /** Looks, and looks again whenever something is plugged in or out. */
  start(): void {
    navigator.mediaDevices.addEventListener('devicechange', () => this.look())
    this.look()
  }

  prefer(choice: AudioChoice): void {
    this.#choice = choice
    this.#settle(this.#devices, this.#own)
  }

  /** The device to open; null = the computer's own choice. */
  idOf(use: AudioUse): string | null {
    const wanted = this.#choice[use]
    const there = use === 'microphone' ? this.#devices.inputs : this.#devices.outputs
    return wanted === null ? null : (findChosen(wanted, there)?.id ?? null)
  }

  /** Changes whenever another device is to be used. */
  keyOf(use: AudioUse): string {
    return this.idOf(use) ?? `own ${this.#own[use]}`
  }

  /** Called when a device came or went, or another one was chosen. Answers the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  look(): void {
    this.#looking = this.#looking
      .then(async () => {
        const found = await navigator.mediaDevices.enumerateDevices()
        const of = (kind: MediaDeviceKind) => found.filter(one => one.kind === kind)
        const [inputs, outputs] = [of('audioinput'), of('audiooutput')]
        const own = (some: readonly MediaDeviceInfo[]) => some.find(one => one.deviceId === 'default')?.label ?? ''
        const devices = {
          inputs: listed(inputs),
          outputs: listed(outputs),
          noMicrophone: inputs.length === 0,
          missing: [],
        }
        this.#settle(devices, { microphone: own(inputs), speaker: own(outputs), ringer: own(outputs) })
      })
      .catch((error: unknown) => console.error('The devices could not be listed', error))
  }

  #settle(devices: AudioDevices, own: Readonly<Record<AudioUse, string>>): void {
    this.#own = own
    this.#devices = { ...devices, missing: missingOf(this.#choice, devices.inputs, devices.outputs) }
    const text = JSON.stringify(this.#devices)
    if (text !== this.#told) this.#tell(this.#devices)
    this.#told = text
    for (const listener of [...this.#listeners]) listener()
  }
}

/** Without leave for the microphone neither ids nor labels are told: then there is nothing to choose from. */
function listed(found: readonly MediaDeviceInfo[]): AudioDevice[] {
  return found
    .filter(({ deviceId }) => deviceId !== '' && !STANDS_FOR.has(deviceId))
    .slice(0, MOST)
    .map(({ deviceId, label }) => ({ id: deviceId, label: cleanText(label) }))
}
