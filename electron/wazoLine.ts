/** A line at a Wazo server: what its session offers, and its event stream told as the companion needs it. */
import { type Use } from '../shared/account.ts'
import { type WazoSession } from './account/session.ts'
import { type RecordRight } from './calls/selfGrant.ts'
import { wazoOffer } from './calls/wazoOffer.ts'
import { carryOut, serverCall, serverTransfer, wazoCalls, wazoFlags } from './calls/wazoServer.ts'
import { onlyAutomatic } from './library/names.ts'
import { accountKey, type LibraryAccount } from './library/source.ts'
import { type Line } from './line.ts'
import { type EventStream } from './wazo/events.ts'
import { type WazoEvent } from './wazo/eventMessages.ts'

export interface WazoLineOptions {
  readonly session: WazoSession
  /** The embedded demo server, and not a server of the user's. */
  readonly demo: boolean
  /** The only certificate that the server may show; null = the system judges. */
  readonly pin: () => string | null
  /** Codes whose calls are no conversations; the permanent one first. */
  readonly codes: () => readonly string[]
  readonly now: () => number
  readonly log: (text: string, error?: unknown) => void
}

/** How often a permission that was missing is looked for again, milliseconds. */
const REFRESH_MS = 60_000

export function wazoLine({ session, demo, pin, codes, now, log }: WazoLineOptions): Line {
  const { capabilities } = session
  let stream: EventStream | null = null
  let refreshedAt = now()
  let deafen = () => undefined as void
  const library: LibraryAccount = {
    key: demo ? accountKey('demo') : accountKey('wazo', session.host, session.userUuid),
    passing: demo,
    own: () => (session.extension === '' ? [] : [session.extension]),
    callLog: {
      client: session.callLog,
      reader: () => ({
        userUuid: session.userUuid,
        codes: codes(),
        canHear: session.capabilities?.playRecordings ?? true,
      }),
    },
    automaticNames: () => onlyAutomatic(session.capabilities?.version ?? null),
    folder: 'chosen',
  }
  const phonePossible = () => session.line?.webrtc === true

  const codeBy = (use: Use) =>
    use === 'phone' && phonePossible() ? 'phone' : (capabilities?.originate ?? true) ? 'server' : null

  return {
    account: () => ({
      kind: demo ? 'demo' : 'wazo',
      server: session.server,
      name: session.name,
      extension: session.extension,
      use: session.use,
      phonePossible: phonePossible(),
      remembered: session.remembered,
      capabilities: session.capabilities,
      folder: null,
    }),
    choose: use => {
      session.use = use
    },
    get offer() {
      return wazoOffer(session.capabilities)
    },
    server: wazoCalls(session.calld, now),
    flags: (capabilities?.permanentRead ?? true) ? wazoFlags(session.confd, session.userUuid) : null,
    right: capabilities?.permanentWrite === true ? recordRight(session) : null,
    automaticMeans: use => {
      if (capabilities?.permanentWrite ?? true) return 'api'
      return codeBy(use) === null ? 'none' : 'code'
    },
    codeBy,
    hinted: false,
    own: [session.extension],
    library,
    phone: async () => ({ line: await session.phoneLine(codes()[0] ?? null), pin: pin() }),
    start: listener => {
      stream?.close()
      stream = session.events({
        event: event => tell(event),
        state: state => {
          // the server is back: what could not be read at the start is read now, and its failure kept in `trouble`
          if (state === 'live' && session.trouble !== null)
            session.refresh().catch((error: unknown) => log('the account', error))
          listener.link(state === 'live' ? 'live' : state === 'no-right' ? 'polling' : 'retrying')
        },
        // a stream that is still opening tells nothing of calls yet
        alive: () => stream?.state === 'live' && listener.alive(),
        trouble: text => log(`the event stream: ${text}`),
      })
      const tell = (event: WazoEvent) => {
        switch (event.kind) {
          case 'call':
            listener.call(serverCall(event.call, now(), event.at))
            return
          case 'key':
            listener.key(event.callId, event.key)
            return
          case 'call-ended':
            listener.callEnded(event.callId, event.dialedExtension)
            return
          case 'hold':
          case 'recording':
            listener.hurry()
            return
          case 'transfer':
            listener.transfer(serverTransfer(event))
            return
          case 'call-log':
            listener.recordingsChanged()
            return
          case 'session-ending':
            return
        }
      }
      deafen()
      const stopListening = [
        session.onOver(failure => listener.over(failure)),
        session.onChange(() => listener.accountChanged()),
      ]
      deafen = () => {
        for (const stop of stopListening) stop()
      }
      stream.start()
    },
    setInCall: inCall => stream?.setInCall(inCall),
    wake: () => {
      stream?.hurry()
      // the administrator may have allowed it meanwhile
      if (session.capabilities?.mayRecord !== false || Math.abs(now() - refreshedAt) < REFRESH_MS) return
      refreshedAt = now()
      session.refresh().catch((error: unknown) => log('the account', error))
    },
    close: () => {
      deafen()
      return session.close()
    },
  }
}

/** Read back with all else that the user may do, so that every screen tells the same. */
const recordRight = (session: WazoSession): RecordRight => ({
  set: on => carryOut(() => session.confd.setMayRecord(session.userUuid, on)),
  read: async () => {
    await session.refresh()
    return session.capabilities?.mayRecord ?? null
  },
})
