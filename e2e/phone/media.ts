/**
 * What sip.js asks of a session description handler, over werift: PCMU on loopback, a tone to send, ears to measure.
 * Works against the demo PBX and a real Asterisk.
 */
import {
  type BodyAndContentType,
  type SessionDescriptionHandler,
  type SessionDescriptionHandlerModifier,
  type SessionDescriptionHandlerOptions,
} from 'sip.js'
import {
  MediaStreamTrack,
  RTCPeerConnection,
  RTCRtpCodecParameters,
  type RTCRtpTransceiver,
  RtpHeader,
  type RtpPacket,
} from 'werift'
import { decodeMulaw, encodeMulaw } from '../../electron/demo/pbx/g711.ts'
import { rms, toneLevel } from './signal.ts'

const rate = 8000
const frameSamples = 160
const frameMs = 20
const digits = '0123456789*#'
const amplitude = 8192
/** Samples that are kept of what was heard: 30 s. */
const memory = 30 * rate

/** What a tester asks for in a re-INVITE. */
export interface PhoneMediaOptions extends SessionDescriptionHandlerOptions {
  readonly hold?: boolean
}

export class PhoneMedia implements SessionDescriptionHandler {
  readonly #connection: RTCPeerConnection
  readonly #transceiver: RTCRtpTransceiver
  #frequency: number | null
  #timer: NodeJS.Timeout | null = null
  #eventType = 101
  #takesDigits = false
  #heard: Int16Array[] = []
  #heardSamples = 0
  #digitsHeard = ''
  #lastEvent = -1
  /** Digits to send, the first is under way; `sent` counts its packets. */
  #pressed: { readonly code: number; sent: number; timestamp: number }[] = []
  #sequence = 0
  #timestamp = 0
  #phase = 0
  #burst: {
    readonly frequency: number
    frames: number
    beganAt: number | null
    readonly over: (at: number) => void
  } | null = null

  /**
   * @param frequency of the tone that the phone speaks; null is silence
   * @param everyInterface false: audio on loopback alone
   */
  constructor(frequency: number | null, everyInterface = false) {
    this.#frequency = frequency
    const codec = (mimeType: string, payloadType: number): RTCRtpCodecParameters =>
      new RTCRtpCodecParameters({ mimeType, clockRate: rate, channels: 1, payloadType })
    this.#connection = new RTCPeerConnection({
      iceServers: [],
      iceUseIpv6: false,
      ...(everyInterface
        ? {}
        : {
            // Not the host's own addresses: the additional one alone, and its socket bound there.
            iceUseIpv4: false,
            iceInterfaceAddresses: { udp4: '127.0.0.1' },
            iceAdditionalHostAddresses: ['127.0.0.1'],
          }),
      codecs: { audio: [codec('audio/PCMU', 0), codec('audio/telephone-event', 101)] },
    })
    this.#transceiver = this.#connection.addTransceiver(new MediaStreamTrack({ kind: 'audio' }), {
      direction: 'sendrecv',
    })
    this.#connection.onTrack.subscribe(track => track.onReceiveRtp.subscribe(packet => this.#receive(packet)))
  }

  /** The last milliseconds that were heard; fewer if there were fewer. */
  recent(milliseconds: number): Int16Array {
    const all = new Int16Array(this.#heardSamples)
    let at = 0
    for (const part of this.#heard) {
      all.set(part, at)
      at += part.length
    }
    return all.subarray(Math.max(0, all.length - (milliseconds * rate) / 1000))
  }

  /** Forgets what was heard. */
  forget(): void {
    this.#heard = []
    this.#heardSamples = 0
  }

  /** Loudness of the last milliseconds, 0 to 1. */
  rms(milliseconds: number): number {
    return rms(this.recent(milliseconds))
  }

  /** Peak amplitude of a frequency in the last milliseconds, 0 to 1. */
  level(frequency: number, milliseconds: number): number {
    return toneLevel(this.recent(milliseconds), frequency)
  }

  /** The other side takes digits by RFC 4733. */
  get takesDigits(): boolean {
    return this.#takesDigits
  }

  /** Digits that are still to be sent. */
  get digitsLeft(): number {
    return this.#pressed.length
  }

  /** Digits received by RFC 4733 so far. */
  get digitsHeard(): string {
    return this.#digitsHeard
  }

  /** Milliseconds of speech since the beginning or `forget`. */
  get heardMs(): number {
    return (this.#heardSamples / rate) * 1000
  }

  /** Changes the tone; null is silence. */
  speak(frequency: number | null): void {
    this.#frequency = frequency
  }

  /**
   * Speaks another tone for so long, from the next packet on. Settled when it was sent, with when it began: milliseconds
   * since the epoch. On a busy machine that is some time after it was asked for.
   */
  burst(frequency: number, milliseconds: number): Promise<number> {
    return new Promise(over => {
      this.#burst = { frequency, frames: Math.round(milliseconds / frameMs), beganAt: null, over }
    })
  }

  hasDescription(contentType: string): boolean {
    return contentType === 'application/sdp'
  }

  async getDescription(
    options?: PhoneMediaOptions,
    modifiers: SessionDescriptionHandlerModifier[] = [],
  ): Promise<BodyAndContentType> {
    const answering = this.#connection.signalingState === 'have-remote-offer'
    if (!answering) this.#transceiver.direction = options?.hold === true ? 'sendonly' : 'sendrecv'
    const made = answering ? await this.#connection.createAnswer() : await this.#connection.createOffer()
    await this.#connection.setLocalDescription(made)
    this.#start()
    // werift writes 0.0.0.0, which Asterisk takes for hold.
    const written = this.#connection.localDescription?.sdp ?? ''
    const address = /^a=candidate:\S+ 1 udp \d+ (\d+(?:\.\d+){3}) /im.exec(written)?.[1] ?? '127.0.0.1'
    const sdp = written.replaceAll('c=IN IP4 0.0.0.0', `c=IN IP4 ${address}`)
    let described: RTCSessionDescriptionInit = { type: answering ? 'answer' : 'offer', sdp }
    for (const modify of modifiers) described = await modify(described)
    return { body: described.sdp ?? '', contentType: 'application/sdp' }
  }

  async setDescription(sdp: string): Promise<void> {
    const type = this.#connection.signalingState === 'have-local-offer' ? 'answer' : 'offer'
    await this.#connection.setRemoteDescription({ type, sdp })
    const events = /a=rtpmap:(\d+) telephone-event\/8000/.exec(sdp)?.[1]
    this.#takesDigits = events !== undefined
    this.#eventType = Number(events ?? 101)
  }

  /** Presses digits by RFC 4733, each 100 ms with 80 ms of silence after it. */
  sendDtmf(tones: string): boolean {
    const codes = [...tones].map(tone => digits.indexOf(tone))
    if (codes.includes(-1)) return false
    this.#pressed.push(...codes.map(code => ({ code, sent: 0, timestamp: 0 })))
    return true
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    this.#connection.close().catch((error: unknown) => console.error('phone: audio did not close', error))
  }

  #receive({ header, payload }: RtpPacket): void {
    if (header.payloadType === 0) {
      const samples = decodeMulaw(payload)
      this.#heard.push(samples)
      this.#heardSamples += samples.length
      while (this.#heardSamples > memory) this.#heardSamples -= this.#heard.shift()?.length ?? memory
      return
    }
    const ended = ((payload[1] ?? 0) & 0x80) !== 0
    if (!ended || header.timestamp === this.#lastEvent) return
    this.#lastEvent = header.timestamp
    this.#digitsHeard += digits[payload[0] ?? -1] ?? '?'
  }

  #start(): void {
    if (this.#timer !== null) return
    const startedAt = performance.now()
    let sent = 0
    this.#timer = setInterval(() => {
      for (; sent * frameMs < performance.now() - startedAt; sent++) this.#sendFrame()
    }, frameMs)
  }

  #sendFrame(): void {
    const timestamp = this.#timestamp
    this.#timestamp = (this.#timestamp + frameSamples) >>> 0
    const event = this.#pressed[0]
    if (event === undefined) {
      this.#transmit(encodeMulaw(this.#nextSamples()), 0, timestamp, false)
      return
    }
    if (event.sent === 0) event.timestamp = timestamp
    event.sent++
    if (event.sent <= 8) {
      const duration = Math.min(event.sent, 5) * frameSamples
      const payload = Uint8Array.of(event.code, (event.sent > 5 ? 0x80 : 0) | 10, duration >> 8, duration & 0xff)
      this.#transmit(payload, this.#eventType, event.timestamp, event.sent === 1)
    }
    if (event.sent === 12) this.#pressed.shift()
  }

  #nextSamples(): Int16Array {
    const frequency = this.#burst?.frequency ?? this.#frequency
    if (this.#burst !== null) {
      this.#burst.beganAt ??= Date.now()
      if (--this.#burst.frames === 0) {
        this.#burst.over(this.#burst.beganAt)
        this.#burst = null
      }
    }
    if (frequency === null) return new Int16Array(frameSamples)
    return Int16Array.from({ length: frameSamples }, () =>
      Math.round(amplitude * Math.sin((2 * Math.PI * frequency * this.#phase++) / rate)),
    )
  }

  #transmit(payload: Uint8Array, payloadType: number, timestamp: number, marker: boolean): void {
    const { sender } = this.#transceiver
    if (sender.dtlsTransport.state !== 'connected') return
    this.#sequence = (this.#sequence + 1) & 0xffff
    const header = new RtpHeader({ payloadType, timestamp, marker, sequenceNumber: this.#sequence, ssrc: sender.ssrc })
    sender.dtlsTransport.sendRtp(Buffer.from(payload), header).catch((error: unknown) => {
      if (this.#timer !== null) console.error('phone: RTP was not sent', error)
    })
  }
}
