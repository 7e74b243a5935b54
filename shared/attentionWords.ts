/** Alarms, reminders and the question before leaving in words: what is so, since when, and what can be done at once. */
import { type Alarm } from './alarms.ts'
import { type CallView } from './call.ts'
import { isolated, peerName, short } from './peer.ts'
import { type Place } from './recording/view.ts'
import { type Reminder } from './reminders.ts'
import { type Format, type Text } from './text/index.ts'

export interface AttentionWords {
  readonly title: string
  /** What is known beside it. */
  readonly facts: readonly string[]
  /** The next step in the call; null = none is possible now. */
  readonly step: { readonly press: Place['press']; readonly words: string } | null
}

const name = (peer: Alarm['peer'], text: Text) => isolated(short(peerName(peer, text.app.unknownCaller)))

/** `calls`: those that live, for the step that is possible. */
export function alarmWords(alarm: Alarm, calls: readonly CallView[], text: Text, format: Format): AttentionWords {
  const { alarms: words } = text
  const { kind, last, resolved, endedAt, since } = alarm
  const facts: string[] = []
  if (kind === 'lost' && last !== null && resolved === null)
    facts.push(`${text.lamp.unknownLast[last.kind](format.clock(last.at))}.`)
  if (kind === 'automatic-missing' && alarm.elsewhere && resolved === null) facts.push(words.otherSide)
  if (resolved !== null) {
    facts.push(words.resolved[resolved.kind](format.clock(resolved.at)))
    facts.push(
      kind === 'lost' ? words.notKnownFrom(format.clock(last?.at ?? since)) : words.wrongFrom(format.clock(since)),
    )
  } else if (kind !== 'lost' || last === null) facts.push(words.since(format.clock(since)))
  if (endedAt !== null) facts.push(words.ended(format.clock(endedAt)))
  const call = calls.find(one => one.id === alarm.call)
  const wanted = {
    lost: 'check',
    'pause-refused': 'pause',
    'automatic-missing': 'start',
    'no-audio': null,
    'phone-stopped': null,
  } as const
  return {
    title: (isPast(alarm) ? words.past : words)[kind](name(alarm.peer, text)),
    facts,
    step: resolved !== null || call === undefined ? null : stepOf(call, wanted[kind], text),
  }
}

/** It is not so any more: nothing may say that it is. */
export const isPast = ({ resolved, endedAt }: Alarm): boolean => resolved !== null || endedAt !== null

export function reminderWords(
  { kind, call: id, peer, since }: Reminder,
  calls: readonly CallView[],
  text: Text,
  format: Format,
): AttentionWords {
  const call = calls.find(one => one.id === id)
  return {
    title: text.reminders[kind](name(peer, text)),
    facts: kind === 'long' ? [] : [text.alarms.since(format.clock(since))],
    step: kind === 'paused' && call !== undefined ? stepOf(call, 'resume', text) : null,
  }
}

/** The place that does it, as the window shows it; one that is barred is no step. */
function stepOf({ recording }: CallView, press: Place['press'] | null, text: Text): AttentionWords['step'] {
  const place = [recording.main, recording.stop].find(one => one?.press === press) ?? null
  if (
    place === null ||
    (place.barred !== null && place.barred !== 'settling') ||
    place.label === 'send-code' ||
    place.ask !== null
  )
    return null
  return { press: place.press, words: text.place[place.label] }
}
