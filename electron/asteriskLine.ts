/** A bare Asterisk: SIP for everything, a folder for evidence and recordings where there is one. */
import { basename } from 'node:path'
import { asteriskLine as phoneLineOf, type KeptPairing } from './account/asteriskPairing.ts'
import { type Clock } from './account/ports.ts'
import { accountKey, type LibraryAccount } from './library/source.ts'
import { watchFolder, type FolderWatch } from './library/watch.ts'
import { type Line, type LineListener } from './line.ts'

/** A folder that cannot be watched (a share that is not mounted, say) is tried again so often. */
const WATCH_AGAIN_MS = 5_000

export interface AsteriskLineOptions {
  readonly pairing: KeptPairing
  /** The pairing survives a restart. */
  readonly remembered: boolean
  /** The only certificate that its WebSocket may show; null = the system judges. */
  readonly pin: string | null
  readonly clock: Clock
  readonly log: (text: string, error?: unknown) => void
}

export function asteriskLine({ pairing, remembered, pin, clock, log }: AsteriskLineOptions): Line {
  const { webSocket, extension, hint, folder, template, dialect } = pairing
  const own = [extension]
  let listener: LineListener | null = null
  let watch: FolderWatch | null = null
  const label = folder === null ? null : basename(folder) || folder
  const library: LibraryAccount = {
    key: accountKey('asterisk', webSocket, extension),
    passing: false,
    own: () => own,
    callLog: null,
    // Asterisk's own code names its files `auto-...`; how an application that pauses names them is not known
    automaticNames: () => dialect === 'start-stop',
    folder: folder === null || label === null ? null : { root: folder, label, template },
  }

  const stopWatching = async () => {
    const before = watch
    watch = null
    await before?.close()
  }

  const watchAnew = (root: string) => {
    const fresh = watchFolder({
      root,
      own,
      template,
      onSight: sight => watch === fresh && listener?.sight(sight),
      // what it missed, nobody knows: it vouches for nothing until it has begun anew
      onError: error => {
        if (watch !== fresh) return
        log('the folder of recordings cannot be watched', error)
        listener?.folderAlive(false)
        stopWatching().catch((failure: unknown) => log('the watched folder could not be closed', failure))
        clock.after(WATCH_AGAIN_MS, () => {
          if (watch === null && listener !== null) watchAnew(root)
        })
      },
    })
    watch = fresh
    void fresh.ready.then(() => watch === fresh && listener?.folderAlive(true))
  }

  return {
    account: () => ({
      kind: 'asterisk',
      server: new URL(webSocket).host,
      name: extension,
      extension,
      // without an API there is nothing that a companion could accompany
      use: 'phone',
      phonePossible: true,
      remembered,
      capabilities: null,
      folder: label,
    }),
    choose: () => undefined,
    offer: { recordApi: false, dialect, evidence: folder === null ? 'none' : 'folder', recordInfo: true },
    server: null,
    flags: null,
    right: null,
    automaticMeans: () => 'code',
    codeBy: () => 'phone',
    hinted: hint !== '',
    own,
    library,
    phone: () => Promise.resolve({ pin, line: phoneLineOf(pairing) }),
    start: given => {
      listener = given
      given.link('none')
      if (folder === null) return
      stopWatching().catch((failure: unknown) => log('the watched folder could not be closed', failure))
      watchAnew(folder)
    },
    setInCall: () => undefined,
    wake: () => undefined,
    close: () => {
      listener = null
      return stopWatching()
    },
  }
}
