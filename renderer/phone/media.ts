/** The audio of one call: microphone or silence out, loudspeaker in, both measured. */
import { type BodyAndContentType, type Core, type SessionDescriptionHandlerModifier, Web } from 'sip.js'
import { AppFailure } from '../../shared/failure.ts'
import { type IceServer } from '../../shared/phone.ts'
import { type AudioReading } from '../../shared/quality.ts'
import { loudness, readingOf, silence } from './meter.ts'
import { soundOn } from '../soundOn.ts'
import { openVoice, silentVoice, type Voice } from './microphone.ts'
import { withAddress } from './sdp.ts'
import { type Studio } from './studio.ts'

/** Hosts alone are gathered: this is long, and a machine with a dead interface must not wait for ever. */
const GATHER_WITHIN_MS = 3000
/** ICE and DTLS after the answer take a second on a bad network; a press waits no longer than it is looked after (facts.ts). */
const FLOWING_WITHIN_MS = 3000
/** A busy Asterisk has its keys 320 ms after we have ours; one that says nothing has them by then. */
const KEYED_WITHIN_MS = 1000
const LOOK_EVERY_MS = 20
/** How often a microphone that could not be had is asked for again. Nothing tells when another program lets it go. */
const MICROPHONE_AGAIN_MS = 3000

export class CallMedia extends Web.SessionDescriptionHandler {
  readonly #speaker = new Audio()
  readonly #studio: Studio
  readonly #stopFollowing: () => void
  #voice: Voice | null = null
  /** What `Devices` called the microphone as it was opened. */
  #microphone = ''
  #opening = false
  #again: ReturnType<typeof setTimeout> | undefined
  #muted = false
  #silent = false
  #before = silence
  /** When it was first seen connected, on the clock of `performance.now()`. */
  #connectedAt: number | null = null

  constructor(logger: Core.Logger, studio: Studio) {
    // no stream factory is asked: getLocalMediaStream below is our own
    super(logger, () => Promise.reject(new Error('No stream factory')), {
      iceGatheringTimeout: GATHER_WITHIN_MS,
      // unless the user named one, no third party learns of our calls: hosts only
      peerConnectionConfiguration: { iceServers: studio.preferences.iceServers.map(iceServer) },
    })
    this.#studio = studio
    this.#speaker.autoplay = true
    this.#speaker.srcObject = this.remoteMediaStream
    const { devices } = studio
    let heardOn = ''
    const follow = () => {
      if (heardOn !== devices.keyOf('speaker')) soundOn(this.#speaker, devices.idOf('speaker'))
      heardOn = devices.keyOf('speaker')
      this.#takeMicrophone()
    }
    this.#stopFollowing = devices.onChange(follow)
    follow()
    this.peerConnectionDelegate = {
      onconnectionstatechange: () => {
        if (this.peerConnection?.connectionState === 'failed') this.onFailed()
        if (this.stranded) this.onCut()
      },
    }
  }

  /** No way to the other end is left; a new one may be found by an ICE restart. */
  onFailed: () => void = () => undefined

  /** Packets do not get through, for some seconds now. */
  onCut: () => void = () => undefined

  get failed(): boolean {
    return this.peerConnection?.connectionState === 'failed'
  }

  /** Packets may not get through as things are: the next offer must look for another way. */
  get stranded(): boolean {
    const state = this.peerConnection?.connectionState
    return state === 'failed' || state === 'disconnected'
  }

  /** Takes an offer back that was refused. Without it no other could follow. */
  async rollbackDescription(): Promise<void> {
    const connection = this.peerConnection
    if (connection?.signalingState === 'have-local-offer') await connection.setLocalDescription({ type: 'rollback' })
    if (connection?.signalingState === 'have-remote-offer') await connection.setRemoteDescription({ type: 'rollback' })
  }

  /** Whatever the last exchange has come to, an offer holds or does not: sip.js would go on from a refused hold. */
  protected override async updateDirection(options?: Web.SessionDescriptionHandlerOptions): Promise<void> {
    if (this.peerConnection?.signalingState !== 'stable') return super.updateDirection(options)
    for (const transceiver of this.peerConnection.getTransceivers())
      if (transceiver.direction !== 'stopped') transceiver.direction = options?.hold === true ? 'sendonly' : 'sendrecv'
  }

  /** An offer or answer with all its candidates and an address. */
  override async getDescription(
    options?: Web.SessionDescriptionHandlerOptions,
    modifiers?: SessionDescriptionHandlerModifier[],
  ): Promise<BodyAndContentType> {
    const description = await super.getDescription(options, modifiers)
    return { ...description, body: withAddress(description.body) }
  }

  protected override async getLocalMediaStream(): Promise<void> {
    if (this.#voice !== null) return
    this.#microphone = this.#studio.devices.keyOf('microphone')
    const voice = await openVoice(this.#studio.devices.idOf('microphone'))
    if (this.peerConnection === undefined) {
      // hung up while the microphone was being opened: it must not stay on
      voice.release()
      throw new Error('The call has ended')
    }
    await this.#speakWith(voice)
  }

  async #speakWith(voice: Voice): Promise<void> {
    const old = this.#voice
    this.#voice = voice
    this.#studio.speaks(this, voice.report)
    await this.setLocalMediaStream(voice.stream)
    old?.release()
    this.mute(this.#muted)
    this.#askAgainLater()
    const [track] = voice.stream.getAudioTracks()
    // unplugged, or taken away by the system
    track?.addEventListener('ended', () => {
      if (this.#voice !== voice || this.peerConnection === undefined) return
      this.#speakWith(silentVoice('none'))
        .then(() => this.#takeMicrophone())
        .catch((error: unknown) => console.error('No voice could be had', error))
    })
  }

  /** Takes the microphone that counts now: another was chosen or plugged in, or there was none. The call goes on meanwhile. */
  #takeMicrophone(): void {
    const { devices } = this.#studio
    const before = this.#voice
    if (before === null || this.#opening) return
    if (before.report.state === 'live' && this.#microphone === devices.keyOf('microphone')) return
    this.#opening = true
    this.#microphone = devices.keyOf('microphone')
    openVoice(devices.idOf('microphone'))
      .then(async voice => {
        const isBetter = voice.report.state === 'live' || voice.report.why !== before.report.why
        if (this.#voice === before && (isBetter || before.report.state === 'live')) return this.#speakWith(voice)
        voice.release()
        this.#askAgainLater()
      })
      .catch((error: unknown) => console.error('The microphone was not taken', error))
      .finally(() => {
        this.#opening = false
        // yet another one while this was being opened
        if (this.#voice?.report.state === 'live') this.#takeMicrophone()
      })
  }

  #askAgainLater(): void {
    clearTimeout(this.#again)
    if (this.#voice?.report.state !== 'silent') return
    this.#again = setTimeout(() => this.#takeMicrophone(), MICROPHONE_AGAIN_MS)
  }

  mute(on: boolean): void {
    this.#muted = on
    for (const track of this.#voice?.stream.getAudioTracks() ?? []) track.enabled = !on && !this.#silent
  }

  /** No sound either way: on hold, or while the end of the call is on its way. */
  silence(on: boolean): void {
    this.#silent = on
    this.#speaker.muted = on
    this.mute(this.#muted)
  }

  /** The sender of RFC 4733 digits; null before there is audio. */
  get digits(): RTCDTMFSender | null {
    return this.peerConnection?.getSenders().find(sender => sender.dtmf !== null)?.dtmf ?? null
  }

  /**
   * Resolves once sound flows: at the answer the keys are still being agreed on, and what is sent then is lost without a
   * word. Rejects with `call-gone` when the call ends meanwhile, with `call-failed` when it takes too long.
   */
  flowing(ended: AbortSignal): Promise<void> {
    if (this.#flows()) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const began = performance.now()
      const settle = (outcome: () => void) => {
        clearInterval(looking)
        outcome()
      }
      const looking = setInterval(() => {
        if (ended.aborted || this.peerConnection === undefined) settle(() => reject(new AppFailure('call-gone')))
        else if (this.#flows()) settle(resolve)
        else if (performance.now() - began >= FLOWING_WITHIN_MS) settle(() => reject(new AppFailure('call-failed')))
      }, LOOK_EVERY_MS)
    })
  }

  /** The other end has its keys as soon as it is heard: it makes those of both directions at once (res_rtp_asterisk.c). */
  #flows(): boolean {
    const connection = this.peerConnection
    if (connection?.connectionState !== 'connected') return false
    this.#connectedAt ??= performance.now()
    const heard = connection.getReceivers().some(receiver => receiver.getSynchronizationSources().length > 0)
    return heard || performance.now() - this.#connectedAt >= KEYED_WITHIN_MS
  }

  /** What was heard and spoken since the last time; null when the call is over. */
  async measure(): Promise<AudioReading | null> {
    const stats = await this.peerConnection?.getStats()
    if (stats === undefined) return null
    const now = readingOf(valuesOf(stats))
    const { packetsIn, packetsOut, lostIn, lostOut, rttMs, jitterMs } = now
    const measured = { ...loudness(this.#before, now), packetsIn, packetsOut, lostIn, lostOut, rttMs, jitterMs }
    this.#before = now
    return measured
  }

  override close(): void {
    clearTimeout(this.#again)
    this.#stopFollowing()
    this.#studio.ended(this)
    this.#voice?.release()
    this.#voice = null
    this.#speaker.srcObject = null
    super.close()
  }
}

const iceServer = ({ urls, username, credential }: IceServer): RTCIceServer => ({
  urls,
  ...(username === undefined ? {} : { username }),
  ...(credential === undefined ? {} : { credential }),
})

function valuesOf(stats: RTCStatsReport): unknown[] {
  const values: unknown[] = []
  stats.forEach(value => values.push(value))
  return values
}
