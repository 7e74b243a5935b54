/** The mini bar: a small window above all others, shown without taking the focus. Its place is remembered. */
import { BrowserWindow, screen, type Rectangle, type WebContents } from 'electron'
import { z } from 'zod'
import { APP_ORIGIN } from '../../shared/bridge.ts'
import { log } from './log.ts'
import { tellSeen } from './seen.ts'
import { type PlainStore } from './store.ts'
import { pagePreferences } from './windows.ts'

const SIZE = { width: 400, height: 72 }
/** From the corner of the screen where it first appears. */
const MARGIN = 16
const PLACE = 'miniBar'
const Place = z.object({ x: z.number().int(), y: z.number().int() })

export class MiniBar {
  readonly #preload: string
  readonly #store: PlainStore
  #window: BrowserWindow | null = null
  #wanted = false

  constructor(preload: string, store: PlainStore) {
    this.#preload = preload
    this.#store = store
  }

  get contents(): WebContents | null {
    return this.#window === null || this.#window.isDestroyed() ? null : this.#window.webContents
  }

  /** Shows or hides it. The page is made once it is needed, and kept for the next call. */
  set(wanted: boolean): void {
    if (wanted === this.#wanted) return
    this.#wanted = wanted
    tellSeen('mini-bar', wanted)
    if (this.contents === null) {
      if (wanted) this.#open()
    } else if (wanted) this.#window?.showInactive()
    else this.#window?.hide()
  }

  close(): void {
    this.#wanted = false
    if (this.contents !== null) this.#window?.destroy()
    this.#window = null
  }

  #open(): void {
    const window = new BrowserWindow({
      ...SIZE,
      ...this.#place(),
      show: false,
      frame: false,
      resizable: false,
      maximizable: false,
      fullscreenable: false,
      alwaysOnTop: true,
      skipTaskbar: true,
      title: 'Tallylight',
      webPreferences: pagePreferences(this.#preload),
    })
    this.#window = window
    // above what fills the screen too, where the system allows it
    window.setAlwaysOnTop(true, 'screen-saver')
    window.once('ready-to-show', () => {
      if (this.#wanted) window.showInactive()
    })
    window.on('moved', () => this.#store.set(PLACE, Place.parse(window.getBounds())))
    window.on('closed', () => {
      if (this.#window === window) this.#window = null
      this.#wanted = false
    })
    window.webContents.on('render-process-gone', (_event, { reason }) => {
      log(`the mini bar's page is gone: ${reason}`)
      // a page that died shows nothing, or worse, the last lamp
      if (!window.isDestroyed()) window.destroy()
    })
    window.loadURL(`${APP_ORIGIN}/mini.html`).catch((error: unknown) => log('the mini bar could not be loaded', error))
  }

  /** Where it was, if a screen is still there; else the lower right corner. */
  #place(): { x: number; y: number } {
    const kept = Place.safeParse(this.#store.get(PLACE))
    const wanted: Rectangle | null = kept.success ? { ...kept.data, ...SIZE } : null
    const { workArea } = wanted === null ? screen.getPrimaryDisplay() : screen.getDisplayMatching(wanted)
    const right = workArea.x + workArea.width - SIZE.width
    const bottom = workArea.y + workArea.height - SIZE.height
    const within = (value: number, least: number, most: number) => Math.max(least, Math.min(most, value))
    return {
      x: within(wanted?.x ?? right - MARGIN, workArea.x, right),
      y: within(wanted?.y ?? bottom - MARGIN, workArea.y, bottom),
    }
  }
}
