/** Why a call stopped ringing, by the `Reason` of its CANCEL (RFC 3326). */

/** Another device has answered it: the INVITE of the others is over by a 200 (RFC 3326 2, with protocol SIP). */
export const isAnsweredElsewhere = (reasons: readonly string[]): boolean =>
  reasons.some(reason => /(?:^|,)\s*SIP\s*;[^,]*\bcause\s*=\s*200\b/i.test(reason.replace(/"[^"]*"/g, '""')))
