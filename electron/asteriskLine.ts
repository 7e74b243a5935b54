/** A bare Asterisk: SIP for everything, a folder for evidence and recordings where there is one. */
import { basename } from 'node:path'
import { asteriskLine as phoneLineOf, type KeptPairing } from './account/asteriskPairing.ts'
import { createFolderSource } from './library/folder.ts'
import { type LibrarySource } from './library/source.ts'
import { watchFolder, type FolderWatch } from './library/watch.ts'
import { type Line, type LineListener } from './line.ts'

/** A server without anything to list. */
const NOTHING: LibrarySource = {
  list: () => Promise.resolve({ entries: [], next: null, unread: 0 }),
  open: () => Promise.reject(new Error('there is no folder to open')),
  close: () => Promise.resolve(),
}

export interface AsteriskLineOptions {
  readonly pairing: KeptPairing
  /** The pairing survives a restart. */
  readonly remembered: boolean
  /** The only certificate that its WebSocket may show; null = the system judges. */
  readonly pin: string | null
  readonly log: (text: string, error?: unknown) => void
}

export function asteriskLine({ pairing, remembered, pin, log }: AsteriskLineOptions): Line {
  const { webSocket, extension, hint, folder, template } = pairing
  const own = [extension]
  let listener: LineListener | null = null
  let watch: FolderWatch | null = null
  const library =
    folder === null
      ? NOTHING
      : createFolderSource({ root: folder, own, template, onChanged: () => listener?.recordingsChanged() })

  const watchAnew = (
    root: string,
    { onSight, onLive }: { onSight: LineListener['sight']; onLive: LineListener['folderAlive'] },
  ) => {
    const fresh = watchFolder({
      root,
      own,
      template,
      onSight,
      onError: error => {
        log('the folder of recordings cannot be watched', error)
        onLive(false)
      },
    })
    watch = fresh
    fresh.ready.then(
      () => watch === fresh && onLive(true),
      (error: unknown) => {
        log('the folder of recordings cannot be read', error)
        onLive(false)
      },
    )
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
      folder: folder === null ? null : basename(folder) || folder,
    }),
    choose: () => undefined,
    offer: { recordApi: false, dialect: 'start-stop', evidence: folder === null ? 'none' : 'folder' },
    server: null,
    flags: null,
    automaticMeans: () => 'code',
    hinted: hint !== '',
    own,
    library,
    phone: () => Promise.resolve({ pin, line: phoneLineOf(pairing) }),
    start: given => {
      listener = given
      given.link('none')
      if (folder === null) return
      void watch?.close()
      watchAnew(folder, { onSight: sight => given.sight(sight), onLive: alive => given.folderAlive(alive) })
    },
    setInCall: () => undefined,
    wake: () => undefined,
    close: async () => {
      await watch?.close()
    },
  }
}
