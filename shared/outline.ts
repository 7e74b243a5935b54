/**
 * The one outline of the state: what every place says of it. Lamp bar, window title, tray, mini bar, notifications and keys
 * take their words from here and nowhere else, so that they never differ.
 */
import { dueInWords } from './automaticWords.ts'
import { type CallView } from './call.ts'
import { callInFocus, type LampView, lampView, refusalWords } from './lamp.ts'
import { isolated, peerName, short } from './peer.ts'
import { type Place } from './recording/view.ts'
import { type Snapshot } from './snapshot.ts'
import { type Format, type Text } from './text/index.ts'

/** Something to press, as the window shows it. */
export interface Action {
  readonly press: Place['press']
  readonly label: Place['label']
  readonly words: string
  /** It takes a press, now or in a moment. */
  readonly open: boolean
  /** Its label has just changed: what is pressed in this moment was meant for another. */
  readonly settling: boolean
  /** Something is asked before the press is carried out. */
  readonly asks: boolean
}

export interface Outline {
  readonly lamp: LampView
  /** The call that the lamp speaks of; null = none. */
  readonly call: CallView | null
  /** Who is at its other end, cut to a line's length; null = no call. */
  readonly peer: string | null
  /** Calls beside it. */
  readonly others: readonly CallView[]
  /** "+1" where there are others, else nothing. */
  readonly more: string
  /** What came of the last press, in words; null = nothing to say. */
  readonly refusal: string | null
  /** That a call which is not up yet will be recorded automatically, and why; null = it will not. */
  readonly due: string | null
  /** The two places, as far as they have something to press. */
  readonly actions: readonly Action[]
  /** Something went wrong that is not yet answered. */
  readonly alarmed: boolean
}

export function outlineOf(snapshot: Snapshot, text: Text, format: Format): Outline {
  const { calls, settings, alarms } = snapshot
  const call = callInFocus(calls)
  const others = calls.filter(other => other !== call && !other.isCode)
  return {
    lamp: lampView(call, settings.recordCode, text, format),
    call,
    peer: call === null ? null : short(peerName(call.peer, text.app.unknownCaller)),
    others,
    more: others.length === 0 ? '' : `+${others.length}`,
    refusal: call === null ? null : refusalWords(call.recording, settings.recordCode, text),
    due: call === null || call.status === 'up' ? null : dueInWords(call.automatic, text, format),
    actions: call === null ? [] : actionsOf(call, settings.recordCode, text),
    alarmed: alarms.length > 0,
  }
}

/** `settling` ends without a snapshot that says so, which is why it counts as open: the press itself is guarded. */
export function actionsOf({ recording }: CallView, recordCode: string, text: Text): readonly Action[] {
  return [recording.main, recording.stop]
    .filter(place => place !== null)
    .map(({ press, label, barred, ask }) => ({
      press,
      label,
      words: label === 'send-code' ? text.place['send-code'](recordCode) : text.place[label],
      open: barred === null || barred === 'settling',
      settling: barred === 'settling',
      asks: ask !== null,
    }))
}

/** "Recording, Marie Tremblay, +1": the line of a tooltip and of the menu's head. Plain text, for places of the system. */
export function line({ lamp, peer, more }: Outline): string {
  return [lamp.word, peer, more].filter(part => part !== null && part !== '').join(' · ')
}

/** The window's title: what is true first, since a task bar cuts the rest off. */
export function title(outline: Outline, text: Text): string {
  return `${line(outline)} - ${text.app.name}`
}

/** "Pause: Marie Tremblay": an action where its call cannot be seen beside it. */
export function named(words: string, peer: string | null): string {
  return peer === null ? words : `${words}: ${isolated(peer)}`
}
