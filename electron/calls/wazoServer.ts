/** A Wazo server as the live calls need it: calld's words made ours, its refusals judged. */
import { type Zone } from '../../shared/automatic.ts'
import { AppFailure } from '../../shared/failure.ts'
import { SERVER } from '../../shared/recording/facts.ts'
import { type Seen } from '../../shared/recording/state.ts'
import { type Call, type Calld } from '../wazo/calld.ts'
import { type Confd } from '../wazo/confd.ts'
import { toFailure, WazoError } from '../wazo/errors.ts'
import { type WazoEvent } from '../wazo/eventMessages.ts'
import {
  type CallServer,
  type CommandFailure,
  type FlagServer,
  type LiveCall,
  type ServerCall,
  type ServerTransfer,
} from './ports.ts'

const SEEN: Readonly<Record<NonNullable<Call['recordState']>, Seen>> = SERVER.recordStates.value
const STATUS: Readonly<Record<string, LiveCall['status']>> = SERVER.callStatuses.value

/** An originated leg has dialled nothing before its user picks up (scenario 20): where it will go is not said. */
function zoneOf({ direction, dialedExtension }: Call): Zone {
  if (direction === null || dialedExtension === 's') return 'unknown'
  return direction === 'internal' ? 'inside' : 'outside'
}

/** `stamp`: when the server made the event that shows it; null = it was read. */
export function serverCall(call: Call, now: number, stamp: number | null = null): ServerCall {
  return {
    id: call.id,
    conversation: call.conversationId,
    outgoing: call.isCaller,
    status: STATUS[call.status] ?? 'down',
    peer: { name: call.peerName, number: call.peerNumber },
    dialed: call.dialedExtension,
    zone: zoneOf(call),
    sipCallId: call.sipCallId,
    createdAt: call.createdAt ?? now,
    answeredAt: call.answeredAt,
    bridged: call.talkingTo.length > 0,
    onHold: call.onHold,
    muted: call.muted,
    line: call.lineId,
    seen: call.recordState === null ? null : SEEN[call.recordState],
    stamp,
  }
}

const TRANSFER: Readonly<Record<Extract<WazoEvent, { kind: 'transfer' }>['what'], ServerTransfer['state']>> = {
  created: 'asked',
  updated: 'ringing',
  answered: 'answered',
  completed: 'done',
  cancelled: 'over',
  abandoned: 'over',
  ended: 'over',
}

export const serverTransfer = ({ transfer, what }: Extract<WazoEvent, { kind: 'transfer' }>): ServerTransfer => ({
  id: transfer.id,
  call: transfer.initiatorCall,
  state: TRANSFER[what],
})

/** What a failed record command means (wazo.md 4.3). Where it may have worked, the state is read before anything else. */
export function commandFailure(error: unknown): CommandFailure {
  if (!(error instanceof WazoError)) return { reason: 'server-trouble', certain: false }
  if (error.errorId === 'recording-unauthorized') return { reason: 'not-allowed', certain: true }
  if (error.errorId === 'user-permission-denied') return { reason: 'not-yours', certain: true }
  // pause or resume where it thinks that nothing was started: what we believed is not so, read it
  if (error.errorId === 'recording-not-started') return { reason: 'no-bridge', certain: false }
  if (error.kind === 'no-route' || error.kind === 'no-right') return { reason: 'not-offered', certain: true }
  return { reason: 'server-trouble', certain: error.kind === 'trouble' && error.status === 503 }
}

/** Runs a command whose failure a person is told of. */
export async function carryOut<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    throw new AppFailure(toFailure(error), { cause: error })
  }
}

/** wazo-phoned knows some desk phones: 503 `phoned-error` for all others, 500 where it does not run (transcripts 19, 25). */
async function byPhone(run: () => Promise<unknown>): Promise<void> {
  try {
    await run()
  } catch (error) {
    const not = error instanceof WazoError && (error.errorId === 'phoned-error' || error.status === 500)
    throw new AppFailure(not ? 'phone-by-hand' : toFailure(error), { cause: error })
  }
}

export function wazoCalls(calld: Calld, now: () => number): CallServer {
  return {
    calls: async () => (await calld.calls()).map(call => serverCall(call, now())),
    record: async (call, want) => {
      try {
        await calld.record(call, want)
        return null
      } catch (error) {
        return commandFailure(error)
      }
    },
    originate: async number => (await carryOut(() => calld.originate(number))).id,
    hangUp: call => carryOut(() => calld.hangUp(call)),
    digits: (call, digits) => carryOut(() => calld.dtmf(call, digits)),
    answer: call => byPhone(() => calld.answer(call)),
    hold: (call, on) => byPhone(() => calld.hold(call, on)),
    mute: (call, on) => carryOut(() => calld.mute(call, on)),
    transfer: async (call, number, flow) => {
      try {
        return (await calld.transfer(call, number, flow)).id
      } catch (error) {
        if (error instanceof WazoError && error.errorId === 'invalid-extension')
          throw new AppFailure('call-unknown-number', { cause: error })
        throw new AppFailure(toFailure(error), { cause: error })
      }
    },
    completeTransfer: transfer => carryOut(() => calld.completeTransfer(transfer)),
    cancelTransfer: transfer => carryOut(() => calld.cancelTransfer(transfer)),
  }
}

export function wazoFlags(confd: Confd, userUuid: string): FlagServer {
  return {
    read: async () => {
      const { flags, flagsAre } = await confd.user(userUuid)
      if (flags === null) throw new AppFailure('not-allowed')
      return { flags, single: flagsAre === 'one' }
    },
    write: flags => carryOut(() => confd.setFlags(userUuid, flags)),
  }
}
