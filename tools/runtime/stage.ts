// The stage on which a suite plays: who runs it, where he sees the clone, and folders of his own that end with it.
//
// As root the suite runs as an ordinary user. He often cannot enter the clone (a folder above it is closed to him), so he
// gets a bind mount of it in a mount namespace that only his processes see, or a copy where mounting is not allowed.
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmdirSync,
  rmSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { delimiter, dirname, isAbsolute, join, relative } from 'node:path'
import { capture, type Command, show } from '../process.ts'
import { Missing, root, say } from '../project.ts'
import { asUser, isRoot, ordinaryUser, type User } from './user.ts'

export type Stage = {
  /** Where the one who plays may write; `keep` brings it to the clone. */
  out: string
  /** A path below the clone as the one who plays sees it. */
  seen: (path: string) => string
  /** Runs a program there, with the clone as the working folder; returns its exit code. */
  run: (command: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<number>
  /** Copies what was written to `out` into a folder of the clone. */
  keep: (folder: string) => void
  /** Takes everything down again. */
  close: () => void
}

type View = { folder: string; before: string[] }

/** What no suite reads; what came back from earlier ones may be closed. */
const UNUSED = ['.git', '.cache', 'demo-output', 'out/reports']
const PASSED_ON =
  /^(TALLYLIGHT_|LANG$|LC_|TZ$|CI$|FORCE_COLOR$|NO_COLOR$|TERM$|DEBUG$|ELECTRON_ENABLE_|DISPLAY$|XAUTHORITY$|WAYLAND_DISPLAY$)/

export async function openStage(): Promise<Stage> {
  const user = isRoot() ? await ordinaryUser() : undefined
  const folder = await makeFolder(user)
  const own = Object.fromEntries(['home', 'out', 'run', 'tmp'].map(name => [name, makeOwn(join(folder, name), user)]))
  const view = user ? await viewFor(user, folder) : { folder: root, before: [] }
  const seen = (path: string) => moveBelow(path, view.folder)
  if (user) await mustRunNode(user, view, seen(process.execPath))
  const out = join(folder, 'out')
  return {
    out,
    seen,
    run: (command, args, env) =>
      show(compose(view, seen(command), args, { ...environment(own, user, seen), ...env }, user)),
    keep: target => {
      mkdirSync(target, { recursive: true })
      cpSync(out, target, { recursive: true })
    },
    close: () => {
      // The mount is seen by the suite's processes alone. Were it here after all, rmdir would refuse and save the clone.
      const mountPoint = join(folder, 'mounted')
      if (existsSync(mountPoint)) rmdirSync(mountPoint)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function compose(
  view: View,
  command: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  user: User | undefined,
): Command {
  const [first = command, ...rest] = [...view.before, ...(user ? asUser(user) : []), command, ...args]
  return { command: first, args: rest, cwd: view.before.length > 0 ? '/' : view.folder, env }
}

/** A new folder that the user can reach; mode 0755, ours. */
async function makeFolder(user: User | undefined): Promise<string> {
  for (const base of new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const folder = mkdtempSync(join(base, 'tallylight-'))
    chmodSync(folder, 0o755)
    if (!user || (await userCan(user, ['test', '-x', folder]))) return folder
    rmSync(folder, { recursive: true })
  }
  throw new Missing(
    `The user ${user?.name ?? ''} can enter neither the folder for temporary files nor /tmp nor /var/tmp.`,
  )
}

function makeOwn(folder: string, user: User | undefined): string {
  mkdirSync(folder, { mode: 0o700 })
  if (user) chownSync(folder, user.uid, user.gid)
  return folder
}

/** The user's way to see the clone: as it lies, by a mount, or as a copy. */
async function viewFor(user: User, folder: string): Promise<View> {
  const readable = await everyoneCanRead()
  if (readable && (await userCan(user, ['test', '-r', join(root, 'package.json')]))) return { folder: root, before: [] }
  const mounted = join(folder, 'mounted')
  if (readable) {
    mkdirSync(mounted)
    const script = 'mount --bind "$1" "$2" && cd "$2" && shift 2 && exec "$@"'
    const before = ['unshare', '--mount', '--propagation', 'private', '--', 'sh', '-c', script, 'sh', root, mounted]
    const [first = '', ...rest] = [...before, ...asUser(user), 'test', '-r', 'package.json']
    if ((await capture(first, rest)).code === 0) return { folder: mounted, before }
    rmdirSync(mounted)
  }
  say(`The user ${user.name} cannot enter this folder, so he gets a copy of it`)
  const copy = join(folder, 'copy')
  mkdirSync(copy)
  const entries = readdirSync(root).filter(name => !UNUSED.includes(name))
  const { code, output } = await capture('cp', ['-a', '--', ...entries.map(name => join(root, name)), copy])
  if (code !== 0) throw new Error(`The copy for ${user.name} failed:\n${output}`)
  await capture('chmod', ['-R', 'a+rX', copy])
  return { folder: copy, before: [] }
}

/** A Node that lies in somebody's home is closed to the user; the packaged one is in the clone. */
async function mustRunNode(user: User, view: View, node: string): Promise<void> {
  const [first = '', ...rest] = [...view.before, ...asUser(user), node, '--version']
  const { code, output } = await capture(first, rest, { cwd: '/' })
  if (code !== 0)
    throw new Missing(`The user ${user.name} cannot run ${node}; install Node 24 for everybody.\n${output}`)
}

async function everyoneCanRead(): Promise<boolean> {
  const closed = ['(', '-type', 'd', '-not', '-perm', '-005', '-o', '-type', 'f', '-not', '-perm', '-004', ')']
  const apart = UNUSED.flatMap(name => ['-path', join(root, name), '-prune', '-o'])
  const { output } = await capture('find', [root, ...apart, ...closed, '-print', '-quit'])
  return output === ''
}

async function userCan(user: User, words: string[]): Promise<boolean> {
  const [first = '', ...rest] = [...asUser(user), ...words]
  return (await capture(first, rest, { cwd: '/' })).code === 0
}

function moveBelow(path: string, folder: string): string {
  const below = relative(root, path)
  return isAbsolute(path) && !below.startsWith('..') && !isAbsolute(below) ? join(folder, below) : path
}

/** Only what is meant to reach a suite does; HOME and the like are its own and empty, the cache lasts. */
function environment(
  own: Record<string, string>,
  user: User | undefined,
  seen: (path: string) => string,
): NodeJS.ProcessEnv {
  if (process.platform !== 'linux') return { ...process.env, TALLYLIGHT_OUT: own['out'] }
  const passed = Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.test(name)))
  const cache = user ? join(user.home, '.cache') : (process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'))
  return {
    ...passed,
    PATH: [seen(dirname(process.execPath)), process.env['PATH'] ?? '/usr/bin:/bin'].join(delimiter),
    LANG: process.env['LANG'] ?? 'C.UTF-8',
    HOME: own['home'],
    TMPDIR: own['tmp'],
    XDG_RUNTIME_DIR: own['run'],
    XDG_CACHE_HOME: cache,
    TALLYLIGHT_OUT: own['out'],
    USER: user?.name ?? process.env['USER'],
    LOGNAME: user?.name ?? process.env['LOGNAME'],
    // A test display has no accessibility bus to wait for.
    NO_AT_BRIDGE: '1',
  }
}
