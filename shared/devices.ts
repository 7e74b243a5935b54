/** Microphones and loudspeakers: what there is, what the user chose, and what is used. Pure. */
import { z } from 'zod'

/** A device as the system names it. The label is hostile text: whoever builds a headset writes it. */
export const AudioDevice = z.object({ id: z.string().min(1).max(256), label: z.string().max(120) })
export type AudioDevice = z.infer<typeof AudioDevice>

/** What a device is chosen for. The ringing one is heard by whoever has put the headset down. */
export const AudioUse = z.enum(['microphone', 'speaker', 'ringer'])
export type AudioUse = z.infer<typeof AudioUse>

/** Null = the computer's own choice. */
export const AudioChoice = z.object({
  microphone: AudioDevice.nullable(),
  speaker: AudioDevice.nullable(),
  ringer: AudioDevice.nullable(),
})
export type AudioChoice = z.infer<typeof AudioChoice>
export const NO_CHOICE: AudioChoice = { microphone: null, speaker: null, ringer: null }

export const AudioDevices = z.object({
  inputs: z.array(AudioDevice).max(64),
  outputs: z.array(AudioDevice).max(64),
  /** The system has no microphone at all. */
  noMicrophone: z.boolean(),
  /** Chosen, and not plugged in: the computer's own choice is used. */
  missing: z.array(AudioUse),
})
export type AudioDevices = z.infer<typeof AudioDevices>
export const NO_DEVICES: AudioDevices = { inputs: [], outputs: [], noMicrophone: false, missing: [] }

/** Why a microphone could not be had. */
export const SilentWhy = z.enum(['none', 'denied', 'busy', 'other'])
export type SilentWhy = z.infer<typeof SilentWhy>

/** What is tried out in the settings; `off` ends it. */
export const AudioTest = z.enum(['level', 'hear', 'speaker', 'ringer', 'off'])
export type AudioTest = z.infer<typeof AudioTest>

/** How loud it is at the microphone that is being tried: 0 is silence, 1 is too loud. */
export const AudioLevel = z.object({ level: z.number().min(0).max(1), why: SilentWhy.nullable() })
export type AudioLevel = z.infer<typeof AudioLevel>

/**
 * The device that was chosen, among those that are there. By its id; else by its label, since ids are made anew for each run
 * (Chromium salts them, and the phone's partition is never the same twice). Null: it is not there.
 */
export function findChosen(choice: AudioDevice, there: readonly AudioDevice[]): AudioDevice | null {
  return (
    there.find(device => device.id === choice.id) ??
    there.find(device => device.label !== '' && device.label === choice.label) ??
    null
  )
}

/** The uses whose chosen device is not there. */
export const missingOf = (choice: AudioChoice, inputs: readonly AudioDevice[], outputs: readonly AudioDevice[]) =>
  AudioUse.options.filter(use => {
    const wanted = choice[use]
    return wanted !== null && findChosen(wanted, use === 'microphone' ? inputs : outputs) === null
  })

/** 20 decibels below full scale is a voice close by; below 60 nothing is left. Root mean square, 0 to 1, as a share. */
export function shownLevel(rms: number): number {
  if (!(rms > 0)) return 0
  return Math.min(1, Math.max(0, 1 + (20 * Math.log10(rms)) / 60))
}
