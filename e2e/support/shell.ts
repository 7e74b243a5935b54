/** What the app shows outside of its windows: the tray's own menu and tooltip, and what was notified and sounded. */
import { type Tray } from 'electron'
import { expect, type ElectronApplication, type Page } from '@playwright/test'
import { type Notice } from '../../shared/notices.ts'
import { type TrayView } from '../../shared/tray.ts'

interface World {
  menu: Electron.Menu | null
  /** Clicked as soon as it is there. */
  awaited: string | null
  tooltip: string
  tray: TrayView | null
  notices: Notice[]
  cues: string[]
}

export interface Shell {
  /** The words of the tray's own menu, those that can be pressed marked with `>`. */
  menu(): Promise<string[]>
  tooltip(): Promise<string>
  tray(): Promise<TrayView | null>
  notices(): Promise<Notice[]>
  cues(): Promise<string[]>
  /** Clicks an item whose words begin so, as often as told, in one turn. */
  click(words: string, times?: number): Promise<void>
  /** Clicks an item in the very turn in which it first appears. */
  clickAtOnce(words: string): Promise<void>
  /** The main window's title, as the system has it. */
  title(): Promise<string>
  hide(): Promise<void>
  isVisible(): Promise<boolean>
}

/** Looks on from now on. */
export async function watchShell(app: ElectronApplication): Promise<Shell> {
  await app.evaluate(({ app: main, Tray }) => {
    const world: World = { menu: null, awaited: null, tooltip: '', tray: null, notices: [], cues: [] }
    Object.assign(globalThis, { shellWorld: world })
    main.on('tallylight-tray' as 'activate', (view: unknown) => (world.tray = view as TrayView))
    main.on('tallylight-notification' as 'activate', (notice: unknown) => world.notices.push(notice as Notice))
    main.on('tallylight-cue' as 'activate', (cue: unknown) => world.cues.push(cue as string))
    // the object of the system cannot be read back: what it is given is noted on its way
    const note = <K extends 'setContextMenu' | 'setToolTip'>(
      name: K,
      take: (given: Parameters<Tray[K]>[0]) => void,
    ) => {
      const given = Object.getOwnPropertyDescriptor(Tray.prototype, name)?.value as (this: Tray, what: unknown) => void
      Tray.prototype[name] = function (this: Tray, what: never) {
        take(what)
        given.call(this, what)
      }
    }
    note('setContextMenu', menu => {
      world.menu = menu
      const item = menu?.items.find(one => world.awaited !== null && one.label.startsWith(world.awaited))
      if (item === undefined) return
      world.awaited = null
      const click = item.click as () => void
      click.call(item)
    })
    note('setToolTip', words => (world.tooltip = words))
  })
  const main = (what: 'title' | 'hide' | 'visible') =>
    app.evaluate(({ BrowserWindow }, wanted) => {
      const window = BrowserWindow.getAllWindows().find(one => one.webContents.getURL().endsWith('/index.html'))
      if (window === undefined) throw new Error('there is no main window')
      if (wanted === 'hide') window.hide()
      return wanted === 'title' ? window.getTitle() : window.isVisible()
    }, what)
  return {
    menu: () =>
      app.evaluate(() => {
        const { menu } = (globalThis as unknown as { shellWorld: World }).shellWorld
        return (menu?.items ?? [])
          .filter(item => item.type !== 'separator')
          .map(item => `${item.enabled && item.type === 'normal' ? '> ' : ''}${item.label}`)
      }),
    tooltip: () => app.evaluate(() => (globalThis as unknown as { shellWorld: World }).shellWorld.tooltip),
    tray: () => app.evaluate(() => (globalThis as unknown as { shellWorld: World }).shellWorld.tray),
    notices: () => app.evaluate(() => (globalThis as unknown as { shellWorld: World }).shellWorld.notices),
    cues: () => app.evaluate(() => (globalThis as unknown as { shellWorld: World }).shellWorld.cues),
    click: (words, times = 1) =>
      app.evaluate(
        (_electron, [label, count]) => {
          const { menu } = (globalThis as unknown as { shellWorld: World }).shellWorld
          const item = menu?.items.find(one => one.label.startsWith(label))
          if (item === undefined) throw new Error(`the tray has no ${label}`)
          const click = item.click as () => void
          for (let at = 0; at < count; at++) click.call(item)
        },
        [words, times] as const,
      ),
    clickAtOnce: words =>
      app.evaluate((_electron, label) => {
        ;(globalThis as unknown as { shellWorld: World }).shellWorld.awaited = label
      }, words),
    title: () => main('title').then(String),
    hide: async () => void (await main('hide')),
    isVisible: () => main('visible').then(Boolean),
  }
}

/** How often a cue has sounded to its end, by the clock of the phone page's audio. */
export async function sounded(phone: Page, cue: string, times = 1): Promise<void> {
  await expect
    .poll(() => phone.evaluate(name => Number(document.documentElement.dataset[name] ?? 0), cue), { timeout: 15_000 })
    .toBeGreaterThanOrEqual(times)
}

/** The mini bar's page. */
export async function miniBar(app: ElectronApplication): Promise<Page> {
  const find = () => app.windows().find(one => one.url().endsWith('/mini.html'))
  await expect.poll(() => find() !== undefined, { message: 'a mini bar', timeout: 15_000 }).toBe(true)
  const found = find()
  if (found === undefined) throw new Error('there is no mini bar')
  return found
}
