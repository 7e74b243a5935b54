/** The main process: news up the parts and joins them. Nothing else does. */
import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { app, clipboard, powerMonitor, session, type BrowserWindow } from 'electron'
import { APP_ORIGIN } from '../shared/bridge.ts'
import { AppFailure } from '../shared/failure.ts'
import { textFor } from '../shared/text/index.ts'
import { systemClock } from './calls/ports.ts'
import { Companion } from './companion.ts'
import { respond, respondFailure } from './library/audio/respond.ts'
import { wholeOf } from './library/audio/whole.ts'
import { templateExample } from './library/template.ts'
import { Pairing } from './pairing.ts'
import { serveAudio } from './shell/audio.ts'
import { push, servePhone, serveWindows } from './shell/bridge.ts'
import { DemoServer } from './shell/demoServer.ts'
import { pickFolder, pickTarget } from './shell/dialogs.ts'
import { guardContents, guardSession } from './shell/guard.ts'
import { systemKeyring } from './shell/keyring.ts'
import { language } from './shell/language.ts'
import { log } from './shell/log.ts'
import { policyPaths, policySource } from './shell/policyFile.ts'
import { PhonePage } from './shell/phonePage.ts'
import { declareSchemes, servePages, serveRecordings } from './shell/schemes.ts'
import { saveWhole } from './shell/saveWhole.ts'
import { openSettings, openStore } from './shell/store.ts'
import { applyTheme, openMainWindow } from './shell/windows.ts'

const HERE = import.meta.dirname
const PRELOAD = join(HERE, 'preload.cjs')
const PAGES = join(HERE, '../renderer')
const ICON = join(HERE, '../assets/icon.png')

/** How long quitting waits for calls to be ended in order, milliseconds. */
const FAREWELL_MS = 3_000

// Chromium has no sandbox for root, and enabling it there restarts the network service for ever.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
// Asterisk cannot resolve mDNS names, and takes an offer that has no other candidate for hold (wazo.md 8, 0a).
app.commandLine.appendSwitch('disable-features', 'WebRtcHideLocalIpsWithMdns')
// An Asterisk or the demo server on this computer: without it no candidate of the loopback is gathered.
app.commandLine.appendSwitch('allow-loopback-in-peer-connection')
// The phone page plays the other side without a click in it.
app.commandLine.appendSwitch('autoplay-policy', 'no-user-gesture-required')
declareSchemes()

if (!app.requestSingleInstanceLock()) app.quit()
else
  app
    .whenReady()
    .then(start)
    .catch((error: unknown) => {
      log('the app could not start', error)
      app.exit(1)
    })

async function start(): Promise<void> {
  const settings = openSettings(openStore('settings'))
  applyTheme(settings.current().theme)
  guardContents()
  guardSession(session.defaultSession)
  servePages(session.defaultSession, PAGES, APP_ORIGIN, [])

  let window: BrowserWindow | null = null
  const contents = () => (window === null || window.isDestroyed() ? null : window.webContents)

  const phone = new PhonePage({
    preload: PRELOAD,
    pages: PAGES,
    onReport: report => companion.phoneReport(report),
    onGone: () => companion.phoneGone(),
  })
  const companion: Companion = new Companion({
    clock: systemClock,
    settings,
    policy: policySource(
      policyPaths(process.platform, process.env['ProgramData']),
      app.commandLine.hasSwitch('lock-self-grant'),
    ),
    phone,
    log,
    language: () => language(settings.current().language),
    onSnapshot: snapshot => {
      const page = contents()
      if (page !== null) push(page, 'snapshot', snapshot)
    },
    onOver: failure => pairing.over(failure),
    onRecordingsChanged: () => {
      const page = contents()
      if (page !== null) push(page, 'recordings:changed', null)
    },
  })
  const demo = new DemoServer(join(HERE, 'demo.cjs'))
  const pairing = new Pairing({
    store: openStore('accounts'),
    keyring: systemKeyring,
    clock: systemClock,
    version: app.getVersion(),
    companion,
    codes: () => [settings.current().permanentCode],
    demo: {
      start: async () => {
        const folder = join(app.getPath('userData'), 'demo')
        await mkdir(folder, { recursive: true })
        const { url, fingerprint, users } = await demo.start(folder)
        const [first] = users
        if (first === undefined) throw new AppFailure('unexpected')
        return { url, fingerprint, ...first }
      },
      stop: () => demo.stop(),
    },
    log,
  })
  const text = () => textFor(language(settings.current().language))
  const mainWindow = (): BrowserWindow => {
    if (window === null) throw new AppFailure('unexpected')
    return window
  }

  serveRecordings(session.defaultSession, (part, range) =>
    serveAudio(
      {
        answer: async (id, wanted, options) => respond((await companion.openPart(id)).source, wanted, options),
        refuse: respondFailure,
      },
      part,
      range,
    ),
  )
  serveWindows({
    'app:snapshot': () => companion.snapshot(),
    'app:describe': () => ({
      version: app.getVersion(),
      electron: process.versions.electron,
      chromium: process.versions.chrome,
    }),
    'settings:change': change => {
      companion.settingsChanged(change)
      applyTheme(settings.current().theme)
    },
    'app:copyText': ({ text: words }) => clipboard.writeText(words),
    'pair:wazo': wanted => pairing.signIn(wanted),
    'pair:trust': ({ host, fingerprint }) => pairing.trust(host, fingerprint),
    'pair:demo': () => pairing.tryDemo(),
    'pair:pickFolder': async () => {
      const picked = await pickFolder(mainWindow(), text().shell.folderTitle)
      if (picked === null) return null
      pairing.picked(picked)
      return picked.label
    },
    'pair:asterisk': wanted => pairing.pairAsterisk(wanted),
    'pair:tryTemplate': ({ template }) => ({ example: templateExample(template, '') }),
    'pair:choose': ({ use }) => pairing.choose(use),
    'pair:signOut': () => pairing.signOut(),
    'call:dial': ({ number, record }) => companion.dial(number, { record }),
    'call:answer': ({ call, record }) => companion.calls.answer(call, { record }),
    'call:decline': ({ call }) => companion.calls.decline(call),
    'call:hangUp': ({ call }) => companion.calls.hangUp(call),
    'call:mute': ({ call, on }) => companion.calls.mute(call, on),
    'call:hold': ({ call, on }) => companion.calls.handling.hold(call, on),
    'call:transfer': ({ call, number, kind }) => companion.calls.handling.transfer(call, number, kind),
    'call:endTransfer': ({ call, how }) => companion.calls.handling.endTransfer(call, how),
    'call:digits': ({ call, digits }) => companion.calls.digits(call, digits),
    'call:dismiss': ({ call }) => companion.calls.dismiss(call),
    'recording:press': ({ call, press, asked }) => companion.calls.press(call, press, asked),
    'automatic:set': flags => companion.automatic.set(flags),
    'automatic:dialCode': () => companion.automatic.dialCode(),
    'right:record': ({ on }) => companion.selfGrant.set(on),
    'automatic:check': () => companion.automatic.read(),
    'recordings:list': query => companion.list(query),
    'recordings:export': async ({ part }) => {
      const opened = await companion.openPart(part)
      const target = await pickTarget(mainWindow(), text().shell.exportTitle, opened.fileName)
      if (target === null) return null
      await saveWhole(wholeOf(opened.source), target)
      return basename(target)
    },
  })
  servePhone(
    {
      'phone:line': () => phone.line,
      'phone:report': report => phone.report(report),
    },
    () => phone.contents,
  )

  window = openMainWindow(PRELOAD, ICON)
  window.on('focus', () => companion.wake())
  powerMonitor.on('resume', () => companion.wake())
  app.on('second-instance', () => {
    if (window === null || window.isDestroyed()) return
    if (window.isMinimized()) window.restore()
    window.show()
    window.focus()
  })
  // not 'window-all-closed': the hidden phone page is a window too, and would go on ringing unseen
  window.on('closed', () => app.quit())
  leaveInOrder(async () => {
    await Promise.race([companion.close(), new Promise(resolve => setTimeout(resolve, FAREWELL_MS))])
    phone.close()
    demo.stop()
  })
  await pairing.restore()
}

/** Ends what runs before the app goes: calls by BYE, the session's token at the server, the demo server. */
function leaveInOrder(end: () => Promise<void>): void {
  let ending = false
  let ended = false
  app.on('before-quit', event => {
    if (ended) return
    event.preventDefault()
    if (ending) return
    ending = true
    void end()
      .catch((error: unknown) => log('ending in order', error))
      .finally(() => {
        ended = true
        app.quit()
      })
  })
}
