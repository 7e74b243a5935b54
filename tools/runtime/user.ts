// The ordinary user as whom root runs the app: Chromium has no sandbox for root.
import { capture } from '../process.ts'
import { Missing, say } from '../project.ts'

export type User = { name: string; uid: number; gid: number; home: string }

const NAME = 'tallylight-e2e'

/** True when we are root on a system whose root may not run Chromium. */
export function isRoot(): boolean {
  return process.platform === 'linux' && process.getuid?.() === 0
}

/** The user for the suites, created at first. Only for root; throws Missing when he cannot be made. */
export async function ordinaryUser(): Promise<User> {
  const found = await lookUp()
  if (found) return found
  say(`Creating the user ${NAME}: the app is run as an ordinary user, so that Chromium's sandbox is on`)
  const { output } = await capture('useradd', ['--create-home', '--shell', '/bin/sh', NAME])
  const created = await lookUp()
  if (!created) throw new Missing(`The user ${NAME} could not be created:\n${output}`)
  return created
}

async function lookUp(): Promise<User | undefined> {
  const { code, output } = await capture('getent', ['passwd', NAME])
  const [name, , uid, gid, , home] = output.trim().split(':')
  if (code !== 0 || !name || !uid || !gid || !home) return undefined
  return { name, uid: Number(uid), gid: Number(gid), home }
}

/** The words before a command that is to run as this user: no process stays in between, and setuid helpers still work. */
export function asUser(user: User): string[] {
  return ['setpriv', `--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', '--inh-caps=-all', '--']
}
