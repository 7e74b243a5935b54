/** Wazo's access control lists: the grammar of xivo-lib-python's `AccessCheck`, and the policies of the demo's users. */

export interface AccessOwner {
  /** What `me` in a granted entry stands for besides the word itself. */
  readonly userUuid: string
  /** What `my_session` stands for. */
  readonly sessionUuid: string
}

const escapeRegex = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function entryRegex(entry: string, owner: AccessOwner): RegExp {
  const segments = entry.split('.').map(segment => {
    switch (segment) {
      case '*':
        return '[^.]*'
      case '#':
        return '.*'
      case 'me':
        return `(?:me|${escapeRegex(owner.userUuid)})`
      case 'my_session':
        return `(?:my_session|${escapeRegex(owner.sessionUuid)})`
      case 'edit':
      case 'update':
        return '(?:edit|update)'
      default:
        return escapeRegex(segment)
    }
  })
  return new RegExp(`^${segments.join('\\.')}$`)
}

/**
 * Does a token with these granted entries allow the required access?
 * `*` is one segment, `#` any number of characters, `!` in front refuses and wins (wazo.md 1.7).
 */
export function grants(acl: readonly string[], required: string, owner: AccessOwner): boolean {
  let allowed = false
  for (const entry of acl) {
    if (entry.startsWith('!')) {
      if (entryRegex(entry.slice(1), owner).test(required)) return false
    } else if (!allowed && entryRegex(entry, owner).test(required)) {
      allowed = true
    }
  }
  return allowed
}

/** A value from a path as a segment of a required access: dots become underscores (`1697.12` is `1697_12`). */
export const aclSegment = (value: string): string => value.replace(/\./g, '_')

/** `wazo_default_user_policy` of 26.08 (wazo-auth-keys, as recorded in a token). */
export const defaultUserPolicy: readonly string[] = [
  'agentd.users.me.#',
  'auth.users.me.external.#',
  'auth.users.me.password.update',
  'auth.users.me.sessions.*.delete',
  'auth.users.me.sessions.read',
  'auth.users.me.tokens.*.delete',
  'auth.users.me.tokens.read',
  'call-logd.users.me.#',
  'calld.lines.*.presences.read',
  'calld.parkings.#',
  'calld.switchboards.#',
  'calld.transfers.*.complete.update',
  'calld.transfers.*.delete',
  'calld.transfers.*.read',
  'calld.users.me.#',
  'calld.users.me.conferences.*.participants.read',
  'chatd.users.*.presences.read',
  'chatd.users.me.presences.update',
  'chatd.users.me.rooms.#',
  'chatd.users.presences.read',
  'confd.infos.read',
  'confd.users.me.#.read',
  'confd.users.me.forwards.*',
  'confd.users.me.forwards.*.*',
  'confd.users.me.funckeys.*',
  'confd.users.me.funckeys.*.*',
  'confd.users.me.meetings.#',
  'confd.users.me.read',
  'confd.users.me.services.*.*',
  'confd.users.me.update',
  'confd.users.me.blocklist.*',
  'dird.#.me.read',
  'dird.backends.*.sources.*.contacts.read',
  'dird.directories.*.sources.read',
  'dird.directories.favorites.#',
  'dird.directories.lookup.*.headers.read',
  'dird.directories.lookup.*.read',
  'dird.directories.personal.*.read',
  'dird.graphql.me',
  'dird.personal.#',
  'events.auth.users.me.external.#',
  'events.auth.users.me.sessions.my_session.expire_soon',
  'events.call_log.user.me.created',
  'events.calls.me',
  'events.chat.message.*.me',
  'events.chat.message.*.me.*',
  'events.chatd.users.*.presences.updated',
  'events.chatd.users.me.rooms.#',
  'events.conferences.users.me.#',
  'events.config.users.me.#',
  'events.directory.me.#',
  'events.faxes.outbound.users.me.*',
  'events.parkings.#',
  'events.statuses.*',
  'events.switchboards.#',
  'events.transfers.me',
  'events.users.me.#',
  'events.voicemails.global.messages.#',
  'webhookd.users.me.subscriptions.#',
  'websocketd',
]

/** The same policy before 24.12: the own call log alone, no media (wazo.md 1.7). */
export const olderUserPolicy: readonly string[] = defaultUserPolicy.map(entry =>
  entry === 'call-logd.users.me.#' ? 'call-logd.users.me.cdr.read' : entry,
)
