/** Turns what the PBX tells into the events that users receive, and conversations into lines of the call log. */
import { truncate } from 'node:fs/promises'
import { message, type Bus } from './bus.ts'
import { callObject, transferBody, endedCallObject } from './callObject.ts'
import { buildCdr } from './cdrBuild.ts'
import { cdrBody } from './callLogd.ts'
import { type Faults } from './faults.ts'
import { type Channel, type Conversation, type PbxEvent } from './telephony.ts'
import { type Cdr, type World } from './world.ts'

export interface PlatformOptions {
  readonly world: World
  readonly bus: Bus
  readonly faults: Faults
  readonly find: (id: string) => Channel | null
  /** Between the end of a conversation and its line in the call log. Milliseconds; Wazo needs 1 to 3 s. */
  readonly cdrDelayMs: number
  readonly onError: (error: unknown) => void
}

/** Q.850 causes of a call that the called user did not take, in calld's words. */
const missedReasons: Readonly<Record<number, string>> = {
  17: 'busy',
  18: 'no-answer',
  19: 'no-answer',
  20: 'phone-unreachable',
  21: 'busy',
}

export class Platform {
  readonly #options: PlatformOptions
  readonly #timers = new Set<NodeJS.Timeout>()

  constructor(options: PlatformOptions) {
    this.#options = options
  }

  /** Takes one event of the PBX. Channels are live views: what they say is written down at once. */
  on(event: PbxEvent): void {
    switch (event.kind) {
      case 'created':
      case 'updated':
      case 'answered':
        this.#call(`call_${event.kind}`, event.channel, channel => this.#object(channel))
        return
      case 'held':
      case 'resumed':
        this.#call(`call_${event.kind}`, event.channel, channel => ({ call_id: channel.id }))
        return
      case 'ended':
        this.#ended(event.channel, event.cause)
        return
      case 'dtmf':
        this.#call('call_dtmf_created', event.channel, ({ id, line }) => ({
          call_id: id,
          digit: event.digit,
          user_uuid: line?.userUuid ?? null,
        }))
        return
      case 'recording':
        // Before 25.03 only call_updated tells (wazo.md 4.5).
        if (!this.#options.world.profile.pause) return
        this.#call(`recording_${event.what}`, event.channel, channel => ({ call_id: channel.id }))
        return
      case 'transfer':
        this.#transfer(event)
        return
      case 'conversationEnded':
        this.#later(event.conversation)
    }
  }

  #object(channel: Channel): Record<string, unknown> {
    return callObject(channel, this.#options.world, this.#options.find)
  }

  #call(name: string, channel: Channel, data: (channel: Channel) => unknown): void {
    const { world, bus } = this.#options
    const user = channel.line?.userUuid
    if (user === undefined) return
    bus.publish(message(world, name, user, `events.calls.${user}`, data(channel)))
  }

  #transfer({ what, transfer }: Extract<PbxEvent, { kind: 'transfer' }>): void {
    const { world, bus } = this.#options
    const user = transfer.initiator.line?.userUuid
    if (user === undefined) return
    bus.publish(message(world, `transfer_${what}`, user, `events.transfers.${user}`, transferBody(transfer, world)))
  }

  #ended(channel: Channel, cause: number): void {
    const { world, find } = this.#options
    // Two ARI applications of calld see the same end: the event comes twice (wazo.md 0a).
    for (let time = 0; time < 2; time += 1) {
      this.#call('call_ended', channel, ended => endedCallObject(ended, world, cause, find))
    }
    const reason = missedReasons[cause]
    if (channel.isCaller || channel.answeredAt !== null || reason === undefined) return
    this.#call('user_missed_call', channel, missed => ({
      user_uuid: missed.line?.userUuid ?? null,
      caller_user_uuid: world.directory().lineByExtension(missed.peer.number)?.userUuid ?? null,
      caller_id_name: missed.peer.name,
      caller_id_number: missed.peer.number,
      dialed_extension: missed.dialed,
      conversation_id: missed.linkedId,
      reason,
    }))
  }

  #later(conversation: Conversation): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      this.#log(conversation).catch(this.#options.onError)
    }, this.#options.cdrDelayMs)
    this.#timers.add(timer)
  }

  async #log(conversation: Conversation): Promise<void> {
    const { world, faults } = this.#options
    const cdr = buildCdr(conversation, world.nextCdrId(), world)
    if (cdr === null) return
    if (faults.recordings !== 'normal') {
      for (const recording of cdr.recordings) {
        if (recording.path !== null) await truncate(recording.path, 0)
        recording.broken = faults.recordings === 'empty-500'
      }
    }
    this.addCdr(cdr)
  }

  /** Writes a line into the call log and tells everybody who took part. */
  addCdr(cdr: Cdr): void {
    const { world, bus } = this.#options
    world.callLog.push(cdr)
    for (const user of cdr.participants) {
      const acl = `events.call_log.user.${user}.created`
      bus.publish(message(world, 'call_log_user_created', user, acl, cdrBody(cdr, world.profile)))
    }
  }

  close(): void {
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }
}
