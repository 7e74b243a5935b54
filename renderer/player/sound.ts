/**
 * The browser's audio element as the player needs it: one state that the page renders, positions in milliseconds, silence
 * left out, a span repeated, louder than it was recorded. Effects on the element happen here alone.
 */
import { soundOn } from '../soundOn.ts'
import { type Span, spanAt } from './quiet.ts'

export interface SoundState {
  readonly playing: boolean
  /** Play was pressed and nothing is heard yet. */
  readonly waiting: boolean
  /** Milliseconds. */
  readonly position: number
  /** Where the user last went to, or where it last stopped: what is told of while it plays. Milliseconds. */
  readonly wentTo: number
  /** What the sound itself says; null = not known yet. */
  readonly length: number | null
  readonly speed: number
  /** 0 to 1. */
  readonly volume: number
  /** Decibels on top, for quiet parties. */
  readonly gainDb: number
  readonly loop: Span | null
  readonly skips: boolean
  /** It cannot be played: nothing came, or what came is no sound. */
  readonly broken: boolean
  /** How often that was found, and how often it could be played again after that. */
  readonly failures: number
  readonly recoveries: number
  /** It was played to its end, and nobody has paused it or gone elsewhere since. */
  readonly ended: boolean
}

const START: SoundState = {
  playing: false,
  waiting: false,
  position: 0,
  wentTo: 0,
  length: null,
  speed: 1,
  volume: 1,
  gainDb: 0,
  loop: null,
  skips: false,
  broken: false,
  failures: 0,
  recoveries: 0,
  ended: false,
}

/** A second of this is kept from being skipped again where the user went into a silence by himself. */
const OWN_PLACE_MS = 1

/** While it plays, the page is told of its place so often. */
const SHOWN_EVERY_MS = 50

export class Sound {
  #state: SoundState = START
  readonly #listeners = new Set<() => void>()
  #element: HTMLAudioElement | null = null
  #frame = 0
  #skipped: readonly Span[] = []
  /** The silence that the user went into: it is heard. */
  #chosenSilence: Span | null = null
  #graph: { readonly context: AudioContext; readonly gain: GainNode } | null = null
  /** Where to go once the sound's length is known. */
  #begin: number | null = null
  #address = ''
  #output: string | null = null
  /** How often one was asked for again. */
  #tries = 0
  /** Where it ended before it was asked for anew. */
  #grownFrom: number | null = null
  /** It was played as it was asked for anew. */
  #goesOn = false
  /** It came to its end by being played; an element that is paused and taken to its end says that it ended, too. */
  #ranOut = false
  /** What starts it where it is to go on by itself. */
  #start: () => void = () => undefined

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
  readonly state = (): SoundState => this.#state

  /** The element to work on; answers the way to let go of it. */
  attach(element: HTMLAudioElement): () => void {
    const stop = new AbortController()
    this.#element = element
    const on = (name: keyof HTMLMediaElementEventMap, listener: () => void) =>
      element.addEventListener(name, listener, { signal: stop.signal })
    element.volume = this.#state.volume
    if (this.#output !== null) soundOn(element, this.#output)
    element.defaultPlaybackRate = this.#state.speed
    on('loadedmetadata', () => this.#loaded())
    on('durationchange', () => this.#put({ length: finite(element.duration) }))
    on('play', () => this.#put({ playing: true, waiting: true, ended: false }))
    on('playing', () => {
      this.#put({ waiting: false })
      this.#follow()
    })
    on('waiting', () => this.#put({ waiting: true }))
    on('pause', () => {
      // who pauses it has said so already
      this.#ranOut = this.#state.playing
      this.#put({ playing: false, waiting: false, position: this.#now(), wentTo: this.#now() })
    })
    on('timeupdate', () => this.#look())
    on('seeked', () => this.#put({ position: this.#now(), waiting: false }))
    on('ended', () => this.#end())
    on('error', () => {
      this.#put({ broken: true, failures: this.#state.failures + 1, playing: false, waiting: false })
    })
    return () => {
      stop.abort()
      cancelAnimationFrame(this.#frame)
      element.pause()
      if (this.#element === element) this.#element = null
      void this.#graph?.context.close()
      this.#graph = null
    }
  }

  /** Another recording, to begin at a place. Speed, volume and silence stay as they are. */
  load(address: string, at: number): void {
    const element = this.#element
    if (element === null) return
    const { speed, volume, gainDb, skips, failures, recoveries } = this.#state
    this.#skipped = []
    this.#chosenSilence = null
    this.#begin = at
    this.#grownFrom = null
    this.#goesOn = false
    this.#address = address
    this.#set({ ...START, speed, volume, gainDb, skips, failures, recoveries, position: at, wentTo: at })
    element.src = address
    element.load()
  }

  /**
   * Asks for the same sound again: it may play now, or have grown. What was heard stays heard. `start` is called where it is
   * to go on: it was playing, or had been played to its end and is longer now. After a pause it is not. `times`: where it is
   * heard slower or faster now, so much longer it is; it goes on at the same place of the sound.
   */
  again(start: () => void, times = 1): void {
    const element = this.#element
    if (element === null) return
    this.#start = start
    const { ended, loop } = this.#state
    const position = this.#state.position * times
    this.#grownFrom = ended ? position : null
    // loading stops it, also where play was pressed a moment ago
    this.#goesOn = !element.paused && !element.ended
    this.#begin = position
    if (times !== 1) {
      this.#skipped = []
      const span = loop === null ? null : { from: loop.from * times, to: loop.to * times }
      this.#put({ position, wentTo: position, loop: span, length: null })
    }
    // Chromium remembers of an address that it failed, and how long its sound was
    element.src = `${this.#address}?${++this.#tries}`
    element.load()
  }

  #loaded(): void {
    const element = this.#element
    const begin = this.#begin
    if (element === null || begin === null) return
    this.#begin = null
    const length = finite(element.duration)
    element.playbackRate = this.#state.speed
    const { broken, recoveries } = this.#state
    this.#put({ length, broken: false, recoveries: recoveries + (broken ? 1 : 0) })
    const grown = this.#grownFrom !== null && length !== null && length > this.#grownFrom + 20
    this.#grownFrom = null
    const last = length === null ? begin : Math.min(begin, length)
    if (last > 0) element.currentTime = last / 1000
    this.#put({ position: last, ...(grown ? { ended: false } : {}) })
    const goesOn = this.#goesOn
    this.#goesOn = false
    if (grown || goesOn) this.#start()
  }

  // ---- what the user does

  play(): void {
    const element = this.#element
    if (element === null || this.#state.broken) return
    void this.#graph?.context.resume()
    const { loop, position } = this.#state
    if (loop !== null && (position < loop.from || position >= loop.to)) this.seek(loop.from)
    element.play().catch((thrown: unknown) => {
      // a pause, or another sound, before this one came: the user's own doing
      if (thrown instanceof DOMException && thrown.name === 'AbortError') return
      // the element's own error says it too
      if (thrown instanceof DOMException && thrown.name === 'NotSupportedError') return this.#put({ broken: true })
      console.error(thrown)
      this.#put({ playing: false, waiting: false })
    })
  }
  /** It does not go on by itself either. */
  pause(): void {
    this.#grownFrom = null
    this.#goesOn = false
    this.#element?.pause()
    // an element that is being loaded, or was played to its end, does not tell that it is paused
    this.#put({ playing: false, waiting: false, ended: false })
  }
  /** There is no more of it after its place: the element would begin anew. */
  isAtEnd(): boolean {
    return this.#element?.ended ?? false
  }
  /** As when it has just been played to its end. */
  stayAtEnd(): void {
    this.#put({ ended: true, position: this.#now() })
  }
  /** Milliseconds; what lies outside becomes the nearer end. */
  seek(ms: number): void {
    const element = this.#element
    if (element === null) return
    const target = Math.max(0, Math.min(ms, this.#state.length ?? ms))
    this.#chosenSilence = spanAt(this.#skipped, target + OWN_PLACE_MS)
    if (!this.#state.playing) this.#ranOut = false
    // before the sound's length is known the element takes no place
    if (this.#begin !== null) this.#begin = target
    else element.currentTime = target / 1000
    this.#put({ position: target, wentTo: target, ended: false })
  }
  speed(rate: number): void {
    if (this.#element !== null) this.#element.playbackRate = rate
    if (this.#element !== null) this.#element.defaultPlaybackRate = rate
    this.#put({ speed: rate })
  }
  volume(share: number): void {
    if (this.#element !== null) this.#element.volume = share
    this.#put({ volume: share })
  }
  /** A limiter follows, so that who is loud already does not hurt. */
  gain(db: number): void {
    this.#put({ gainDb: db })
    const element = this.#element
    if (element === null || (db === 0 && this.#graph === null)) return
    if (this.#graph === null) {
      this.#graph = amplifier(element)
      if (this.#output !== null) soundOn(this.#graph.context, this.#output)
    }
    this.#graph.gain.gain.value = 10 ** (db / 20)
    if (this.#state.playing) void this.#graph.context.resume()
  }
  /** Where it is heard; null = where the computer sends sound by itself. */
  output(id: string | null): void {
    if (id === this.#output) return
    this.#output = id
    for (const sink of [this.#element, this.#graph?.context ?? null]) if (sink !== null) soundOn(sink, id)
  }
  loop(span: Span | null): void {
    this.#put({ loop: span })
  }
  skip(on: boolean): void {
    this.#put({ skips: on })
  }
  /** What is left out when silence is skipped, in order. */
  silences(skipped: readonly Span[]): void {
    this.#skipped = skipped
  }

  // ---- while it plays

  #follow(): void {
    cancelAnimationFrame(this.#frame)
    const step = () => {
      this.#look()
      if (this.#state.playing && this.#element !== null) this.#frame = requestAnimationFrame(step)
    }
    this.#frame = requestAnimationFrame(step)
  }

  #end(): void {
    if (!this.#ranOut) return this.#put({ position: this.#now() })
    this.#ranOut = false
    const { loop } = this.#state
    if (loop === null) return this.#put({ playing: false, waiting: false, ended: true, position: this.#now() })
    // a span that reaches to the end is repeated too
    this.seek(loop.from)
    this.play()
  }

  #look(): void {
    const element = this.#element
    if (element === null || this.#begin !== null || element.seeking) return
    const position = this.#now()
    const { loop, skips, playing } = this.#state
    if (!playing || Math.abs(position - this.#state.position) >= SHOWN_EVERY_MS) this.#put({ position })
    if (!playing) return
    if (loop !== null && position >= loop.to) {
      element.currentTime = loop.from / 1000
      return
    }
    const silence = skips ? spanAt(this.#skipped, position) : null
    if (silence === null) this.#chosenSilence = null
    else if (silence !== this.#chosenSilence && silence.to - position > 50)
      element.currentTime = Math.min(silence.to, loop?.to ?? silence.to) / 1000
  }

  #now(): number {
    return (this.#element?.currentTime ?? 0) * 1000
  }

  #put(change: Partial<SoundState>): void {
    const before = this.#state
    const changed = (Object.keys(change) as (keyof SoundState)[]).some(key => change[key] !== before[key])
    if (changed) this.#set({ ...before, ...change })
  }
  #set(state: SoundState): void {
    this.#state = state
    for (const listener of this.#listeners) listener()
  }
}

const finite = (seconds: number): number | null => (Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : null)

/** From then on the element is heard through it, for good. */
function amplifier(element: HTMLAudioElement) {
  const context = new AudioContext()
  const gain = context.createGain()
  const limiter = context.createDynamicsCompressor()
  limiter.threshold.value = -6
  limiter.knee.value = 0
  limiter.ratio.value = 20
  limiter.attack.value = 0.003
  limiter.release.value = 0.1
  context.createMediaElementSource(element).connect(gain).connect(limiter).connect(context.destination)
  return { context, gain }
}
