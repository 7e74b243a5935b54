/** A keyring in the test's own D-Bus session: gnome-keyring, unlocked, ended by its own pid. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { promisify } from 'node:util'
import { expect } from '@playwright/test'

const run = promisify(execFile)

/** Starts it and waits until it answers for secrets; answers the way to end it. */
export async function startKeyring(): Promise<() => Promise<void>> {
  const daemon = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  daemon.stdin.end('the test’s own\n')
  await expect.poll(hasSecrets, { message: 'an open keyring on the message bus', timeout: 15_000 }).toBe(true)
  return async () => {
    const gone = once(daemon, 'exit')
    daemon.kill()
    await gone
  }
}

/** The keyring has its name on the bus before its login collection is open, and whoever asks in between is left waiting. */
async function hasSecrets(): Promise<boolean> {
  const collection = ['--dest=org.freedesktop.secrets', '/org/freedesktop/secrets/collection/login']
  const locked = ['string:org.freedesktop.Secret.Collection', 'string:Locked']
  return run('dbus-send', [
    '--session',
    '--print-reply',
    ...collection,
    'org.freedesktop.DBus.Properties.Get',
    ...locked,
  ]).then(
    ({ stdout }) => stdout.includes('boolean false'),
    () => false,
  )
}
