/** Our schemes: `app://` serves the built pages with their policy, `recording://<part>/` serves audio. */
import { readFile } from 'node:fs/promises'
import { extname, isAbsolute, relative, resolve } from 'node:path'
import { protocol, type Session } from 'electron'
import { type APP_ORIGIN, type PHONE_ORIGIN, RECORDING_SCHEME } from '../../shared/bridge.ts'
import { originOf } from './guard.ts'
import { policy } from './policy.ts'

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

/** Before the app is ready: both schemes are standard and secure, and stream. */
export function declareSchemes(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true, stream: true }
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges },
    { scheme: RECORDING_SCHEME, privileges: { ...privileges, corsEnabled: true } },
  ])
}

/**
 * Serves the pages of one origin out of the renderer's folder, to one session.
 * `connectTo`: addresses that this origin's pages may reach.
 */
export function servePages(
  session: Session,
  root: string,
  origin: typeof APP_ORIGIN | typeof PHONE_ORIGIN,
  connectTo: readonly string[],
): void {
  const csp = policy(connectTo)
  session.protocol.handle('app', async request => {
    const url = new URL(request.url)
    const name = url.pathname === '/' ? '/index.html' : decodeURIComponent(url.pathname)
    const file = resolve(root, `.${name}`)
    const inside = relative(root, file)
    const type = TYPES[extname(file)]
    if (
      originOf(request.url) !== origin ||
      request.method !== 'GET' ||
      inside.startsWith('..') ||
      isAbsolute(inside) ||
      type === undefined
    ) {
      return new Response(null, { status: 404 })
    }
    try {
      const body = await readFile(file)
      return new Response(new Uint8Array(body), {
        headers: {
          'content-type': type,
          'content-security-policy': csp,
          'x-content-type-options': 'nosniff',
          'cross-origin-opener-policy': 'same-origin',
          'referrer-policy': 'no-referrer',
        },
      })
    } catch {
      return new Response(null, { status: 404 })
    }
  })
}

/** What answers a request for a part's audio. */
export type Audio = (part: string, range: string | null) => Promise<Response>

/** Serves audio to the windows' session. */
export function serveRecordings(session: Session, audio: Audio): void {
  session.protocol.handle(RECORDING_SCHEME, request => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 })
    return audio(new URL(request.url).host, request.headers.get('range'))
  })
}
