/** Servers that help the audio to find its way out of a closed network: what the user names, as the phone page takes it. Pure. */
import { z } from 'zod'
import { type IceServer } from './phone.ts'

/** A host or an address in brackets, with a port and a transport where they differ from the usual; '' = none. */
export const IceAddress = z
  .string()
  .max(200)
  .regex(/^$|^(?:(?:stuns?|turns?):)?(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?(?:\?transport=(?:udp|tcp))?$/)

export interface IceSettings {
  readonly stunServer: string
  readonly turnServer: string
  readonly turnUser: string
}

/** @param secret of the TURN server; null = none is known. A TURN server without a name and a secret takes nobody (RFC 8656). */
export function iceServersOf({ stunServer, turnServer, turnUser }: IceSettings, secret: string | null): IceServer[] {
  const servers: IceServer[] = []
  if (stunServer !== '') servers.push({ urls: withScheme(stunServer, 'stun') })
  if (turnServer !== '' && turnUser !== '' && secret !== null)
    servers.push({ urls: withScheme(turnServer, 'turn'), username: turnUser, credential: secret })
  return servers
}

/** One that was written with the scheme of the other kind means that host all the same. */
function withScheme(address: string, kind: 'stun' | 'turn'): string {
  const [, scheme = kind, rest = ''] = /^(?:(stuns?|turns?):)?(.*)$/.exec(address) ?? []
  const kept = scheme.startsWith(kind) ? scheme : kind
  // RFC 7064: a STUN address has no transport
  return `${kept}:${kind === 'stun' ? rest.replace(/\?.*$/, '') : rest}`
}
