/** The content security policy of our pages: apart from Electron, so that the pages are tested in a plain browser under it too. */
import { RECORDING_SCHEME } from '../../shared/bridge.ts'

/** `connectTo`: where a page may connect to besides its own origin. Only the phone page reaches beyond. */
export function policy(connectTo: readonly string[]): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    `media-src ${RECORDING_SCHEME}: mediastream:`,
    ['connect-src', "'self'", ...connectTo].join(' '),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "frame-src 'none'",
    "object-src 'none'",
  ].join('; ')
}
