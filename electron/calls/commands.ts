/** Commands on their way: each route's own manner of carrying one, and of failing. */
import { type Failure } from '../../shared/failure.ts'
import { SERVER } from '../../shared/recording/facts.ts'
import { type Route, type Want } from '../../shared/recording/state.ts'
import { type Leg } from './leg.ts'
import { type CallPhone, type CallServer, type CommandFailure } from './ports.ts'

export interface Carriers {
  readonly server: CallServer | null
  readonly phone: CallPhone | null
  /** The code that controls recording. */
  readonly code: string
  readonly log: (text: string, error?: unknown) => void
}

const refuse = (reason: CommandFailure['reason'], certain: boolean): CommandFailure => ({ reason, certain })

/** Sends a want by a route. Null: acknowledged, which proves nothing; digits: the last one is out. */
export async function carry(
  want: Want,
  route: Route,
  leg: Pick<Leg, 'server' | 'phone'>,
  { server, phone, code, log }: Carriers,
): Promise<CommandFailure | null> {
  switch (route) {
    case 'calld':
      if (server === null || leg.server === null) return refuse('not-offered', true)
      return server.record(leg.server.id, want)
    case 'calld-dtmf':
      if (server === null || leg.server === null) return refuse('not-offered', true)
      try {
        await server.digits(leg.server.id, code)
        return null
      } catch (error) {
        log('digits through the server', error)
        return refuse('server-trouble', false)
      }
    case 'rfc4733':
    case 'info':
    case 'record-info': {
      if (phone === null || leg.phone === null) return refuse('phone-cannot', true)
      const { session } = leg.phone
      const failure = await phone.send(
        route === 'record-info'
          ? { do: 'record-info', session, on: want !== 'stop' }
          : { do: 'digits', session, via: route, digits: code },
      )
      return failure === null ? null : refuse('phone-cannot', isCertain(route, failure))
    }
  }
}

/** Surely nothing was pressed? Some of the digits may have gone out by INFO: then it is read before anything else is tried. */
function isCertain(route: 'rfc4733' | 'info' | 'record-info', { status }: Failure): boolean {
  if (route === 'rfc4733') return true
  return route === 'record-info' && SERVER.recordInfoRefuses.value.some(one => one === status)
}
