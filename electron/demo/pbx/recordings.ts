/** The files of recordings: carries out on a channel's take what the machine has decided. */
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { type CallChannel } from './channel.ts'
import { Recorder } from './recorder.ts'
import { type Effect } from './recordingState.ts'

export class Recordings {
  readonly #folder: string
  readonly #onBroken: (channel: CallChannel) => void

  /**
   * @param folder absolute, for the takes
   * @param onBroken a take that was being written takes nothing more
   */
  constructor(folder: string, onBroken: (channel: CallChannel) => void) {
    this.#folder = folder
    this.#onBroken = onBroken
  }

  /** False, and told on the console, where it cannot be done; a take that cannot be written to its end is over then. */
  carryOut(channel: CallChannel, effect: Effect): boolean {
    try {
      this.#do(channel, effect)
      return true
    } catch (error) {
      console.error('demo PBX: recording failed', error)
      if (effect === 'suspend' || effect === 'close') this.#closeTake(channel)
      return false
    }
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

  #do(channel: CallChannel, effect: Effect): void {
    switch (effect) {
      case 'open': {
        const uuid = randomUUID()
        const file = join(this.#folder, `${uuid}.wav`)
        channel.recorder = new Recorder(file, error => {
          console.error('demo PBX: recording broke off', error)
          this.#closeTake(channel)
          this.#onBroken(channel)
        })
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
}
