/**
 * Transfers by calld: blind, or attended, in which the other side waits with music while its user asks somebody, and the user
 * then connects the two or comes back (wazo-calld's plugin `transfers`).
 */
import { randomUUID } from 'node:crypto'
import { type ApiTransfer, type PbxEvent } from '../telephony.ts'
import { type CallChannel } from './channel.ts'
import { type Channels } from './channels.ts'
import { normal } from './machine.ts'

export interface TransferHost {
  readonly channels: Channels
  readonly onEvent: (event: PbxEvent) => void
  /** Calls a number for a channel that is up. */
  call(caller: CallChannel, number: string): void
  /** Nobody rings for this caller any more. */
  stopRinging(caller: CallChannel): void
  /** Blind: `told` as for a REFER. */
  passOn(channel: CallChannel, number: string, told: (status: number) => void): void
}

interface Open {
  readonly transfer: ApiTransfer
  readonly number: string
  readonly initiator: CallChannel
  readonly waiting: CallChannel
}

export class Transfers {
  readonly #host: TransferHost
  readonly #open = new Map<string, Open>()

  constructor(host: TransferHost) {
    this.#host = host
  }

  list(): readonly ApiTransfer[] {
    return [...this.#open.values()].map(({ transfer }) => transfer)
  }

  /** Null: nobody is there to be passed on, or it is being done already. */
  start(initiator: CallChannel, number: string, flow: ApiTransfer['flow']): ApiTransfer | null {
    const waiting = initiator.partner
    if (waiting === null || this.#of(initiator) !== null) return null
    const transfer: ApiTransfer = {
      id: randomUUID(),
      initiator,
      transferredCall: waiting.id,
      recipientCall: null,
      status: 'starting',
      flow,
    }
    this.#tell('created', transfer)
    if (flow === 'blind') {
      this.#host.passOn(initiator, number, status => {
        if (status === 200) this.#tell('answered', { ...transfer, status: 'blind_transferred' })
      })
      this.#tell('completed', { ...transfer, status: 'blind_transferred' })
      return transfer
    }
    this.#set({ transfer: { ...transfer, status: 'ringback' }, number, initiator, waiting }, 'updated')
    this.#host.channels.leave(initiator)
    this.#host.call(initiator, number)
    return transfer
  }

  /** Who was asked has answered. */
  answered(initiator: CallChannel): void {
    const open = this.#of(initiator)
    if (open === null) return
    const recipientCall = initiator.partner?.id ?? null
    this.#set({ ...open, transfer: { ...open.transfer, recipientCall, status: 'answered' } }, 'answered')
  }

  /** Nobody can be reached: back to who waits. Answers whether it was a transfer's concern. */
  lost(initiator: CallChannel): boolean {
    const open = this.#of(initiator)
    if (open !== null) this.#back(open)
    return open !== null
  }

  /** A phone hung up. Answers whether that ended a transfer, and the channel with it. */
  hungUp(channel: CallChannel): boolean {
    const open = [...this.#open.values()].find(
      ({ initiator, waiting, transfer }) =>
        initiator === channel || waiting === channel || transfer.recipientCall === channel.id,
    )
    if (open === undefined) return false
    if (open.initiator === channel) this.#connect(open)
    else if (open.waiting === channel) {
      this.#close(open, 'abandoned')
      this.#host.channels.end(channel, normal)
    } else this.#back(open)
    return true
  }

  end(id: string, userUuid: string, how: 'complete' | 'cancel'): 'ok' | 'no-such-transfer' | 'not-yours' {
    const open = this.#open.get(id)
    if (open === undefined) return 'no-such-transfer'
    if (open.initiator.line?.userUuid !== userUuid) return 'not-yours'
    if (how === 'complete') this.#connect(open)
    else this.#back(open)
    return 'ok'
  }

  #connect(open: Open): void {
    const { channels } = this.#host
    const { initiator, waiting, number } = open
    this.#close(open, 'completed')
    const asked = initiator.partner
    if (asked !== null) channels.leave(initiator)
    channels.end(initiator, normal)
    if (asked === null) this.#host.call(waiting, number)
    else channels.return(waiting, asked)
  }

  #back(open: Open): void {
    const { channels } = this.#host
    const { initiator, waiting } = open
    this.#close(open, 'cancelled')
    this.#host.stopRinging(initiator)
    const asked = channels.leave(initiator)
    if (asked !== null) channels.end(asked, normal)
    channels.return(initiator, waiting)
  }

  #of(initiator: CallChannel): Open | null {
    return [...this.#open.values()].find(open => open.initiator === initiator) ?? null
  }

  #set(open: Open, what: 'updated' | 'answered'): void {
    this.#open.set(open.transfer.id, open)
    this.#tell(what, open.transfer)
  }

  #close(open: Open, what: 'completed' | 'cancelled' | 'abandoned'): void {
    this.#open.delete(open.transfer.id)
    this.#tell(what, { ...open.transfer, status: what === 'abandoned' ? 'abandoned' : 'ended' })
  }

  #tell(what: Extract<PbxEvent, { kind: 'transfer' }>['what'], transfer: ApiTransfer): void {
    this.#host.onEvent({ kind: 'transfer', what, transfer })
  }
}
