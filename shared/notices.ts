/** Which notifications the step from one snapshot to the next is worth. Nothing of them claims more than the lamp. */
import { alarmWords, isPast, reminderWords } from './attentionWords.ts'
import { askerOf, outcomeOf, outcomeWords, reasons, titleWords } from './ending.ts'
import { dueInWords } from './automaticWords.ts'
import { type LastCall } from './call.ts'
import { lampView, refusalWords } from './lamp.ts'
import { isNewlyRefused } from './news.ts'
import { peerName, plain, short } from './peer.ts'
import { type Snapshot } from './snapshot.ts'
import { failureText, type Format, type Text } from './text/index.ts'

export interface Notice {
  readonly id: string
  readonly title: string
  readonly body: string
  /** Shown even while the window is in front. */
  readonly always: boolean
}

export interface Notices {
  readonly show: readonly Notice[]
  /** Ids of what is no longer so. */
  readonly close: readonly string[]
}

export function noticesOf(before: Snapshot, after: Snapshot, text: Text, format: Format): Notices {
  const name = (peer: { name: string; number: string }) => short(peerName(peer, text.app.unknownCaller))
  const { recordCode } = after.settings
  const show: Notice[] = []
  const notice = (id: string, title: string, body: string, always = false) =>
    show.push({ id, title: plain(title), body: plain(body), always })

  const raised = after.alarms.filter(alarm => !before.alarms.some(one => one.id === alarm.id))
  // what is no longer so is not left standing as if it were
  const turned = after.alarms.filter(alarm =>
    before.alarms.some(one => one.id === alarm.id && isPast(one) !== isPast(alarm)),
  )
  for (const alarm of [...raised, ...turned]) {
    const { title, facts } = alarmWords(alarm, after.calls, text, format)
    notice(alarm.id, title, facts.join(' '), true)
  }
  for (const reminder of after.reminders.filter(one => !before.reminders.some(former => former.id === one.id))) {
    const { title, facts } = reminderWords(reminder, after.calls, text, format)
    notice(reminder.id, title, facts.join(' '))
  }
  for (const call of after.calls.filter(one => !one.isCode)) {
    const former = before.calls.find(one => one.id === call.id) ?? null
    if (call.status === 'ringing-in' && former === null)
      notice(ringing(call.id), text.shell.incoming(name(call.peer)), dueInWords(call.automatic, text, format) ?? '')
    if (isNewlyRefused(former, call) && !raised.some(alarm => alarm.call === call.id)) {
      const words = refusalWords(call.recording, recordCode, text) ?? ''
      notice(`refusal:${call.id}`, `${lampView(call, recordCode, text, format).word} · ${name(call.peer)}`, words)
    }
  }
  const { callFailure, lastCall } = after
  if (callFailure !== null && callFailure.at !== before.callFailure?.at)
    notice(
      'call-failure',
      text.calls.failed(plain(callFailure.number)),
      failureText(after.language, callFailure.failure),
    )
  if (lastCall !== null && lastCall.endedAt !== before.lastCall?.endedAt)
    notice('end', titleWords(lastCall, name(lastCall.peer), text), endOf(after, lastCall, text, format))

  const gone = [
    ...before.alarms.filter(alarm => !after.alarms.some(one => one.id === alarm.id)),
    ...before.reminders.filter(reminder => !after.reminders.some(one => one.id === reminder.id)),
  ].map(one => one.id)
  const rang = before.calls
    .filter(call => call.status === 'ringing-in')
    .filter(call => after.calls.find(one => one.id === call.id)?.status !== 'ringing-in')
    .map(call => ringing(call.id))
  return { show, close: [...gone, ...rang] }
}

const ringing = (call: string) => `ringing:${call}`

/** What of a call was recorded; of one that was not, the first reason that is known. */
function endOf(snapshot: Snapshot, last: LastCall, text: Text, format: Format): string {
  const said = outcomeWords(last, text, format)
  const outcome = outcomeOf(last)
  if (outcome !== 'none' && outcome !== 'not-known') return said
  return [said, ...reasons(last, askerOf(snapshot), text, format).slice(0, 1)].join(' ')
}
