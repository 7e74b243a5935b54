/** Failures that a person may meet, as data: a code for the words (`text/`) and what the words need. */
import { z } from 'zod'

export const FailureCode = z.enum([
  // input and bridge
  'invalid', // an argument that the contract does not allow; `field` names it
  'forbidden', // a frame that may not use the bridge
  'unexpected', // a fault of ours: it is in the log
  // pairing and sessions
  'address-invalid',
  'unreachable', // no answer at all
  'not-wazo', // something answers there, but not Wazo
  'certificate-untrusted', // `certificate` shows what was offered
  'certificate-changed', // it is not the one that was accepted before
  'wrong-password', // Wazo cannot tell a wrong name from a wrong password (wazo.md 1.2)
  'too-many-sessions', // 429: 100 live sessions
  'throttled', // 429 of the front
  'server-trouble', // 5xx
  'not-a-user', // an account without a telephony user
  'no-line', // a user without a line
  'session-over', // revoked or expired, and not renewable
  'not-allowed', // a right is missing
  // phone and calls
  'phone-off', // no phone on this computer
  'not-registered',
  'sip-refused', // registration refused: wrong extension or password
  'too-many-phones', // 403: too many contacts on this line
  'number-invalid',
  'call-unknown-number', // 404, 484
  'call-busy', // 486, 600
  'call-forbidden', // 403
  'call-unavailable', // 480
  'call-declined', // 603
  'call-no-answer', // 408, 487 by the server
  'call-failed', // anything else; `status` tells
  'call-gone', // the call has ended meanwhile
  'hold-refused', // the server does not resume this call
  'transfer-failed', // `status` tells why
  'phone-by-hand', // 503 phoned-error: this desk phone obeys its own keys only
  // recording control
  'recording-not-allowed', // 403 recording-unauthorized: final for this leg
  'recording-no-route', // nothing reaches this call
  'code-too-slow', // the digits of a code came too far apart; `subject` is the code. It may have worked all the same
  'policy-locked', // an administrator locked it on this computer
  'right-unchanged', // the server took the permission, and has the old one still
  'code-disabled', // *26: 404 / invalid-extension
  // library
  'recording-deleted', // 400 recording-media-not-found
  'recording-missing', // 500 recording-media-filesystem-not-found
  'recording-unreadable', // 500 recording-media-permission-denied: the server may not read its own file
  'recording-empty', // 0 bytes
  'recording-no-media', // this server has no route to hear it (before 24.12)
  'recording-broken', // it is there, and is not audio
  'recording-format', // audio of a kind that nothing here decodes; `subject` is its name
  'recording-unfinished', // the server, or the PBX, is still writing it
  'folder-unreadable',
  'folder-part-unreadable', // a folder in it; the rest is read
  'library-left', // signing out was to erase the list on this computer, and something of it is left
  'library-broken', // the index on this computer cannot be read or written
  'notes-unreadable', // not a file of notes, or of a later version
  'vault-locked', // the copies on this computer are sealed, and the passphrase was not given yet
  'keeping-closed', // neither a keyring nor a passphrase: nothing is kept on this computer
  'passphrase-wrong',
  'key-lost', // the keyring does not give the key of the copies back
  'disk-full',
  'copy-damaged', // a copy on this computer was changed on the disk: it is fetched anew
  'target-gone', // the folder that files are written to
  'target-locked', // nothing may be written there
  'template-unsupported', // an expression that is not on our lists, or fails; `subject` is its tag
  'template-slow', // it took too long to be tried
  'in-call', // not while a call is going on
])
export type FailureCode = z.infer<typeof FailureCode>

/** What a certificate shows of itself before it is accepted. */
export const CertificateView = z.object({
  /** `host:port` that offered it. */
  host: z.string(),
  /** SHA-256 of the DER, `AA:BB:…`, 32 pairs. */
  fingerprint: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
  subject: z.string(),
  issuer: z.string(),
  /** ISO dates. */
  validFrom: z.string(),
  validTo: z.string(),
})
export type CertificateView = z.infer<typeof CertificateView>

export const Failure = z.object({
  code: FailureCode,
  /** The field, variable or code that the words name. */
  subject: z.string().optional(),
  /** An HTTP or SIP status, where one was seen. */
  status: z.number().int().optional(),
  certificate: CertificateView.optional(),
})
export type Failure = z.infer<typeof Failure>

/** A failure that can be thrown. It crosses the bridge as its `failure`, never as its stack. */
export class AppFailure extends Error {
  readonly failure: Failure
  constructor(failure: Failure | FailureCode, options?: ErrorOptions) {
    const data = typeof failure === 'string' ? { code: failure } : failure
    super(data.code, options)
    this.name = 'AppFailure'
    this.failure = data
  }
}

/** A result that crosses the bridge: Electron keeps only the message of a thrown error. */
export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: Failure }
