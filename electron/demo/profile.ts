/** What differs between the server versions that the demo can play (wazo.md 11). */

export const profileNames = ['26.08', '24.06'] as const
export type ProfileName = (typeof profileNames)[number]

export interface Profile {
  /** `wazo_version` of confd's /infos. */
  readonly version: ProfileName
  /** 24.12: a user may hear the recordings of his own calls. */
  readonly userMedia: boolean
  /** 25.03: pause and resume, `paused`, recording_* events, and `*3` that pauses. */
  readonly pause: boolean
  /** 24.09: `conversation_id` in the call log, and its filter. */
  readonly conversationId: boolean
  /** 24.13: `requested_user_uuid` in the call log. */
  readonly requestedUser: boolean
  /** 25.07: `call_status` in the call log; 26.08: `voicemail`. */
  readonly callStatus: boolean
  /** 26.04: `Wazo-Sessions-Revoked` in the answer to a login. */
  readonly sessionsRevoked: boolean
  /** 24.08: the `backend` of a login is ignored. */
  readonly anyBackend: boolean
  /** 24.11: `call-origin-unavailable` of an originate. */
  readonly originUnavailable: boolean
  /** 25.02: 403 `recording-unauthorized`. Before, everybody might record by the API. */
  readonly recordingPermission: boolean
}

export const profiles: Record<ProfileName, Profile> = {
  '26.08': {
    version: '26.08',
    userMedia: true,
    pause: true,
    conversationId: true,
    requestedUser: true,
    callStatus: true,
    sessionsRevoked: true,
    anyBackend: true,
    originUnavailable: true,
    recordingPermission: true,
  },
  '24.06': {
    version: '24.06',
    userMedia: false,
    pause: false,
    conversationId: false,
    requestedUser: false,
    callStatus: false,
    sessionsRevoked: false,
    anyBackend: false,
    originUnavailable: false,
    recordingPermission: false,
  },
}
