/** The tray: the lamp's shape, the truth as its tooltip and first line, and the presses of the call that one is in. */
import { execFile } from 'node:child_process'
import { app, Menu, nativeImage, Tray, type MenuItemConstructorOptions, type NativeImage } from 'electron'
import { type Deed, type TrayItem, type TrayPicture, type TrayView } from '../../shared/tray.ts'
import { log } from './log.ts'
import { trayIsDark } from './runtime.ts'
import { tellSeen } from './seen.ts'
import { trayPixels } from './trayIcon.ts'

/** A side of the picture in points: what the system's own icons have. */
const SIZE = process.platform === 'win32' ? 16 : process.platform === 'darwin' ? 18 : 22
/** The longest tooltip that Windows shows, in characters. */
const TOOLTIP = 127

export class TrayLamp {
  readonly #run: (deed: Deed) => void
  #tray: Tray | null = null
  #drawn: { picture: string; tooltip: string; menu: string } = { picture: '', tooltip: '', menu: '' }

  constructor(run: (deed: Deed) => void) {
    this.#run = run
  }

  /** Draws what changed. A desktop without a place for it shows nothing, and nothing breaks. */
  draw(view: TrayView): void {
    const dark = trayIsDark()
    const picture = JSON.stringify([view.picture, dark])
    const menu = JSON.stringify(view.menu)
    const { tooltip } = view
    if (this.#tray === null) {
      try {
        this.#tray = new Tray(image(view.picture, dark))
        this.#tray.on('click', () => this.#run({ do: 'show' }))
      } catch (error) {
        return log('there is no tray', error)
      }
    } else if (picture !== this.#drawn.picture) this.#tray.setImage(image(view.picture, dark))
    if (tooltip !== this.#drawn.tooltip) this.#tray.setToolTip(tooltip.slice(0, TOOLTIP))
    if (menu !== this.#drawn.menu)
      this.#tray.setContextMenu(Menu.buildFromTemplate(view.menu.map(item => this.#item(item))))
    this.#drawn = { picture, tooltip, menu }
    tellSeen('tray', view)
  }

  close(): void {
    this.#tray?.destroy()
    this.#tray = null
  }

  #item(item: TrayItem): MenuItemConstructorOptions {
    switch (item.kind) {
      case 'line':
        return { type: 'separator' }
      case 'words':
        return { label: literal(item.words), enabled: false }
      case 'deed':
        return { label: literal(item.words), enabled: item.open, click: () => this.#run(item.deed) }
      case 'choice':
        return {
          label: literal(item.words),
          submenu: item.choices.map(({ words, chosen, deed }) => ({
            label: literal(words),
            type: 'radio',
            checked: chosen,
            click: () => this.#run(deed),
          })),
        }
    }
  }
}

/** An ampersand of a name underlines no letter. */
const literal = (words: string) => words.replaceAll('&', '&&')

const images = new Map<string, NativeImage>()

/** Each picture is drawn once. */
function image(picture: TrayPicture, dark: boolean): NativeImage {
  const key = JSON.stringify([picture, dark])
  const known = images.get(key)
  if (known !== undefined) return known
  const made = nativeImage.createEmpty()
  images.set(key, made)
  for (const scaleFactor of [1, 2]) {
    const size = SIZE * scaleFactor
    made.addRepresentation({ scaleFactor, width: size, height: size, buffer: trayPixels(picture, size, dark) })
  }
  return made
}

/**
 * Is there a place where a tray icon is seen? Windows and macOS have one. On Linux only where somebody watches for status
 * icons (the name on the message bus); whoever cannot be asked has none, so that no window is hidden for good.
 */
export function findTray(): Promise<boolean> {
  const said = app.commandLine.getSwitchValue('tray')
  if (said === 'yes' || said === 'no') return Promise.resolve(said === 'yes')
  if (process.platform !== 'linux') return Promise.resolve(true)
  const question = ['--session', '--print-reply', '--dest=org.freedesktop.DBus', '/org/freedesktop/DBus']
  const name = ['org.freedesktop.DBus.NameHasOwner', 'string:org.kde.StatusNotifierWatcher']
  return new Promise(resolve => {
    execFile('dbus-send', [...question, ...name], { timeout: 3_000 }, (error, answer) =>
      resolve(error === null && answer.includes('boolean true')),
    )
  })
}
