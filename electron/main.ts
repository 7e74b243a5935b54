/** The main process: news up the parts and joins them. Nothing else does. */
import { randomUUID } from 'node:crypto'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { app, clipboard, powerMonitor, session, type BrowserWindow } from 'electron'
import { APP_ORIGIN } from '../shared/bridge.ts'
import { isCallLink, numberOfCallLink } from '../shared/callLink.ts'
import { AppFailure } from '../shared/failure.ts'
import { iceServersOf } from '../shared/ice.ts'
import { type PhonePreferences } from '../shared/phone.ts'
import { type SettingsChange } from '../shared/settings.ts'
import { textFor } from '../shared/text/index.ts'
import { Acts } from './acts.ts'
import { systemClock } from './calls/ports.ts'
import { Companion } from './companion.ts'
import { encoderFiles, Exporting } from './exporting.ts'
import { keepingHandlers } from './keepingHandlers.ts'
import { Leaving } from './leaving.ts'
import { CallMarks, type MarkedCall } from './library/callMarks.ts'
import { libraryHandlers } from './libraryHandlers.ts'
import { openIndex, StandBy } from './library/index/client.ts'
import { respond, respondFailure } from './library/audio/respond.ts'
import { DecodingThread } from './library/audio/decoding.ts'
import { PeaksOfParts } from './library/peaks/peaks.ts'
import { PeaksThread } from './library/peaks/thread.ts'
import { Places } from './library/places.ts'
import { indexFiles } from './library/source.ts'
import { TemplateTrials } from './library/templates/trial.ts'
import { endThreads } from './library/threads.ts'
import { Keeping } from './library/vault/keeping.ts'
import { stretchIn } from './library/vault/passphrase.ts'
import { Pairing } from './pairing.ts'
import { playerHandlers } from './playerHandlers.ts'
import { serveAudio } from './shell/audio.ts'
import { Awake } from './shell/awake.ts'
import { push, servePhone, serveWindows } from './shell/bridge.ts'
import { DemoServer } from './shell/demoServer.ts'
import { pickFile, pickFolder, pickTarget } from './shell/dialogs.ts'
import { dragFile, showFile } from './shell/files.ts'
import { guardContents, guardSession } from './shell/guard.ts'
import { GlobalKeys } from './shell/globalKeys.ts'
import { systemKeyring } from './shell/keyring.ts'
import { language } from './shell/language.ts'
import { offerCallLinks, takeLinks } from './shell/links.ts'
import { log } from './shell/log.ts'
import { policyPaths, policySource } from './shell/policyFile.ts'
import { MiniBar } from './shell/miniBar.ts'
import { Notifier } from './shell/notifier.ts'
import { Outside } from './shell/outside.ts'
import { PhonePage } from './shell/phonePage.ts'
import { declareSchemes, servePages, serveRecordings } from './shell/schemes.ts'
import { openSettings, openStore } from './shell/store.ts'
import { findTray, TrayLamp } from './shell/tray.ts'
import { TurnSecret } from './shell/turnSecret.ts'
import { applyTheme, isInFront, openMainWindow, show } from './shell/windows.ts'

const HERE = import.meta.dirname
const PRELOAD = join(HERE, 'preload.cjs')
const PAGES = join(HERE, '../renderer')
const ICON = join(HERE, '../assets/icon.png')

/** In an account's folder: its copies, and the key of them. */
const KEPT = 'kept'

/** Kept once the user was told where a closed window has gone. */
const TOLD_HIDDEN = 'toldHidden'

/** How long quitting waits for calls to be ended in order, milliseconds. */
const FAREWELL_MS = 3_000

/** And how long for threads that were told to end. */
const THREADS_MS = 2_000

// Chromium has no sandbox for root, and enabling it there restarts the network service for ever.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
// Asterisk cannot resolve mDNS names, and takes an offer that has no other candidate for hold (wazo.md 8, 0a).
app.commandLine.appendSwitch('disable-features', 'WebRtcHideLocalIpsWithMdns')
// An Asterisk or the demo server on this computer: without it no candidate of the loopback is gathered.
app.commandLine.appendSwitch('allow-loopback-in-peer-connection')
// The phone page plays the other side without a click in it.
app.commandLine.appendSwitch('autoplay-policy', 'no-user-gesture-required')
declareSchemes()
const links = takeLinks()

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

  // ready by the time that an account is signed in
  const standBy = new StandBy(log)
  const libraryFolder = (account: string) => join(app.getPath('userData'), 'library', account)

  const kept = openStore('shell')
  const turnSecret = new TurnSecret(kept, systemKeyring)
  let window: BrowserWindow | null = null
  const contents = () => (window === null || window.isDestroyed() ? null : window.webContents)

  const phone = new PhonePage({
    preload: PRELOAD,
    pages: PAGES,
    onReport: report => {
      companion.phoneReport(report)
      const page = contents()
      if (report.kind === 'level' && page !== null) push(page, 'audio:level', report)
    },
    onGone: () => companion.phoneGone(),
  })
  /** Where the user was in his recordings, by account: erased with its library. */
  const placesKept = openStore('places')
  let places: Places | null = null
  /** Marks of calls whose recording is awaited, of the account that is signed in. */
  let callMarks: CallMarks | null = null
  /** Those of calls that ended while the library of their account was not open: locked, say. */
  const unkeptMarks = new Map<string, MarkedCall[]>()
  const keepMarks = (call: MarkedCall) => {
    const account = companion.line?.library?.key
    if (callMarks !== null) callMarks.add(call).catch((error: unknown) => log('marks of a call were not kept', error))
    else if (account === undefined) log('marks of a call were not kept', new Error('No library is open'))
    else unkeptMarks.set(account, [...(unkeptMarks.get(account) ?? []), call])
  }
  const settleMarks = () => {
    callMarks?.settle().then(
      placed => {
        if (placed > 0) companion.library.touched()
      },
      (error: unknown) => log('marks of a call wait', error),
    )
  }
  const decodingThread = new DecodingThread(join(HERE, 'decoding.cjs'))
  // what leaves the app is decoded beside what is heard
  const unpackingThread = new DecodingThread(join(HERE, 'decoding.cjs'))
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
      keeping.setInCall(snapshot.calls.length > 0)
      for (const page of [contents(), miniBar.contents]) if (page !== null) push(page, 'snapshot', snapshot)
      leaving.callsChanged()
      outside.take(snapshot)
      awake.take(snapshot.calls)
    },
    onMoment: (alarms, from, to) => outside.moment(alarms, from, to),
    onOver: failure => pairing.over(failure),
    exporting: () => exporting.view(),
    keeping: () => keeping.view(),
    library: {
      decoding: decodingThread.decode,
      openIndex: async account => {
        await keeping.use(account)
        return openIndex({ ...indexFiles(libraryFolder(account)), ...keeping.indexSeal(), log, standBy })
      },
      attach: async (account, index) => {
        const waiting = new CallMarks(index, {
          soundMs: part => companion.library.soundMs(part),
          now: () => systemClock.now(),
          newId: randomUUID,
          log,
        })
        callMarks = waiting
        unkeptMarks.get(account)?.forEach(keepMarks)
        unkeptMarks.delete(account)
        const own = new Places({
          read: () => Promise.resolve(placesKept.get(account)),
          write: value => Promise.resolve(placesKept.set(account, value)),
        })
        places = own
        const { library } = companion
        const kept = await keeping.attach(account, {
          index,
          whole: () => library.whole(),
          openSource: part => library.sourceOf(part),
          inMemory: part => library.inMemory(part),
          onCopy: part => library.copyChanged(part),
        })
        await exporting.use(account, { index, open: async (part, form) => (await library.open(part, form)).source })
        return {
          vault: kept.vault,
          close: async () => {
            if (callMarks === waiting) callMarks = null
            if (places === own) places = null
            await exporting.use(null, null)
            await kept.close()
          },
        }
      },
      onRate: () => peaks.clear(),
      left: () => {
        unkeptMarks.clear()
        peaks.clear()
        return keeping.close()
      },
      eraseIndex: async account => {
        placesKept.delete(account)
        const folder = libraryFolder(account)
        for (const name of await readdir(folder))
          if (name !== KEPT) await rm(join(folder, name), { recursive: true, force: true })
      },
      erase: async account => {
        // the key first: whatever becomes of the rest, nobody opens the copies any more
        await keeping.destroyKey(account)
        placesKept.delete(account)
        await rm(libraryFolder(account), { recursive: true, force: true })
      },
    },
    onMarked: keepMarks,
    onLibraryChanged: () => {
      keeping.libraryChanged()
      settleMarks()
      const page = contents()
      if (page === null) return
      push(page, 'library:changed', null)
    },
  })
  const keeping: Keeping = new Keeping({
    folderOf: account => join(libraryFolder(account), KEPT),
    keyring: systemKeyring,
    stretch: stretchIn(join(HERE, 'passphrase.cjs')),
    clock: systemClock,
    onChange: () => companion.tell({}),
    reopenIndex: () => void companion.library.reopen(),
    eraseIndex: () => companion.library.eraseIndex(),
    log,
  })
  const exporting: Exporting = new Exporting({
    store: openStore('exports'),
    sendingFolder: join(app.getPath('userData'), 'sending'),
    encoder: encoderFiles(HERE),
    unpack: unpackingThread.unpack,
    clock: systemClock,
    language: () => language(settings.current().language),
    settings: { current: () => settings.current(), change: changed => change(changed) },
    dialogs: {
      pickFolder: async title => (await pickFolder(mainWindow(), title))?.path ?? null,
      pickTarget: (title, fileName) => pickTarget(mainWindow(), title, fileName),
      pickFile: title => pickFile(mainWindow(), title, 'json'),
    },
    system: {
      showFile,
      dragFile: path => dragFile(mainWindow().webContents, path, ICON),
      copyText: words => void clipboard.writeText(words),
    },
    onView: () => companion.tell({}),
    log,
  })
  await exporting
    .begin()
    .catch((error: unknown) => log('what an earlier run prepared for sending could not be removed', error))
  const demo = new DemoServer(join(HERE, 'demo.cjs'))
  const trials = new TemplateTrials(join(HERE, 'templateTrial.cjs'), systemClock)
  const pairing = new Pairing({
    trials,
    store: openStore('accounts'),
    keyring: systemKeyring,
    clock: systemClock,
    version: app.getVersion(),
    companion,
    codes: () => [settings.current().permanentCode],
    eraseAtSignOut: () => settings.current().signOutLibrary === 'erase',
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
  const leaving: Leaving = new Leaving({
    calls: () => companion.calls.views(),
    ask: question => companion.tell({ question }),
    show: () => show(window),
  })
  const preferences = (): PhonePreferences => {
    const current = settings.current()
    const { devices, autoAnswer } = current
    return { devices, autoAnswer, iceServers: iceServersOf(current, turnSecret.value) }
  }
  const change = (changed: SettingsChange) => {
    companion.settingsChanged(changed)
    phone.prefer(preferences())
    applyTheme(settings.current().theme)
    if (changed.callLinks !== undefined && app.isPackaged) offerCallLinks(changed.callLinks)
  }
  const acts: Acts = new Acts({
    snapshot: () => companion.snapshot(),
    press: (call, press) => companion.calls.press(call, press),
    mute: (call, on) => companion.calls.handling.mute(call, on),
    settings: change,
    mark: call => companion.calls.mark(call),
    keyed: keyed => companion.tell({ keyed }),
    show: () => show(window),
    quit: () => app.quit(),
    log,
  })
  const tray = new TrayLamp(deed => acts.deed(deed))
  const awake = new Awake()
  const notifier = new Notifier(ICON, () => show(window))
  const miniBar = new MiniBar(PRELOAD, kept)
  const keys = new GlobalKeys(
    action => void acts.key(action),
    keysRefused => companion.tell({ keysRefused }),
  )
  const outside = new Outside({
    tray,
    notifier,
    miniBar,
    keys,
    sound: cue => phone.cue(cue),
    inFront: () => isInFront(window),
  })
  const text = () => textFor(language(settings.current().language))
  const mainWindow = (): BrowserWindow => {
    if (window === null) throw new AppFailure('unexpected')
    return window
  }

  const openSound = async (part: string) => (await companion.openPart(part)).source
  const peaksThread = new PeaksThread(join(HERE, 'peaks.cjs'))
  const peaks = new PeaksOfParts({
    thread: peaksThread,
    open: openSound,
    kept: { open: name => keeping.openBytes(name), keep: (name, bytes) => keeping.keepBytes(name, bytes) },
    log,
  })
  serveRecordings(session.defaultSession, (part, range) =>
    serveAudio(
      {
        answer: async (id, wanted, options) => {
          const answer = await respond(await openSound(id), wanted, options)
          keeping.heard(id)
          return answer
        },
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
    'settings:change': change,
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
    'naming:current': () => pairing.naming(),
    'naming:try': ({ template }) => pairing.tryNaming(template),
    'naming:apply': ({ template }) => pairing.applyNaming(template),
    'pair:choose': ({ use }) => pairing.choose(use),
    'pair:signOut': () => leaving.wish('sign-out', () => pairing.signOut()),
    'call:dial': ({ number, record }) => companion.dial(number, { record }),
    'call:answer': ({ call, record }) => companion.calls.answer(call, { record }),
    'call:decline': ({ call }) => companion.calls.decline(call),
    'call:hangUp': ({ call }) => companion.calls.hangUp(call),
    'call:mute': ({ call, on }) => companion.calls.handling.mute(call, on),
    'call:hold': ({ call, on }) => companion.calls.handling.hold(call, on),
    'call:transfer': ({ call, number, kind }) => companion.calls.handling.transfer(call, number, kind),
    'call:endTransfer': ({ call, how }) => companion.calls.handling.endTransfer(call, how),
    'call:digits': ({ call, digits }) => companion.calls.digits(call, digits),
    'phone:claim': async () => {
      const failure = await phone.send({ do: 'register', claim: true })
      if (failure !== null) throw new AppFailure(failure)
    },
    'phone:again': () => companion.phoneAgain(),
    'phone:turnSecret': given => {
      if (given !== undefined) {
        turnSecret.set(given.secret)
        phone.prefer(preferences())
      }
      return { known: turnSecret.value !== null }
    },
    'audio:test': async ({ what }) => {
      const failure = await phone.send({ do: 'test', what })
      if (failure !== null) throw new AppFailure(failure)
    },
    'call:mark': ({ call }) => companion.calls.mark(call),
    'call:dismiss': ({ call }) => companion.calls.dismiss(call),
    'recording:press': ({ call, press, asked }) => companion.calls.press(call, press, asked),
    'alarm:answer': ({ alarm }) => companion.answerAlarm(alarm),
    'reminder:answer': ({ reminder }) => companion.answerReminder(reminder),
    'keys:press': ({ action }) => acts.key(action),
    'shell:answer': ({ leave }) => leaving.answer(leave),
    'shell:callLinkTaken': () => companion.tell({ callLink: null }),
    'shell:sleptSeen': () => companion.tell({ slept: null }),
    'shell:show': () => show(window),
    'automatic:set': flags => companion.automatic.set(flags),
    'automatic:dialCode': () => companion.automatic.dialCode(),
    'right:record': ({ on }) => companion.selfGrant.set(on),
    'automatic:check': () => companion.automatic.read(),
    ...libraryHandlers(companion.library, () => pickFolder(mainWindow(), text().shell.folderTitle)),
    ...keepingHandlers(keeping),
    ...exporting.handlers(),
    ...playerHandlers(companion.library, peaks, () => places, openSound),
  })
  servePhone(
    {
      'phone:line': () => phone.line,
      'phone:preferences': () => preferences(),
      'phone:report': report => phone.report(report),
    },
    () => phone.contents,
  )

  window = openMainWindow(PRELOAD, ICON)
  window.on('focus', () => companion.wake())
  for (const turn of ['focus', 'blur', 'show', 'hide', 'minimize', 'restore'] as const)
    window.on(turn as 'focus', () => outside.frontChanged())
  powerMonitor.on('suspend', () => {
    companion.sleep().catch((error: unknown) => log('going to sleep', error))
  })
  powerMonitor.on('resume', () => {
    companion.woke()
    keeping.wake()
    // where there is no phone, there is nothing to look at
    void phone.send({ do: 'register', claim: false })
  })
  app.on('activate', () => show(window))
  let hasTray = await findTray()
  // a desktop may begin or cease to show status icons while we run
  window.on('blur', () => void findTray().then(found => (hasTray = found)))
  app.on('second-instance', () => show(window))
  links.listen(link => {
    show(window)
    if (isCallLink(link)) return companion.tell({ callLink: { number: numberOfCallLink(link) } })
    exporting.link(link).catch((error: unknown) => log('a link', error))
  })
  const { isLeaving, leaveUnasked } = leaveInOrder(leaving, async () => {
    await Promise.race([
      Promise.all([exporting.end(), companion.close()]),
      new Promise(resolve => setTimeout(resolve, FAREWELL_MS)),
    ])
    const threadsEnded = await endThreads(THREADS_MS)
    phone.close()
    demo.stop()
    tray.close()
    miniBar.close()
    keys.close()
    notifier.closeAll()
    // everything is closed and written by now; the runtime would wait for that thread for ever
    if (!threadsEnded) process.kill(process.pid, 'SIGKILL')
  })
  // the computer shuts down, or its user logs off: nobody is there to answer, and little time
  powerMonitor.on('shutdown', (event?: { preventDefault(): void }) => {
    event?.preventDefault()
    leaveUnasked()
  })
  window.on('session-end', leaveUnasked)
  window.on('close', event => {
    if (isLeaving()) return
    event.preventDefault()
    if (!hasTray) return app.quit()
    window?.hide()
    if (kept.get(TOLD_HIDDEN) === true) return
    kept.set(TOLD_HIDDEN, true)
    notifier.show({ id: 'hidden', title: text().shell.hiddenTitle, body: text().shell.hidden, always: true })
  })
  await pairing.restore()
}

/**
 * Ends what runs before the app goes: calls by BYE, the session's token at the server, the demo server. In a call it asks
 * first, but for `leaveUnasked`. `isLeaving`: all has ended, and the app is going.
 */
function leaveInOrder(
  leaving: Leaving,
  end: () => Promise<void>,
): { readonly isLeaving: () => boolean; readonly leaveUnasked: () => void } {
  let ending = false
  let ended = false
  const begin = () => {
    if (ending) return
    ending = true
    void end()
      .catch((error: unknown) => log('ending in order', error))
      .finally(() => {
        ended = true
        app.quit()
      })
  }
  app.on('before-quit', event => {
    if (ended) return
    event.preventDefault()
    if (!ending) leaving.wish('quit', begin).catch((error: unknown) => log('quitting', error))
  })
  return { isLeaving: () => ended, leaveUnasked: begin }
}
