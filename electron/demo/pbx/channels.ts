/**
 * The channels that live: made, answered, bridged, held, ended, and told of in the order of real Wazo services (scenarios
 * 04, 08, 11). Who rings whom is decided elsewhere (ringing.ts).
 */
import { randomUUID } from 'node:crypto'
import { type PbxOptions } from '../telephony.ts'
import { CallChannel, type ChannelSetup } from './channel.ts'
import { encodeMulaw } from './g711.ts'
import { type Ending } from './leg.ts'
import { Player } from './player.ts'
import { type Recordings } from './recordings.ts'
import { holdMusic } from './tones.ts'

/** A leg that is hung up: the code for one that was not answered yet. */
export const normal: Ending = { code: 487, cause: 16 }

export class Channels {
  readonly #options: PbxOptions
  readonly #recordings: Recordings
  readonly #onEnded: (channel: CallChannel) => void
  readonly #live = new Map<string, CallChannel>()
  /** All channels of a conversation, also those that have ended. */
  readonly #conversations = new Map<string, CallChannel[]>()
  #lastNumber = 0

  /** @param onEnded called once for each channel, when its end was told and its partner's not yet */
  constructor(options: PbxOptions, recordings: Recordings, onEnded: (channel: CallChannel) => void) {
    this.#options = options
    this.#recordings = recordings
    this.#onEnded = onEnded
  }

  all(): readonly CallChannel[] {
    return [...this.#live.values()]
  }

  get(id: string): CallChannel | null {
    return this.#live.get(id) ?? null
  }

  /** Makes a channel, of which nothing is told yet. @param linkedId the conversation; null begins one */
  open(setup: Omit<ChannelSetup, 'id' | 'linkedId' | 'mayRecord'>, linkedId: string | null): CallChannel {
    const id = `${Math.floor(Date.now() / 1000)}.${++this.#lastNumber}`
    const mayRecord = setup.line !== null && this.#options.directory.mayRecord(setup.line)
    const channel = new CallChannel({ ...setup, id, linkedId: linkedId ?? id, mayRecord })
    this.#live.set(id, channel)
    const conversation = this.#conversations.get(channel.linkedId)
    if (conversation === undefined) this.#conversations.set(channel.linkedId, [channel])
    else conversation.push(channel)
    return channel
  }

  announce(channel: CallChannel, status: 'Ring' | 'Ringing'): void {
    channel.announced = true
    channel.status = status
    this.tell('created', channel)
  }

  /** The phone of a channel rings; only the first time counts. */
  rings(channel: CallChannel): void {
    if (channel.announced || channel.endedAt !== null) return
    this.announce(channel, 'Ringing')
    this.tell('updated', channel)
  }

  /** Answers. */
  up(channel: CallChannel): void {
    this.rings(channel)
    channel.leg?.answer()
    channel.status = 'Up'
    this.tell('updated', channel)
    channel.answeredAt = Date.now()
    this.tell('answered', channel)
  }

  bridge(one: CallChannel, other: CallChannel): void {
    const bridgeId = randomUUID()
    for (const channel of [one, other]) channel.bridgeId = bridgeId
    one.partner = other
    other.partner = one
    this.#tendMusic(one)
    this.#tendMusic(other)
  }

  hold(channel: CallChannel, on: boolean): void {
    if (channel.onHold === on || channel.endedAt !== null) return
    channel.onHold = on
    this.tell(on ? 'held' : 'resumed', channel)
    this.#tendMusic(channel)
  }

  /** Ends a channel and the one that it is bridged with; nothing when it has ended already. */
  end(channel: CallChannel, how: Ending): void {
    if (!this.#live.delete(channel.id)) return
    channel.endedAt = Date.now()
    if (channel.heldTimer !== null) clearTimeout(channel.heldTimer)
    channel.music?.stop()
    this.#recordings.finish(channel)
    channel.leg?.end(how)
    const { partner } = channel
    channel.partner = null
    channel.bridgeId = null
    if (partner !== null) {
      partner.partner = null
      partner.bridgeId = null
    }
    if (channel.announced) this.#options.onEvent({ kind: 'ended', channel, cause: how.cause })
    this.#onEnded(channel)
    if (partner !== null) this.end(partner, normal)
    this.#closeConversation(channel.linkedId)
  }

  tell(kind: 'created' | 'updated' | 'answered' | 'held' | 'resumed', channel: CallChannel): void {
    this.#options.onEvent({ kind, channel })
  }

  /** Music for the partner of a channel on hold, silence otherwise. */
  #tendMusic(channel: CallChannel): void {
    const listener = channel.partner
    if (listener === null) return
    listener.music?.stop()
    listener.music = channel.onHold
      ? new Player(encodeMulaw(holdMusic()), frame => listener.hear(frame), { loopAfterMs: 0 })
      : null
  }

  #closeConversation(linkedId: string): void {
    const channels = this.#conversations.get(linkedId)
    if (channels === undefined || channels.some(channel => channel.endedAt === null)) return
    this.#conversations.delete(linkedId)
    const announced = channels.filter(channel => channel.announced)
    if (announced.length === 0) return
    this.#options.onEvent({ kind: 'conversationEnded', conversation: { linkedId, channels: announced } })
  }
}
