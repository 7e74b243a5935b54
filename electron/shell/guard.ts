/** What a page may do, whoever opened it: permissions with a reason each, no navigation, no window of its own. */
import { app, shell, type Session, type WebContents } from 'electron'
import { APP_ORIGIN, PHONE_ORIGIN } from '../../shared/bridge.ts'

/** The phone page alone: the microphone, the loudspeaker that was chosen, and since Chromium 142 the leave to reach LAN and loopback servers. */
const PHONE_MAY: ReadonlySet<string> = new Set([
  'media',
  'speaker-selection',
  'local-network-access',
  'local-network',
  'loopback-network',
])
/** Windows: the loudspeaker that was chosen, for the player. */
const WINDOW_MAY: ReadonlySet<string> = new Set(['speaker-selection'])
/** Without this check Chromium tells no names of loudspeakers. A microphone is asked for as well, and refused then. */
const WINDOW_SEES: ReadonlySet<string> = new Set([...WINDOW_MAY, 'media'])

const allowed = (origin: string): ReadonlySet<string> =>
  origin === PHONE_ORIGIN ? PHONE_MAY : origin === APP_ORIGIN ? WINDOW_MAY : new Set<string>()

/** `app://phone/phone.html` -> `app://phone`. Electron's own `origin` of a custom scheme may be `null`. */
export function originOf(url: string): string {
  try {
    const { protocol, host } = new URL(url)
    return `${protocol}//${host}`
  } catch {
    return ''
  }
}

/** Asks and checks of one session: the default one, and each partition of the phone. */
export function guardSession(session: Session): void {
  session.setPermissionRequestHandler((contents, permission, grant, details) => {
    const video = 'mediaTypes' in details && details.mediaTypes?.includes('video') === true
    const top = details.isMainFrame
    grant(top && !video && allowed(originOf(contents.getURL())).has(permission))
  })
  session.setPermissionCheckHandler((contents, permission, origin, details) => {
    if (details.mediaType === 'video') return false
    const asking = contents === null ? origin : contents.getURL()
    const may = originOf(origin) === APP_ORIGIN ? WINDOW_SEES : allowed(originOf(origin))
    return originOf(asking) === originOf(origin) && may.has(permission)
  })
  session.setDevicePermissionHandler(() => false)
  // audio leaves through main's own dialog alone
  session.on('will-download', event => event.preventDefault())
}

/** Every page of the app: it stays where it is; an https link opens in the user's browser. */
export function guardContents(): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', event => event.preventDefault())
    contents.on('will-redirect', event => event.preventDefault())
    contents.on('will-attach-webview', event => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      if (originOf(url).startsWith('https://')) void shell.openExternal(url)
      return { action: 'deny' }
    })
  })
}
