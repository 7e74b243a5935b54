// Starts the private Asterisk on loopback and ends it again, by its own process id.
import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { tail } from './apt.ts'
import {
  configurationOf,
  consoleOf,
  DEFAULTS,
  logOf,
  monitorOf,
  prepareRun,
  type Settings,
  writeConfiguration,
} from './configuration.ts'
import { installAsterisk } from './install.ts'
import { type Installation, ownEnvironment } from './installation.ts'
import { freePorts, localAddress } from './network.ts'
import { type Channel, digitsIn, parseChannels, withoutGrumbling } from './reading.ts'

/** A Unix socket's path may have 107 bytes (unix(7)), and the socket's own name takes 14. */
const LONGEST_CONTROL = 107 - '/asterisk.ctl'.length
const BOOT_LIMIT = 30_000
const STOP_LIMIT = 5_000

const runFile = promisify(execFile)

export type Asterisk = {
  /** SIP over WebSocket, `ws://127.0.0.1:PORT/ws`. */
  readonly ws: string
  /** The same over TLS, with a certificate of its own. */
  readonly wss: string
  /** SHA-256 of that certificate, `AA:BB:…`. */
  readonly certificateFingerprint: string
  /** Where recordings appear. */
  readonly monitorFolder: string
  /** Asterisk's own log: verbose, digits and every SIP message. */
  readonly logFile: string
  readonly version: string
  readonly pid: number
  /** One command of Asterisk's console; throws when it does not answer. */
  cli(command: string): Promise<string>
  channels(): Promise<Channel[]>
  /** File names in the monitor folder, sorted. */
  recordings(): string[]
  /** Whether this user's calls are recorded (the flag that *26 turns). */
  permanentRecording(user: string): Promise<boolean>
  /** The digits that 620 heard from this user so far. */
  digitsHeard(user: string): string
  /** Ends all calls, deletes all recordings and flags; registrations stay. */
  reset(): Promise<void>
  /** Ends it in order: calls get their BYE. Files stay until `remove`. */
  stop(): Promise<void>
  /** Ends it as a power cut would: no BYE, and recordings are left open. */
  kill(): Promise<void>
  /**
   * `core restart now` of its own console: calls get their BYE, sockets are closed, contacts of WebSockets are forgotten. The
   * same process begins anew; resolves when it has fully booted. Only with a loader that can name a program (glibc 2.33).
   */
  restart(): Promise<void>
  /** Stops its clock: it answers nothing, and its sockets stay open. */
  freeze(): void
  thaw(): void
  /** Ends it, if need be, and deletes its folder with the recordings. */
  remove(): Promise<void>
}

/** A user of the configuration; `sip:<user>@127.0.0.1`. */
export type Account = { username: string; password: string; uri: string }

export function account(username: '1001' | '1002' | '1003' | '1004' | '1005'): Account {
  return { username, password: `secret${username}`, uri: `sip:${username}@127.0.0.1` }
}

/**
 * Installs Asterisk if need be, starts one with a folder and ports of its own, and waits until it has fully booted.
 * It ends with this process even when that is killed. Throws with the end of its log when it does not start.
 */
export async function startAsterisk(settings: Partial<Settings> = {}): Promise<Asterisk> {
  const address = localAddress()
  if (address === undefined) {
    throw new Error(
      'This machine has no IPv4 address besides 127.*, and Asterisk makes no ICE candidate without one. ' +
        'Run the suite in a network of its own (networkWords() of e2e/pbx/asterisk/network.ts gives the words).',
    )
  }
  const installation = await installAsterisk()
  const run = mkdtempSync(join(tmpdir(), 'tallylight-pbx-'))
  const control = Buffer.byteLength(run) <= LONGEST_CONTROL ? run : mkdtempSync('/tmp/tallylight-pbx-')
  const discard = () => {
    for (const folder of new Set([run, control])) rmSync(folder, { recursive: true, force: true })
  }
  try {
    const certificateFingerprint = prepareRun(installation, run)
    const place = { run, control, localAddress: address }
    const { child, ports } = await boot(installation, { ...DEFAULTS, ...settings }, place)
    return asAsterisk({ installation, run, child, ports, certificateFingerprint, discard })
  } catch (error) {
    discard()
    throw error
  }
}

type Ports = { httpPort: number; httpsPort: number }
type Process = { child: ChildProcess; pid: number; ended: Promise<void> }

/** Ports that were free may be taken a moment later, so other ones are tried. */
async function boot(
  installation: Installation,
  settings: Settings,
  place: { run: string; control: string; localAddress: string },
): Promise<{ child: Process; ports: Ports }> {
  for (let attempt = 1; attempt <= 3; attempt++) {
    const [httpPort = 0, httpsPort = 0] = await freePorts(2)
    writeConfiguration(installation, settings, { ...place, httpPort, httpsPort })
    const child = launch(installation, place.run)
    try {
      await fullyBooted(installation, place.run, child)
      const bound = await cli(installation, place.run, 'http show status')
      if ([httpPort, httpsPort].every(port => bound.includes(`127.0.0.1:${port}`))) {
        return { child, ports: { httpPort, httpsPort } }
      }
    } catch (error) {
      await end(child, 'SIGKILL')
      throw new Error(`Asterisk did not start.\n${lastWords(place.run)}`, { cause: error })
    }
    await end(child, 'SIGKILL')
  }
  throw new Error(`Asterisk does not get its ports.\n${lastWords(place.run)}`)
}

function launch(installation: Installation, run: string): Process {
  const console = openSync(consoleOf(run), 'a')
  // Ends Asterisk when we are gone; setpriv(1) becomes Asterisk, so the process id is its own. -f: stay in the foreground.
  // A file that may not grow is to it what it is on a full disk: an error, and not its end by SIGXFSZ.
  const shell = ['sh', '-c', 'trap "" XFSZ; exec "$@"', 'sh']
  const program = restartable(installation, run)
  const words = ['--pdeathsig', 'KILL', '--', ...shell, ...program, '-f', '-C', configurationOf(run)]
  const child = spawn('setpriv', words, { cwd: run, env: ownEnvironment(run), stdio: ['ignore', console, console] })
  closeSync(console)
  const ended = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve())
    child.once('error', reject)
  })
  if (child.pid === undefined) throw new Error('Asterisk cannot be run: setpriv(1) is missing')
  return { child, pid: child.pid, ended }
}

/**
 * To restart, Asterisk runs its own name again: that must be a program which brings the loader and the libraries along. An
 * older release's loader gives it the name of the bare program alone, and no restart then.
 */
function restartable({ command, suite }: Installation, run: string): readonly string[] {
  if (suite !== 'sid') return command
  const [loader, ...rest] = command
  const quoted = (word: string) => `'${word.replaceAll("'", String.raw`'\''`)}'`
  const file = join(run, 'asterisk')
  writeFileSync(file, `#!/bin/sh\nexec ${quoted(loader)} --argv0 "$0" ${rest.map(quoted).join(' ')} "$@"\n`, {
    mode: 0o700,
  })
  return [file]
}

/** How often it has said so in its log. */
const timesReady = (run: string): number => readFileSync(logOf(run), 'utf8').split('Asterisk Ready').length - 1

async function fullyBooted(installation: Installation, run: string, { child }: Process): Promise<void> {
  const deadline = performance.now() + BOOT_LIMIT
  let last: unknown
  while (performance.now() < deadline) {
    if (hasEnded(child)) throw new Error('Asterisk ended while it started')
    try {
      last = await cli(installation, run, 'core waitfullybooted')
      if (String(last).includes('fully booted')) return
    } catch (error) {
      // Its control socket is not there yet.
      last = error
    }
    await pause(50)
  }
  throw new Error(`Asterisk has not booted after ${BOOT_LIMIT / 1000} s`, { cause: last })
}

function asAsterisk(started: {
  installation: Installation
  run: string
  child: Process
  ports: Ports
  certificateFingerprint: string
  discard: () => void
}): Asterisk {
  const { installation, run, child, ports, certificateFingerprint, discard } = started
  const monitorFolder = monitorOf(run)
  const command = (words: string) => cli(installation, run, words)
  const channels = async () => parseChannels(await command('core show channels concise'))
  const recordings = () => readdirSync(monitorFolder).sort()
  return {
    ws: `ws://127.0.0.1:${ports.httpPort}/ws`,
    wss: `wss://127.0.0.1:${ports.httpsPort}/ws`,
    certificateFingerprint,
    monitorFolder,
    logFile: logOf(run),
    version: installation.version,
    pid: child.pid,
    cli: command,
    channels,
    recordings,
    permanentRecording: async user => (await command(`database get callrecord ${user}`)).includes('Value: 1'),
    digitsHeard: user => digitsIn(readFileSync(logOf(run), 'utf8'), user),
    reset: async () => {
      await command('channel request hangup all')
      const deadline = performance.now() + STOP_LIMIT
      while ((await channels()).length > 0) {
        if (performance.now() > deadline) throw new Error('Asterisk does not end its calls')
        await pause(50)
      }
      await command('database deltree callrecord')
      await command('dialplan set global TOUCH_MIXMONITOR_FORMAT wav')
      for (const id of [1, 2, 3, 4, 5]) await command(`devstate change Custom:*735${id}***226 NOT_INUSE`)
      for (const name of recordings()) rmSync(join(monitorFolder, name))
    },
    stop: () => end(child, 'SIGTERM'),
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      const before = timesReady(run)
      // its console ends with it, which is no failure here
      await command('core restart now').catch(() => undefined)
      const deadline = performance.now() + BOOT_LIMIT
      while (timesReady(run) === before) {
        if (hasEnded(child.child) || performance.now() > deadline) throw new Error('Asterisk did not restart')
        await pause(50)
      }
      await fullyBooted(installation, run, child)
    },
    freeze: () => signal(child, 'SIGSTOP'),
    thaw: () => signal(child, 'SIGCONT'),
    remove: async () => {
      await end(child, 'SIGTERM')
      discard()
    },
  }
}

/** Sends a signal and waits for the end; after 5 s it is killed. Nothing happens when it has ended before. */
async function end(process: Process, first: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (hasEnded(process.child)) return
  // One that is frozen hears only SIGKILL.
  process.child.kill('SIGCONT')
  process.child.kill(first)
  const timer = setTimeout(() => process.child.kill('SIGKILL'), STOP_LIMIT)
  await process.ended
  clearTimeout(timer)
}

function signal({ child }: Process, name: NodeJS.Signals): void {
  if (hasEnded(child) || !child.kill(name)) throw new Error('Asterisk is not running')
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Rejects with what the client said when Asterisk does not answer within 10 s. */
async function cli(installation: Installation, run: string, command: string): Promise<string> {
  const [program, ...words] = installation.command
  const options = { env: ownEnvironment(run), timeout: 10_000, maxBuffer: 16 * 1024 * 1024 }
  const { stdout } = await runFile(program, [...words, '-C', configurationOf(run), '-rx', command], options)
  return withoutGrumbling(stdout)
}

function lastWords(run: string): string {
  return [consoleOf(run), join(run, 'log', 'messages')].map(file => tail(file, 15)).join('\n')
}
