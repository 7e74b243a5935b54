/** Audio with one phone by WebRTC (werift): PCMU and telephone events, on 127.0.0.1 alone. */
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  RtpHeader,
  type RtpPacket,
} from 'werift'
import { type AudioFrame, type AudioPort } from './leg.ts'
import { EventReader, eventPayloads } from './rfc4733.ts'
import { loopbackOnly, readAudio, withHoldSpelledOut, withLoopbackAddress } from './sdp.ts'

const loopback = '127.0.0.1'
const pcmu = 0
/** Our own offers' number for telephone events, as Asterisk's. */
const offeredEvents = 101
const frameMs = 20
const frameSamples = 160
/** Frames of silence between two digits: 80 ms. */
const gapFrames = 4

/** The other side's description cannot be used: 488. */
export class UnacceptableMedia extends Error {}

export class WebRtcAudio implements AudioPort {
  onFrame: ((frame: AudioFrame) => void) | null = null
  onDigit: ((digit: string) => void) | null = null
  /** The path to the phone is gone for good. Called at most once. */
  onLost: (() => void) | null = null
  readonly #connection: RTCPeerConnection
  readonly #transceiver: RTCRtpTransceiver
  readonly #events = new EventReader()
  #eventType: number | null
  #out = { sequence: 0, timestamp: 0, stream: -1, offset: 0, at: performance.now() }
  /** Event packets that wait; null is a gap of one frame. */
  #pressed: ({ readonly payload: Uint8Array; readonly first: boolean } | null)[] = []
  #pressTimestamp = 0
  #pressTimer: NodeJS.Timeout | null = null
  #closing: Promise<void> | null = null

  /** @param eventType payload number of telephone events; null when the other side has none */
  constructor(eventType: number | null) {
    this.#eventType = eventType
    const codec = (mimeType: string, payloadType: number): RTCRtpCodecParameters =>
      new RTCRtpCodecParameters({ mimeType, clockRate: 8000, channels: 1, payloadType })
    this.#connection = new RTCPeerConnection({
      iceServers: [],
      // Not the host's own addresses: the additional one alone, and its socket bound there.
      iceUseIpv4: false,
      iceUseIpv6: false,
      iceInterfaceAddresses: { udp4: loopback },
      iceAdditionalHostAddresses: [loopback],
      codecs: {
        audio: [codec('audio/PCMU', pcmu), ...(eventType === null ? [] : [codec('audio/telephone-event', eventType)])],
      },
    })
    this.#transceiver = this.#connection.addTransceiver(new MediaStreamTrack({ kind: 'audio' }), {
      direction: 'sendrecv',
    })
    this.#connection.onTrack.subscribe(track => track.onReceiveRtp.subscribe(packet => this.#receive(packet)))
    this.#connection.connectionStateChange.subscribe(state => {
      if (state === 'failed' || state === 'closed') this.#lost()
    })
  }

  /** Our offer, complete with candidates. */
  async offer(): Promise<string> {
    await this.#connection.setLocalDescription(await this.#connection.createOffer())
    return this.#described()
  }

  /** The answer to our offer. Throws UnacceptableMedia. */
  async answered(sdp: string): Promise<void> {
    this.#eventType = acceptable(sdp).telephoneEvent
    await this.#connection.setRemoteDescription({ type: 'answer', sdp: loopbackOnly(sdp) })
  }

  /** Our answer to a first or a later offer. Throws UnacceptableMedia. */
  async answer(sdp: string): Promise<string> {
    acceptable(sdp)
    await this.#connection.setRemoteDescription({ type: 'offer', sdp: loopbackOnly(withHoldSpelledOut(sdp)) })
    await this.#connection.setLocalDescription(await this.#connection.createAnswer())
    return this.#described()
  }

  send(frame: AudioFrame): void {
    if (this.#pressTimer !== null) return
    const out = this.#out
    const first = frame.stream !== out.stream
    if (first) {
      out.stream = frame.stream
      out.offset = this.#nextTimestamp() - frame.timestamp
    }
    this.#transmit(frame.payload, (frame.timestamp + out.offset) >>> 0, pcmu, first)
  }

  sendDigit(digit: string): void {
    if (this.#eventType === null || this.#closing !== null) return
    this.#pressed.push(
      ...eventPayloads(digit).map((payload, index) => ({ payload, first: index === 0 })),
      ...Array.from({ length: gapFrames }, () => null),
    )
    this.#pressTimer ??= setInterval(() => this.#sendPress(), frameMs)
  }

  /** Idempotent; resolves when the sockets are gone. */
  close(): Promise<void> {
    this.onLost = null
    this.#stopPressing()
    this.#closing ??= this.#connection.close()
    return this.#closing
  }

  #described(): string {
    const description = this.#connection.localDescription
    if (description === null) throw new Error('No local description after negotiation')
    return withLoopbackAddress(description.sdp)
  }

  #receive({ header, payload }: RtpPacket): void {
    if (this.#closing !== null) return
    if (header.payloadType === pcmu) {
      this.onFrame?.({ payload, timestamp: header.timestamp, stream: header.ssrc })
    } else if (header.payloadType === this.#eventType) {
      for (const digit of this.#events.read(payload, header.timestamp)) this.onDigit?.(digit)
    }
  }

  #sendPress(): void {
    const next = this.#pressed.shift()
    if (next === undefined) {
      this.#stopPressing()
      // The speech takes up again where the clock is.
      this.#out.stream = -1
      return
    }
    if (next === null || this.#eventType === null) return
    if (next.first) this.#pressTimestamp = this.#nextTimestamp()
    this.#transmit(next.payload, this.#pressTimestamp, this.#eventType, next.first)
  }

  #stopPressing(): void {
    if (this.#pressTimer !== null) clearInterval(this.#pressTimer)
    this.#pressTimer = null
    this.#pressed = []
  }

  /** Where a new stretch begins: after the last packet, by the time that has passed since. */
  #nextTimestamp(): number {
    const frames = Math.max(1, Math.round((performance.now() - this.#out.at) / frameMs))
    return (this.#out.timestamp + frames * frameSamples) >>> 0
  }

  /** Below werift's sender, which would put its own payload number on every packet. */
  #transmit(payload: Uint8Array, timestamp: number, payloadType: number, marker: boolean): void {
    const { sender } = this.#transceiver
    const out = this.#out
    out.timestamp = timestamp
    out.at = performance.now()
    if (this.#closing !== null || sender.dtlsTransport.state !== 'connected') return
    out.sequence = (out.sequence + 1) & 0xffff
    const header = new RtpHeader({ payloadType, timestamp, marker, sequenceNumber: out.sequence, ssrc: sender.ssrc })
    sender.dtlsTransport.sendRtp(Buffer.from(payload), header).catch((error: unknown) => {
      if (this.#closing === null) console.warn('demo PBX: speech was not sent', error)
      this.#lost()
    })
  }

  #lost(): void {
    const tell = this.onLost
    this.onLost = null
    if (this.#closing === null) tell?.()
  }
}

function acceptable(sdp: string): { readonly telephoneEvent: number | null } {
  const audio = readAudio(sdp)
  if (audio?.pcmu !== true) throw new UnacceptableMedia('No PCMU in the description')
  if (!audio.secured) throw new UnacceptableMedia('No ICE or DTLS in the description')
  return audio
}

/** Makes the audio of calls, and knows what is still open. */
export class AudioPool {
  readonly #open = new Set<WebRtcAudio>()

  /** For a call from a phone. Throws UnacceptableMedia when its offer lacks PCMU, ICE or DTLS. */
  forOffer(sdp: string): WebRtcAudio {
    return this.#keep(new WebRtcAudio(acceptable(sdp).telephoneEvent))
  }

  /** For a call to a phone. */
  toOffer(): WebRtcAudio {
    return this.#keep(new WebRtcAudio(offeredEvents))
  }

  /** Ends the audio of a call that is over. */
  release(audio: WebRtcAudio): void {
    audio
      .close()
      .catch((error: unknown) => console.error('demo PBX: audio did not close', error))
      .finally(() => this.#open.delete(audio))
  }

  /** Resolves when nothing is open. */
  async close(): Promise<void> {
    await Promise.all([...this.#open].map(audio => audio.close()))
    this.#open.clear()
  }

  #keep(audio: WebRtcAudio): WebRtcAudio {
    this.#open.add(audio)
    return audio
  }
}
