/** The little that the PBX must know of a session description (RFC 4566); werift does the rest. Pure. */

export interface AudioDescription {
  /** PCMU (payload 0) is offered. */
  readonly pcmu: boolean
  /** It has what ICE and DTLS need. */
  readonly secured: boolean
  /** Payload type of telephone-event at 8 kHz. */
  readonly telephoneEvent: number | null
  /** The other side wants no audio from us: sendonly, inactive, or RFC 2543's address 0.0.0.0. */
  readonly held: boolean
}

/** Reads the first audio medium; null when there is none, or it is switched off (port 0). */
export function readAudio(sdp: string): AudioDescription | null {
  const [session = [], ...media] = sections(sdp)
  const audio = media.find(lines => lines[0]?.startsWith('m=audio ') === true)
  const [, port, , ...payloads] = audio?.[0]?.split(' ') ?? []
  if (audio === undefined || port === '0') return null
  const described = [...audio, ...session]
  const direction = described.find(line => /^a=(?:sendrecv|sendonly|recvonly|inactive)$/.test(line))
  const connection = described.find(line => line.startsWith('c='))
  const event = audio
    .map(line => /^a=rtpmap:(\d+) telephone-event\/8000/i.exec(line)?.[1])
    .find(found => found !== undefined)
  return {
    pcmu: payloads.includes('0'),
    secured: ['a=ice-ufrag:', 'a=ice-pwd:', 'a=fingerprint:'].every(needed =>
      described.some(line => line.startsWith(needed)),
    ),
    telephoneEvent: event === undefined ? null : Number(event),
    held: direction === 'a=sendonly' || direction === 'a=inactive' || connection === 'c=IN IP4 0.0.0.0',
  }
}

/** Without the candidates that are not on this machine's loopback: the demo talks to nothing else. */
export function loopbackOnly(sdp: string): string {
  return lines(sdp)
    .filter(line => !line.startsWith('a=candidate:') || /^a=candidate:\S+ \d+ udp \d+ 127\.0\.0\.1 /i.test(line))
    .map(line => `${line}\r\n`)
    .join('')
}

/** werift writes 0.0.0.0 as the address; whoever reads RFC 2543 takes that for hold. */
export function withLoopbackAddress(sdp: string): string {
  return sdp.replaceAll('c=IN IP4 0.0.0.0', 'c=IN IP4 127.0.0.1')
}

/** An offer whose address says hold is answered as if it said `sendonly`, as Asterisk does. */
export function withHoldSpelledOut(sdp: string): string {
  const audio = readAudio(sdp)
  return audio?.held === true ? sdp.replace(/^a=sendrecv\r?$/m, 'a=sendonly\r') : sdp
}

function lines(sdp: string): string[] {
  return sdp.split(/\r?\n/).filter(line => line !== '')
}

/** The session part, then one list for each medium. */
function sections(sdp: string): string[][] {
  const found: string[][] = [[]]
  for (const line of lines(sdp)) {
    if (line.startsWith('m=')) found.push([])
    found.at(-1)?.push(line)
  }
  return found
}
