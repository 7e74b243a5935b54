// What a Linux machine needs to show the app without a screen: a virtual display, a message bus, a keyring, libraries, fonts.
import { accessSync, chmodSync, constants, existsSync, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { Missing } from '../project.ts'
import { hasApt, needPackages } from './apt.ts'
import { isRoot } from './user.ts'

const SOCKETS = '/tmp/.X11-unix'
const PROGRAMS = ['Xvfb', 'xvfb-run', 'xauth', 'dbus-run-session', 'gnome-keyring-daemon']
const PACKAGES = [
  ...['xvfb', 'xauth', 'dbus', 'fonts-dejavu-core'],
  // The desktop's keyring, in the tests' own session.
  ...['gnome-keyring', 'libsecret-1-0'],
  // Libraries that Electron is linked with or loads.
  ...[
    'libgtk-3-0',
    'libnss3',
    'libasound2',
    'libgbm1',
    'libatk-bridge2.0-0',
    'libcups2',
    'libnotify4',
    'libxss1',
    'libxtst6',
  ],
]

/** Makes a headless display possible. Throws Missing with the way out. Other systems than Linux have a screen. */
export async function needDisplay(): Promise<void> {
  if (process.platform !== 'linux') return
  if (isRoot()) openSocketFolder()
  if (await hasApt()) return needPackages('a display without a screen', PACKAGES)
  const missing = PROGRAMS.filter(name => findProgram(name) === undefined)
  if (missing.length > 0)
    throw new Missing(`Install with this system's package manager, then try again: ${missing.join(', ')}`)
}

/** Where X servers put their sockets: made by root once, so that it belongs to none of the users. */
function openSocketFolder(): void {
  if (existsSync(SOCKETS)) return
  mkdirSync(SOCKETS)
  chmodSync(SOCKETS, 0o1777)
}

/** The path of the first of these programs that is on PATH. */
export function findProgram(...names: string[]): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(isExecutable)
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
