/** What works here, in three lines for a person who has just signed in, and what to ask an administrator for. */
import { type AccountView, type Capabilities } from './account.ts'
import { type Text } from './text/index.ts'
import { atLeast } from './version.ts'

export type Works = 'yes' | 'partly' | 'no'
export interface WorksLine {
  readonly works: Works
  readonly words: string
}

/** One line each: this call, automatic recording, the own recordings. */
export function worksHere(can: Capabilities, { works: words }: Text): readonly WorksLine[] {
  return [thisCall(), automatic(), recordings()]

  function thisCall(): WorksLine {
    if (can.mayRecord === false) return { works: 'no', words: words.call.notAllowed }
    if (!can.recordApi) return { works: 'partly', words: can.readCalls ? words.call.byCode : words.call.blind }
    return can.pauseApi ? { works: 'yes', words: words.call.all } : { works: 'partly', words: words.call.noPause }
  }
  function automatic(): WorksLine {
    if (can.permanentWrite) return { works: 'yes', words: words.automatic.switches }
    return can.permanentRead
      ? { works: 'partly', words: words.automatic.code }
      : { works: 'no', words: words.automatic.unseen }
  }
  function recordings(): WorksLine {
    if (!can.listRecordings) return { works: 'no', words: words.recordings.none }
    return can.playRecordings
      ? { works: 'yes', words: words.recordings.all }
      : { works: 'partly', words: words.recordings.listed }
  }
}

/** A right as an administrator of Wazo finds it (wazo.md 1.7, 2.1). */
interface Missing {
  readonly what: keyof Text['works']['ask']
  readonly setting: string
}

/** What this user lacks, in the administrator's own terms. What only a newer server has is no right. */
export function missingRights(can: Capabilities): readonly Missing[] {
  const since = (year: number, number: number) => can.version === null || atLeast(can.version, [year, number])
  const missing: readonly (Missing | false)[] = [
    can.mayRecord === false && { what: 'record', setting: 'online_call_record_enabled = true' },
    !can.recordApi && since(21, 1) && { what: 'recordApi', setting: 'calld.users.me.calls.*.record.*.update' },
    !can.readCalls && { what: 'readCalls', setting: 'calld.users.me.calls.read' },
    !can.events && { what: 'events', setting: 'websocketd, events.calls.me' },
    !can.permanentRead && { what: 'permanentRead', setting: 'confd.users.me.read' },
    !can.permanentWrite && { what: 'permanentWrite', setting: 'confd.users.me.update' },
    !can.listRecordings && since(21, 2) && { what: 'listRecordings', setting: 'call-logd.users.me.cdr.read' },
    !can.playRecordings &&
      since(24, 12) && {
        what: 'playRecordings',
        setting: 'call-logd.users.me.cdr.*.recordings.*.media.read',
      },
  ]
  return missing.filter(one => one !== false)
}

/** A text for the administrator, to be copied; null = nothing is missing. */
export function askAdministrator(account: AccountView, text: Text): string | null {
  const { capabilities } = account
  const missing = capabilities === null ? [] : missingRights(capabilities)
  if (missing.length === 0) return null
  const { ask, request } = text.works
  return [
    request(account.name, account.extension, account.server),
    ...missing.map(({ what, setting }) => `- ${ask[what]} (${setting})`),
  ].join('\n')
}
