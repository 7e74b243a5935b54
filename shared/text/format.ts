/** Times, days, durations and lists as people of each language write them. All through Intl, except mm:ss. */
import { type Language } from './language.ts'

export interface Format {
  /** A clock time to the second, for what was confirmed or sent: `14:05:12`. */
  readonly clock: (at: number) => string
  /** A clock time to the minute: `14:05`; in fr-CA `14 h 05`. */
  readonly time: (at: number) => string
  /** A day heading beside `now`: Today, Yesterday, `Monday, November 16`, and the year where it is another one. */
  readonly day: (at: number, now: number) => string
  /** A date with its year. */
  readonly date: (at: number) => string
  /** A month with its year: `April 2026`. */
  readonly month: (at: number) => string
  /** A month alone, short: `Apr`. */
  readonly shortMonth: (at: number) => string
  /** A day of the coming weeks, without its year: `December 2`. */
  readonly dayMonth: (at: number) => string
  /** A count, in groups of three digits. */
  readonly count: (count: number) => string
  /** `mm:ss`, or `h:mm:ss` from an hour on. Less than nothing is nothing. */
  readonly duration: (ms: number) => string
  /** `a, b and c`. */
  readonly list: (items: readonly string[]) => string
  /** Bytes: `580 kB`, `12.3 MB`, `1.4 GB`. */
  readonly size: (bytes: number) => string
  /** A whole number. */
  readonly number: (value: number) => string
  /** A share of 0 to 1 in per cent: `1.5%`. */
  readonly share: (value: number) => string
  /** A playback speed: `1.5×`. */
  readonly speed: (rate: number) => string
  /** Samples a second: `44.1 kHz`. */
  readonly sampling: (hz: number) => string
}

const DAY_MS = 86_400_000

/** Formatters of one language. `timeZone`: the computer's unless given. All times: milliseconds since the epoch. */
export function formatFor(language: Language, timeZone?: string): Format {
  const zone = timeZone === undefined ? {} : { timeZone }
  const hours = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...zone } as const
  const clock = new Intl.DateTimeFormat(language, { ...hours, second: '2-digit' })
  const time = new Intl.DateTimeFormat(language, hours)
  const weekday = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long', ...zone })
  const withYear = new Intl.DateTimeFormat(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    ...zone,
  })
  const date = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', year: 'numeric', ...zone })
  const month = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', ...zone })
  const shortMonth = new Intl.DateTimeFormat(language, { month: 'short', ...zone })
  const parts = new Intl.DateTimeFormat('en', {
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    calendar: 'gregory',
    ...zone,
  })
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  const list = new Intl.ListFormat(language, { style: 'long', type: 'conjunction' })
  const dayMonth = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', ...zone })
  const count = new Intl.NumberFormat(language)
  const tenths = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })
  const number = new Intl.NumberFormat(language, { minimumFractionDigits: 1, maximumFractionDigits: 2 })

  const sizeIn = (unit: string, digits: number) =>
    new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short', maximumFractionDigits: digits })
  const sizes = [
    { from: 1e9, per: 1e9, format: sizeIn('gigabyte', 1) },
    { from: 1e6, per: 1e6, format: sizeIn('megabyte', 1) },
  ]
  const smallest = { per: 1e3, format: sizeIn('kilobyte', 0) }
  const whole = new Intl.NumberFormat(language, { maximumFractionDigits: 0 })
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 })

  const calendarDay = (at: number) => {
    const found = Object.fromEntries(parts.formatToParts(at).map(part => [part.type, Number(part.value)]))
    const year = found.year ?? 0
    return { year, index: Date.UTC(year, (found.month ?? 1) - 1, found.day ?? 1) / DAY_MS }
  }

  return {
    clock: at => clock.format(at),
    number: value => whole.format(value),
    share: value => share.format(value),
    time: at => time.format(at),
    day: (at, now) => {
      const [there, here] = [calendarDay(at), calendarDay(now)]
      const ago = there.index - here.index
      if (ago === 0 || ago === -1) return capital(relative.format(ago, 'day'), language)
      return capital((there.year === here.year ? weekday : withYear).format(at), language)
    },
    date: at => date.format(at),
    month: at => capital(month.format(at), language),
    shortMonth: at => shortMonth.format(at),
    dayMonth: at => dayMonth.format(at),
    count: many => count.format(many),
    duration,
    list: items => list.format(items),
    size: bytes => {
      const step = sizes.find(({ from }) => bytes >= from) ?? smallest
      return step.format.format(Math.max(bytes === 0 ? 0 : 1, bytes / step.per))
    },
    speed: rate => `${number.format(rate)}×`,
    sampling: hz => `${tenths.format(hz / 1000)}\u00a0kHz`,
  }
}

const made = new Map<Language, Format>()

/** The formatters of a language in this computer's time zone, made once: they are dear, and a snapshot comes often. */
export function formatOf(language: Language): Format {
  const known = made.get(language)
  if (known !== undefined) return known
  const format = formatFor(language)
  made.set(language, format)
  return format
}

function capital(words: string, language: Language): string {
  return words.charAt(0).toLocaleUpperCase(language) + words.slice(1)
}

function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h === 0 ? `${two(m)}:${two(s)}` : `${h}:${two(m)}:${two(s)}`
}
