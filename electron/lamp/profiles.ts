/** The servers that the core is driven against (wazo.md 11.2; asterisk.md 4). */
import { type Offer } from '../calls/means.ts'

export interface Profile {
  readonly name: string
  readonly offer: Offer
  /** What `*3` does there. */
  readonly dialect: 'pause' | 'stop'
  /** 25.03: `record/pause` and `/resume`, and events by the name of recording_*. */
  readonly pauseApi: boolean
  /** 25.02: without the permission, recording on demand is refused. */
  readonly permission: boolean
  /** 26.08: the phone is told calld's id of its call. */
  readonly callId: boolean
  /** INFO `Record:` is taken; else it is refused with 403. */
  readonly oneTouch: boolean
}

const wazo: Profile = {
  name: 'Wazo 26.08',
  offer: { recordApi: true, dialect: 'start-pause-resume', evidence: 'calls', digitsApi: true },
  dialect: 'pause',
  pauseApi: true,
  permission: true,
  callId: true,
  oneTouch: false,
}
const bare: Profile = {
  name: 'Asterisk with a folder',
  offer: { recordApi: false, dialect: 'start-stop', evidence: 'folder', recordInfo: true },
  dialect: 'stop',
  pauseApi: false,
  permission: false,
  callId: false,
  oneTouch: true,
}

export const PROFILES: readonly Profile[] = [
  wazo,
  {
    ...wazo,
    name: 'Wazo 21.01',
    offer: { recordApi: true, dialect: 'start-stop', evidence: 'calls', digitsApi: true },
    dialect: 'stop',
    pauseApi: false,
    permission: false,
    callId: false,
  },
  { ...wazo, name: 'Wazo 26.08 without the right to use the record API', offer: { ...wazo.offer, recordApi: false } },
  bare,
  {
    ...bare,
    name: 'Asterisk that pauses, with a folder',
    offer: { ...bare.offer, dialect: 'start-pause-resume', recordInfo: false },
    dialect: 'pause',
    oneTouch: false,
  },
  { ...bare, name: 'Asterisk without a folder', offer: { ...bare.offer, evidence: 'none' } },
]
