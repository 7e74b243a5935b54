/** What the live suite is told by environment variables: each one that is missing or wrong is named, with what to do. */
import { X509Certificate } from 'node:crypto'
import { parseAddress } from '../../electron/account/address.ts'
import { cleanNumber } from '../../shared/number.ts'

const PREFIX = 'TALLYLIGHT_LIVE_'

export interface LiveSettings {
  readonly server: string
  readonly user: string
  readonly password: string
  /** As it is dialled. */
  readonly callee: string
  /** Certificates beside the system's, PEM. */
  readonly ca: string | null
  /** The only certificate that the server may show: SHA-256, `AA:BB:…`. */
  readonly fingerprint: string | null
  /** A person picks up another device of the user; calls are originated through the server. */
  readonly external: boolean
  /** How long the callee may ring, seconds. */
  readonly answerS: number
  readonly recordCode: string
  readonly permanentCode: string
}

/** Names, what they are, and the default of those that may be left out. */
const VARIABLES = {
  SERVER: 'the server: a host, host:port or an https address',
  USER: 'who signs in there',
  PASSWORD: "that user's password",
  CALLEE: 'an extension that answers and talks for a minute',
  CA: 'or FINGERPRINT, where the system does not know the certificate: a PEM file with its authority',
  FINGERPRINT: 'SHA-256 of the certificate itself, 64 hexadecimal digits, colons or none',
  DEVICE: '"external": you pick up the user\'s own phone when it rings; this computer carries no call',
  ANSWER_S: 'seconds that the callee may ring, 1 to 120 (30)',
  RECORD_CODE: 'the code that records a call (*3)',
  PERMANENT_CODE: 'the code that switches automatic recording (*26)',
} as const
type Name = keyof typeof VARIABLES

const names = Object.keys(VARIABLES) as Name[]

export const USAGE = [
  'Checks the main job of recording against a Wazo server: npm run --silent test:live [-- --json]',
  ...names.map(name => `  ${(PREFIX + name).padEnd(34)}${VARIABLES[name]}`),
  'It calls, records for some seconds, and sets every flag back that it changed. 0: all that is allowed works;',
  '1: something does not; 2: a variable is missing or wrong.',
].join('\n')

/** The settings, or what is wrong with them. `read` reads a file as text and throws. */
export function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  read: (file: string) => string,
): LiveSettings | { readonly problems: readonly string[] } {
  const problems: string[] = []
  const wrong = (name: Name, what: string) => void problems.push(`${PREFIX}${name} ${what}`)
  const given = (name: Name) => env[PREFIX + name] || null
  const needed = (name: Name): string => {
    const value = given(name)
    if (value === null) wrong(name, `is missing: ${VARIABLES[name]}`)
    return value ?? ''
  }
  const code = (name: 'RECORD_CODE' | 'PERMANENT_CODE', usual: string): string => {
    const value = given(name) ?? usual
    if (!/^[0-9*#]{2,12}$/.test(value)) wrong(name, `is no code: 2 to 12 of 0-9, * and #`)
    return value
  }

  for (const name of Object.keys(env))
    if (name.startsWith(PREFIX) && !names.includes(name.slice(PREFIX.length) as Name))
      problems.push(`${name} is none of its variables: a slip of the pen?`)
  const server = needed('SERVER')
  if (server !== '' && !isAddress(server)) wrong('SERVER', `is no address: ${VARIABLES.SERVER}`)
  const callee = needed('CALLEE')
  const number = cleanNumber(callee)
  if (callee !== '' && number === null) wrong('CALLEE', `is no number that can be dialled`)
  const fingerprint = given('FINGERPRINT')
  const digest = fingerprint === null ? null : digestOf(fingerprint)
  if (fingerprint !== null && digest === null)
    wrong('FINGERPRINT', 'is no SHA-256: 64 hexadecimal digits (openssl x509 -noout -fingerprint -sha256)')
  const file = given('CA')
  const ca = file === null ? null : certificateIn(file, read)
  if (file !== null && ca === null) wrong('CA', `names no PEM file that can be read: ${file}`)
  if (file !== null && fingerprint !== null) wrong('CA', `and ${PREFIX}FINGERPRINT are both set: leave one out`)
  const device = given('DEVICE')
  if (device !== null && device !== 'external') wrong('DEVICE', 'can be "external" only; leave it out otherwise')
  const answerS = Number(given('ANSWER_S') ?? 30)
  if (!(answerS >= 1 && answerS <= 120)) wrong('ANSWER_S', 'is not a number from 1 to 120')
  const settings: LiveSettings = {
    server,
    user: needed('USER'),
    password: needed('PASSWORD'),
    callee: number ?? '',
    ca,
    fingerprint: digest,
    external: device === 'external',
    answerS,
    recordCode: code('RECORD_CODE', '*3'),
    permanentCode: code('PERMANENT_CODE', '*26'),
  }
  return problems.length > 0 ? { problems } : settings
}

function isAddress(text: string): boolean {
  try {
    parseAddress(text)
    return true
  } catch {
    return false // the caller says what an address is
  }
}

function digestOf(text: string): string | null {
  const hex = text
    .replace(/^sha-?256 fingerprint=/i, '')
    .replaceAll(':', '')
    .trim()
    .toUpperCase()
  return /^[0-9A-F]{64}$/.test(hex) ? (hex.match(/../g) ?? []).join(':') : null
}

function certificateIn(file: string, read: (file: string) => string): string | null {
  try {
    const text = read(file)
    new X509Certificate(text)
    return text
  } catch {
    return null // the caller names the file
  }
}
