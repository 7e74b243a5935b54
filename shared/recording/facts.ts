/**
 * What recording control relies on: facts of servers, each with where it is known from and the Wazo versions that it holds
 * for; and our own terms.
 */

/** A Wazo release, `[year, number]`. */
export type Release = readonly [number, number]

export interface ServerFact<Value> {
  readonly value: Value
  /** A section of the reference, a module of Asterisk's, a recorded call. */
  readonly source: string
  /** The first Wazo release that it holds for; null = it is no Wazo's. */
  readonly since: Release | null
  /** The last one; null = it holds to this day. */
  readonly until: Release | null
}

/** The oldest release that this app knows of. */
const FIRST: Release = [17, 5]

function fact<const Value, const Since extends Release | null = Release>(
  value: Value,
  source: string,
  versions: { readonly since: Since; readonly until?: Release },
) {
  return { value, source, since: versions.since, until: versions.until ?? null }
}

export const SERVER = {
  /** `record_state` of a call: the truth about the user's own leg, and about that alone. */
  recordStates: fact({ inactive: 'off', active: 'recording', paused: 'paused' }, 'wazo.md 4.4, 7.1', {
    since: [21, 1],
  }),
  /** What a channel that is a call says of itself; any other word is no call (yet), or not any more. */
  callStatuses: fact(
    {
      Ring: 'ringing-out',
      Dialing: 'ringing-out',
      Ringing: 'ringing-in',
      Up: 'up',
      // the dialplan's Busy() on a channel that was never answered (app.c, pbx_builtin_busy)
      Busy: 'ringing-out',
    },
    'wazo.md 7.1; Asterisk channelstate.h',
    { since: FIRST },
  ),
  /** `*3` starts, then pauses and resumes, and never stops. Before, it starts and stops. */
  star3Pauses: fact(true, 'wazo.md 4.1; scenario 04', { since: [25, 3] }),
  /** `*3` is heard only while the leg is bridged, and without a word otherwise. */
  star3NeedsBridge: fact(true, 'wazo.md 4.1; asterisk.md 4 (extension 602)', { since: FIRST }),
  /** The next digit of a code must come within that, milliseconds; the administrator may change it. */
  digitTimeoutMs: fact(1_500, 'wazo.md 2.2 (featuredigittimeout); asterisk.md 4', { since: FIRST }),
  /** `record/start` works on a channel that nobody has answered. */
  startWhileRinging: fact(true, 'wazo.md 0a; wazo-transcripts oddity 12', { since: [21, 1] }),
  /** Start while paused is accepted and does nothing. */
  startWhilePausedIsVoid: fact(true, 'wazo.md 0a, 4.3; scenario 08', { since: [25, 3] }),
  /** Stop while paused answers 503 and stays paused: resume, see `recording`, then stop. */
  stopWhilePausedFails: fact(true, 'wazo.md 0a; scenario 08', { since: [25, 3] }),
  /** The user's own permission governs API and `*3` alike: 403 `recording-unauthorized` is final for a leg. */
  permissionGovernsAll: fact(true, 'wazo.md 4.1, 4.3', { since: [25, 2] }),
  /** A callee of a queue or group is governed by its permission, not by his own. */
  calleeByQueue: fact(true, 'wazo.md 4.3 (_toggle_record_allowed)', { since: [25, 2] }),
  /** A recording that is not allowed to this user was begun automatically: that alone bypasses the permission. */
  onlyAutomaticBypasses: fact(true, 'wazo.md 4.3, 4.6', { since: [25, 2] }),
  /** A changed permission counts for legs that begin after the server has loaded it. */
  permissionFromNextLeg: fact(true, 'wazo.md 0a; scenario 03', { since: [25, 2] }),
  /** calld takes digits for a call on any of the user's devices. */
  dtmfApi: fact(true, 'wazo.md 4.2, 11.1', { since: [20, 8] }),
  /** Digits through calld press the code. They do not: they reach the other party. */
  dtmfByApiPressesCode: fact(false, 'wazo.md 0a; scenario 19', { since: [26, 8] }),
  /**
   * A transfer by us ends our part of the call. Wazo records the presser's own channel, so that his recording ends with it,
   * blind or attended.
   */
  transferEndsRecording: fact(true, 'wazo.md 0a, 4.4; wazo-transcripts oddity 12', { since: FIRST }),
  /** A bare Asterisk's `*3` records the other side's channel, which may go on without us. */
  transferMayKeepRecording: fact(true, 'asterisk.md 4 (automixmon); asterisk/asterisk #507', { since: null }),
  /** INFO `Record:` is a toggle whatever it says, and 200 proves nothing. */
  recordInfoToggles: fact(true, 'asterisk.md 5 (res_pjsip_one_touch_record_info)', { since: null }),
  /** Statuses that surely refuse an INFO `Record:`: not enabled, no such dialog. */
  recordInfoRefuses: fact([403, 481], 'asterisk.md 5 (res_pjsip_one_touch_record_info)', { since: null }),
} as const satisfies Record<string, ServerFact<unknown>>

/** Our own terms, milliseconds. */
export const FACTS = {
  /** A state is read once this long after the wish was acknowledged; digits: after the last one. (design 3) */
  proofAfterMs: 2_000,
  /** A command that is not even acknowledged by then may or may not have worked: read. (design 3) */
  acknowledgeWithinMs: 5_000,
  /** A read that has not answered by then is no answer. (design 3) */
  readWithinMs: 3_000,
  /** `unknown` at the latest this long after the last sign of life. (design 3) */
  unknownAfterMs: 6_000,
  /** Whatever carries a toggle has answered by then: a phone gives an INFO up after 32 s. (asterisk.md 5) */
  carriedWithinMs: 35_000,
  /** A stream in a call gives a sign of life every 2 s; after so long without one it is read whether all stands. */
  overdueMs: 3_000,
  /** Reads during a call while the stream lives: after 6 quiet seconds the lamp is right, also where an event was lost. */
  readEveryMs: 5_000,
  /** ... and while it is cut. (design 3) */
  readEveryCutMs: 2_000,
  /** A place takes no press this long after its label changed: proof comes in 100 ms. (design 5) */
  inertMs: 800,
  /** A plan waits that long before it toggles: a recording that begins by itself must not be paused by it. */
  planToggleAfterMs: 1_000,
  /** A plan that could not be carried out that long after the call was connected has failed. */
  planWithinMs: 5_000,
} as const
