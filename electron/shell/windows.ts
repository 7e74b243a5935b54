/** The main window. */
import { BrowserWindow, nativeTheme } from 'electron'
import { APP_ORIGIN } from '../../shared/bridge.ts'
import { type Settings } from '../../shared/settings.ts'
import { log } from './log.ts'

/** What every page of the app gets: no Node, a world of its own, the operating system's sandbox. */
export const pagePreferences = (preload: string) =>
  ({
    preload,
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    webviewTag: false,
    spellcheck: false,
  }) as const

/** How long a page that died is given to be cleared away, milliseconds. */
const CLEARED_AWAY_MS = 100

export function openMainWindow(preload: string, icon: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 800,
    minWidth: 480,
    minHeight: 560,
    show: false,
    autoHideMenuBar: true,
    title: 'Tallylight',
    icon,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#16181c' : '#f7f7f8',
    webPreferences: pagePreferences(preload),
  })
  window.once('ready-to-show', () => window.show())
  // a page that died shows nothing, or worse, the last lamp
  window.webContents.on('render-process-gone', (_event, details) => {
    log(`the window's page is gone: ${details.reason}`)
    if (details.reason === 'clean-exit') return
    // in the turn of the news itself the dead one is not cleared away yet, and nothing is loaded in its place
    setTimeout(() => {
      if (!window.isDestroyed()) window.webContents.reload()
    }, CLEARED_AWAY_MS)
  })
  window.loadURL(`${APP_ORIGIN}/index.html`).catch((error: unknown) => log('the window could not be loaded', error))
  return window
}

/** Brings a window to the front. */
export function show(window: BrowserWindow | null): void {
  if (window === null || window.isDestroyed()) return
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}

/** It is seen and has the focus: whoever sits there looks at it. */
export const isInFront = (window: BrowserWindow | null): boolean =>
  window !== null && !window.isDestroyed() && window.isVisible() && !window.isMinimized() && window.isFocused()

/** Light, dark or the system's: pages follow `prefers-color-scheme`. */
export function applyTheme(theme: Settings['theme']): void {
  nativeTheme.themeSource = theme
}
