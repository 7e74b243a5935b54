/** Carries out recording actions on channels: files, takes, the order of events (wazo.md 4.5). */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type PbxAnswer, type PbxEvent, type RecordAction } from '../telephony.ts'
import { type CallChannel } from './channel.ts'
import { Recorder } from './recorder.ts'
import { type Effect, step } from './recordingState.ts'
import { beep } from './tones.ts'

export class Recordings {
  readonly #folder: string
  readonly #onEvent: (event: PbxEvent) => void

  /** @param folder absolute, for the takes */
  constructor(folder: string, onEvent: (event: PbxEvent) => void) {
    this.#folder = folder
    this.#onEvent = onEvent
  }

  /**
   * One action. A file that cannot be opened answers `amid-error` and changes nothing, as when MixMonitor fails; one that
   * cannot be written to its end answers the same, and that recording is over.
   * @param automatic by the permanent flags: needs no permission
   */
  act(channel: CallChannel, action: RecordAction, automatic: boolean): PbxAnswer {
    if (!automatic && !channel.mayRecord) return 'recording-unauthorized'
    const { answer, next, effect, tell } = step(channel.recording, action)
    if (effect === null || tell === null) return answer
    try {
      this.#carryOut(channel, effect)
    } catch (error) {
      if (effect === 'suspend' || effect === 'close') this.#failed(channel, error)
      else console.error('demo PBX: recording failed', error)
      return 'amid-error'
    }
    channel.recording = next
    this.#onEvent({ kind: 'updated', channel })
    this.#onEvent({ kind: 'recording', channel, what: tell })
    channel.overlay(beep())
    channel.partner?.overlay(beep())
    return answer
  }

  /** The channel is gone: closes its file without a word, as Wazo does. */
  finish(channel: CallChannel): void {
    try {
      channel.recorder?.close()
    } catch (error) {
      console.error('demo PBX: the end of a recording was lost', error)
    }
    this.#closeTake(channel)
  }

  #carryOut(channel: CallChannel, effect: Effect): void {
    switch (effect) {
      case 'open': {
        const uuid = randomUUID()
        const file = join(this.#folder, `${uuid}.wav`)
        channel.recorder = new Recorder(file, error => this.#failed(channel, error))
        channel.takes.push({ uuid, file, startedAt: Date.now(), endedAt: null })
        return
      }
      case 'suspend':
        channel.recorder?.pause()
        return
      case 'append':
        channel.recorder?.resume()
        return
      case 'close':
        channel.recorder?.close()
        this.#closeTake(channel)
        return
    }
  }

  #closeTake(channel: CallChannel): void {
    channel.recorder = null
    const take = channel.takes.at(-1)
    if (take?.endedAt === null) take.endedAt = Date.now()
  }

  #failed(channel: CallChannel, error: unknown): void {
    console.error('demo PBX: recording broke off', error)
    this.#closeTake(channel)
    channel.recording = { ...channel.recording, state: 'inactive' }
    this.#onEvent({ kind: 'updated', channel })
    this.#onEvent({ kind: 'recording', channel, what: 'stopped' })
  }
}
