/** The address of a server, from what people type. */
import { isIPv6 } from 'node:net'
import { AppFailure } from '../../shared/failure.ts'
import { hostKey } from '../wazo/certificate.ts'

export interface Address {
  /** For people: `pbx.example` or `pbx.example:8443`. */
  readonly display: string
  /** `https://…`, without a path; no default port. */
  readonly origin: string
  /** Without a port; an IPv6 address is bracketed. */
  readonly hostname: string
  /** `host:port`, always with a port: the name of pins. */
  readonly host: string
}

/**
 * Takes `pbx`, `pbx.example:8443`, `https://pbx.example/anything`. Throws AppFailure `address-invalid` for anything
 * else: Wazo speaks https only, and a name or password in an address is refused rather than dropped.
 */
export function parseAddress(typed: string): Address {
  const text = typed.trim()
  const bare = text.replace(/^https:\/\//i, '')
  if (bare === '' || /^\/|[\s\\@]|:\/\//.test(bare)) throw new AppFailure('address-invalid')
  const url = urlOf(`https://${isIPv6(bare) ? `[${bare}]` : bare}`)
  if (!url || url.port === '0' || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$|^\[[0-9a-f:.]+\]$/.test(url.hostname)) {
    throw new AppFailure('address-invalid')
  }
  return {
    display: url.host,
    origin: url.origin,
    hostname: url.hostname,
    host: hostKey(url.hostname, url.port === '' ? 443 : Number(url.port)),
  }
}

/**
 * Asterisk's WebSocket: `ws://` or `wss://`, with the path `/ws` where none is typed. Throws AppFailure
 * `address-invalid`.
 */
export function parseWebSocketAddress(typed: string): { readonly webSocket: string; readonly hostname: string } {
  const url = urlOf(typed.trim())
  if (!url || !/^wss?:$/.test(url.protocol) || url.hostname === '' || url.username !== '' || url.password !== '') {
    throw new AppFailure('address-invalid')
  }
  const path = url.pathname === '/' ? '/ws' : url.pathname
  return { webSocket: `${url.protocol}//${url.host}${path}${url.search}`, hostname: url.hostname }
}

function urlOf(text: string): URL | null {
  try {
    return new URL(text)
  } catch {
    return null // what the caller refuses
  }
}
