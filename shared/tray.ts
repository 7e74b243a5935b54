/** What the tray says of a snapshot: its picture, its tooltip and its menu, in the words of the outline. */
import { alarmWords } from './attentionWords.ts'
import { type LampView } from './lamp.ts'
import { line, named, outlineOf } from './outline.ts'
import { plain } from './peer.ts'
import { type Place } from './recording/view.ts'
import { CHOICES, type Settings } from './settings.ts'
import { type Snapshot } from './snapshot.ts'
import { type Format, type Text } from './text/index.ts'

export type TrayPicture = Pick<LampView, 'lamp' | 'wish' | 'refused'> & { readonly alarmed: boolean }

/** What an item of the menu does. */
export type Deed =
  /** `asks`: something must be answered first, so the window comes to the front and asks. */
  | { readonly do: 'press'; readonly call: string; readonly press: Place['press']; readonly asks: boolean }
  | { readonly do: 'mini-bar'; readonly choice: Settings['miniBar'] }
  | { readonly do: 'show' }
  | { readonly do: 'quit' }

export type TrayItem =
  | { readonly kind: 'line' }
  | { readonly kind: 'words'; readonly words: string }
  | { readonly kind: 'deed'; readonly words: string; readonly open: boolean; readonly deed: Deed }
  | {
      readonly kind: 'choice'
      readonly words: string
      readonly choices: readonly { readonly words: string; readonly chosen: boolean; readonly deed: Deed }[]
    }

export interface TrayView {
  readonly picture: TrayPicture
  readonly tooltip: string
  readonly menu: readonly TrayItem[]
}

export function trayOf(snapshot: Snapshot, text: Text, format: Format): TrayView {
  const outline = outlineOf(snapshot, text, format)
  const { lamp, call, peer, actions, alarmed } = outline
  const said = snapshot.stage.stage === 'ready' ? line(outline) : text.app.name
  // menus of the system show what isolates text as boxes
  const alarms = snapshot.alarms.map(alarm => plain(alarmWords(alarm, snapshot.calls, text, format).title))
  const deed = (words: string, open: boolean, what: Deed): TrayItem => ({ kind: 'deed', words, open, deed: what })
  const parts: readonly (readonly TrayItem[])[] = [
    [
      { kind: 'words', words: said },
      ...alarms.map(words => deed(`${text.shell.alarm}: ${words}`, true, { do: 'show' })),
    ],
    call === null
      ? []
      : actions.map(({ press, words, open, asks }) =>
          deed(plain(named(words, peer)), open, { do: 'press', call: call.id, press, asks }),
        ),
    [
      deed(text.shell.show, true, { do: 'show' }),
      {
        kind: 'choice',
        words: text.shell.miniBar,
        choices: CHOICES.miniBar.map(choice => ({
          words: text.settings.nobody.miniBars[choice],
          chosen: snapshot.settings.miniBar === choice,
          deed: { do: 'mini-bar', choice },
        })),
      },
    ],
    [deed(text.shell.quit, true, { do: 'quit' })],
  ]
  return {
    picture: { lamp: lamp.lamp, wish: lamp.wish, refused: lamp.refused, alarmed },
    tooltip: alarmed ? `${text.shell.alarm} · ${said}` : said,
    menu: parts.filter(part => part.length > 0).flatMap((part, at) => (at === 0 ? part : [{ kind: 'line' }, ...part])),
  }
}
