/**
 * Sounds of a telephone line whose truth is known, since they are made here: speech-like talk (vowels with formants,
 * fricatives, stops, nasals, in words and phrases), noise, hum, music. Always 8 kHz, floats with 1 = full scale, the same for
 * the same seed. Pure.
 */

export const RATE = 8000

/** Numbers from 0 to below 1 that look random, the same in every run. */
export type Chance = () => number

export function chanceFrom(seed: number): Chance {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32
  }
}

const between = (chance: Chance, least: number, most: number) => least + (most - least) * chance()
const oneOf = <T>(chance: Chance, some: readonly [T, ...T[]]): T => some[Math.floor(chance() * some.length)] ?? some[0]

/** An amplitude. */
export const ofDb = (db: number): number => 10 ** (db / 20)
export const frames = (ms: number): number => Math.round((ms * RATE) / 1000)

/** Roughly normal, spread 1. */
const gauss = (chance: Chance) => (chance() + chance() + chance() + chance() - 2) * Math.sqrt(3)

function filled(length: number, sample: (at: number) => number, gain = 1): Float64Array {
  const samples = new Float64Array(length)
  for (let at = 0; at < length; at++) samples[at] = gain * sample(at)
  return samples
}

// ---- what lies on a line

export function whiteNoise(length: number, db: number, seed: number): Float64Array {
  const chance = chanceFrom(seed)
  return filled(length, () => gauss(chance), ofDb(db))
}

/** As in an office or a car: 3 dB less with every octave (P. Kellet's filter). */
export function pinkNoise(length: number, db: number, seed: number): Float64Array {
  const chance = chanceFrom(seed)
  let [a, b, c] = [0, 0, 0]
  const raw = filled(length, () => {
    const white = gauss(chance)
    a = 0.99765 * a + white * 0.099046
    b = 0.963 * b + white * 0.2965164
    c = 0.57 * c + white * 1.0526913
    return a + b + c + white * 0.1848
  })
  return atLevel(raw, db)
}

/** Of the mains, with what a rectifier leaves of it. */
export function hum(length: number, db: number): Float64Array {
  const raw = filled(length, at => {
    const turn = (2 * Math.PI * at) / RATE
    return Math.sin(50 * turn) + 0.5 * Math.sin(100 * turn) + 0.3 * Math.sin(150 * turn) + 0.2 * Math.sin(300 * turn)
  })
  return atLevel(raw, db)
}

/** Chords and a tune without a pause, as it is heard on hold. */
export function music(length: number, db: number, seed: number): Float64Array {
  const chance = chanceFrom(seed)
  const raw = new Float64Array(length)
  const note = (from: number, ms: number, frequency: number, amplitude: number) => {
    const count = Math.min(frames(ms), length - from)
    for (let at = 0; at < count; at++) {
      const fade = Math.min(1, at / 80) * Math.exp(-1.5 * (at / frames(ms)))
      const turn = (2 * Math.PI * frequency * at) / RATE
      raw[from + at] = (raw[from + at] ?? 0) + amplitude * fade * (Math.sin(turn) + 0.4 * Math.sin(2 * turn))
    }
  }
  for (let from = 0; from < length; from += frames(1600)) {
    const root = oneOf(chance, [196, 220, 261.6, 174.6])
    for (const interval of [1, 1.26, 1.5]) note(from, 1700, root * interval, 0.5)
  }
  for (let from = 0; from < length; from += frames(400))
    note(from, 450, 392 * 2 ** (Math.floor(between(chance, 0, 12)) / 12), 1)
  return atLevel(raw, db)
}

export function powerOf(samples: Float64Array): number {
  let sum = 0
  for (const sample of samples) sum += sample * sample
  return sum
}

export const scaled = (samples: Float64Array, gain: number): Float64Array =>
  filled(samples.length, at => gain * (samples[at] ?? 0))

/** So that its mean power is that of `db` below full scale. */
function atLevel(raw: Float64Array, db: number): Float64Array {
  const power = powerOf(raw)
  return power === 0 ? raw : scaled(raw, ofDb(db) / Math.sqrt(power / raw.length))
}

/** Puts a sound into another, from a frame on, with what lies there already. */
export function mixInto(whole: Float64Array, part: Float64Array, from = 0, gain = 1): void {
  const end = Math.min(part.length, whole.length - from)
  for (let at = 0; at < end; at++) whole[from + at] = (whole[from + at] ?? 0) + gain * (part[at] ?? 0)
}

// ---- speech

export interface Speaker {
  /** Hz. */
  readonly pitch: number
  readonly whispers?: boolean
}

type Formants = readonly [number, number, number]
/** First formants of a, e, i, o, u and of the vowel without a name, Hz. */
const VOWELS: readonly [Formants, ...Formants[]] = [
  [730, 1090, 2440],
  [530, 1840, 2480],
  [280, 2250, 2890],
  [570, 840, 2410],
  [310, 870, 2250],
  [500, 1500, 2500],
]
const NASAL: Formants = [250, 1200, 2200]
interface Hiss {
  readonly hz: number
  readonly db: number
}
/** Where the noise of fricatives lies in a telephone's band, and how loud they are beside vowels, dB. */
const FRICATIVES: readonly [Hiss, ...Hiss[]] = [
  { hz: 3200, db: -14 },
  { hz: 2400, db: -11 },
  { hz: 1500, db: -21 },
  { hz: 1100, db: -19 },
]

/** A resonance of two poles. */
function resonate(samples: Float64Array, hz: number, width: number): Float64Array {
  const r = Math.exp((-Math.PI * width) / RATE)
  const [b, c] = [2 * r * Math.cos((2 * Math.PI * hz) / RATE), -r * r]
  let [before, beforeThat] = [0, 0]
  return filled(samples.length, at => {
    const value = (samples[at] ?? 0) + b * before + c * beforeThat
    beforeThat = before
    before = value
    return value
  })
}

/** Ends that do not click. */
const faded = (samples: Float64Array, ramp: number): Float64Array =>
  filled(samples.length, at => (samples[at] ?? 0) * Math.min(1, (at + 1) / ramp, (samples.length - at) / ramp))

function voiced(length: number, formants: readonly number[], pitch: number, chance: Chance): Float64Array {
  let [phase, smooth] = [0, 0]
  const source = filled(length, at => {
    phase += (pitch * (1 + 0.03 * Math.sin((2 * Math.PI * 5 * at) / RATE))) / RATE
    const pulse = phase >= 1 ? 1 : 0
    phase %= 1
    smooth = 0.9 * smooth + pulse
    return smooth + 0.002 * gauss(chance)
  })
  return formants.reduce<Float64Array>((sound, hz, at) => resonate(sound, hz, 60 + 40 * at), source)
}

const breath = (length: number, hz: readonly number[], width: number, chance: Chance): Float64Array =>
  hz.reduce<Float64Array>(
    (sound, one) => resonate(sound, one, width),
    filled(length, () => gauss(chance)),
  )

interface Phone {
  readonly ms: number
  /** Beside a vowel; null: a closure, without a sound. */
  readonly db: number | null
  readonly sound: (length: number) => Float64Array
}

function phonesOf(speaker: Speaker, chance: Chance, syllables: number): Phone[] {
  const phones: Phone[] = []
  const voice = (formants: readonly number[]) => (length: number) =>
    speaker.whispers === true
      ? breath(length, formants, 200, chance)
      : voiced(length, formants, speaker.pitch * between(chance, 0.85, 1.15), chance)
  const vowel = () =>
    phones.push({ ms: between(chance, 60, 180), db: between(chance, -4, 2), sound: voice(oneOf(chance, VOWELS)) })
  const nasal = () => phones.push({ ms: between(chance, 50, 110), db: between(chance, -12, -7), sound: voice(NASAL) })
  const fricative = (least: number, most: number) => {
    const { hz, db } = oneOf(chance, FRICATIVES)
    phones.push({ ms: between(chance, least, most), db, sound: length => breath(length, [hz], 700, chance) })
  }
  const stop = () => {
    phones.push({ ms: between(chance, 40, 90), db: null, sound: length => new Float64Array(length) })
    phones.push({ ms: between(chance, 10, 25), db: -13, sound: length => breath(length, [2000], 1500, chance) })
  }
  for (let at = 0; at < syllables; at++) {
    const onset = chance()
    if (onset < 0.4) stop()
    else if (onset < 0.7) fricative(60, 140)
    else if (onset < 0.9) nasal()
    vowel()
    const coda = chance()
    if (coda < 0.2) nasal()
    else if (coda < 0.4) fricative(60, 140)
    else if (coda < 0.55) stop()
  }
  // many a sentence ends without a voice
  if (chance() < 0.5) fricative(120, 260)
  return phones
}

/** A phrase of about so many milliseconds: it begins and ends with a sound, and its end is softer than its beginning. */
export function phrase(speaker: Speaker, chance: Chance, ms: number): Float64Array {
  const phones = phonesOf(speaker, chance, Math.max(1, Math.round(ms / 230)))
  const total = phones.reduce((sum, phone) => sum + frames(phone.ms), 0)
  const pieces: Float64Array[] = []
  let at = 0
  for (const { ms: long, db, sound } of phones) {
    const length = frames(long)
    const raw = sound(length)
    pieces.push(db === null ? raw : faded(atLevel(raw, db - 8 * (at / total)), 60))
    at += length
    // hesitations; what is shorter than a pause belongs to the phrase
    if (at < total && chance() < 0.12) pieces.push(new Float64Array(frames(between(chance, 20, 200))))
  }
  const whole = new Float64Array(pieces.reduce((sum, piece) => sum + piece.length, 0))
  let place = 0
  for (const piece of pieces) {
    whole.set(piece, place)
    place += piece.length
  }
  return whole
}

/** Milliseconds, `to` exclusive. */
export interface Spoken {
  readonly from: number
  readonly to: number
}

export interface Talk {
  readonly samples: Float64Array
  /** Where somebody speaks, in order, apart. */
  readonly spoken: readonly Spoken[]
}

/**
 * Talk with pauses for a while.
 * @param db its mean power while somebody speaks, below full scale
 * @param pauseMs how long a pause is
 */
export function talk(
  speaker: Speaker,
  seconds: number,
  db: number,
  pauseMs: (chance: Chance) => number,
  seed: number,
): Talk {
  const chance = chanceFrom(seed)
  const samples = new Float64Array(frames(seconds * 1000))
  const spoken: Spoken[] = []
  let power = 0
  let active = 0
  for (let at = frames(pauseMs(chance)); ; at += frames(pauseMs(chance))) {
    const said = phrase(speaker, chance, between(chance, 500, 4000))
    if (at + said.length > samples.length) break
    mixInto(samples, said, at)
    power += powerOf(said)
    active += said.length
    const last = spoken.at(-1)
    const [from, to] = [(at * 1000) / RATE, ((at + said.length) * 1000) / RATE]
    if (last !== undefined && from <= last.to) spoken[spoken.length - 1] = { from: last.from, to }
    else spoken.push({ from, to })
    at += said.length
  }
  const gain = active === 0 ? 1 : ofDb(db) / Math.sqrt(power / active)
  return { samples: scaled(samples, gain), spoken }
}

/** As people talk with each other: many short pauses, some long ones. */
export const usualPause = (chance: Chance): number =>
  oneOf(chance, [
    () => between(chance, 100, 500),
    () => between(chance, 100, 500),
    () => between(chance, 600, 2000),
    () => between(chance, 600, 2000),
    () => between(chance, 2000, 7000),
  ])()
/** Of somebody who hardly stops. */
export const shortPause = (chance: Chance): number => between(chance, 80, 250)
/** Of somebody who mostly listens. */
export const longPause = (chance: Chance): number => between(chance, 3000, 15_000)

/** 16 bits, channels interleaved. */
export function inSixteenBits(...channels: readonly Float64Array[]): Int16Array {
  const length = Math.max(...channels.map(channel => channel.length))
  const out = new Int16Array(length * channels.length)
  for (const [channel, samples] of channels.entries())
    for (let at = 0; at < length; at++)
      out[at * channels.length + channel] = Math.max(-32_768, Math.min(32_767, Math.round((samples[at] ?? 0) * 32_768)))
  return out
}
