/** What survives a restart: the session with a keyring, nothing without one, and never a secret in clear. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, launch, test } from './support/app.ts'
import { startKeyring } from './support/keyring.ts'
import { registered, signIn } from './support/steps.ts'

test('with a keyring a restart comes back signed in, and the profile holds no secret', async ({ profile, demo }) => {
  const endKeyring = await startKeyring()
  try {
    const first = await launch({ profile, keyring: 'gnome-libsecret' })
    const window = await first.window()
    await signIn(window, demo, 'eve')
    await registered(window)
    await first.close()

    const { tokens, lines } = await demo.secrets()
    const secrets = [...tokens, ...lines.map(line => line.secret)]
    expect(secrets.length).toBeGreaterThan(0)
    for (const [name, content] of await filesOf(profile)) {
      for (const secret of secrets) expect(content.includes(secret), `${name} holds a secret`).toBe(false)
    }

    const second = await launch({ profile, keyring: 'gnome-libsecret' })
    const again = await second.window()
    await registered(again)
    await expect(again.getByText('Eve Gagnon').first()).toBeVisible()
    await again.getByRole('button', { name: 'Settings' }).click()
    await expect(again.getByText(/kept by this computer's keyring/)).toBeVisible()
    await again.getByRole('button', { name: 'Sign out' }).click()
    await expect(again.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
    await second.close()

    const third = await launch({ profile, keyring: 'gnome-libsecret' })
    await expect((await third.window()).getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
    await third.close()
  } finally {
    await endKeyring()
  }
})

test('without a keyring the session lasts for this run only, and says so', async ({ profile, demo }) => {
  const first = await launch({ profile })
  const window = await first.window()
  await signIn(window, demo, 'eve')
  await registered(window)
  await window.getByRole('button', { name: 'Settings' }).click()
  await expect(window.getByText(/has no keyring: you sign in again next time/)).toBeVisible()
  await first.close()
  const second = await launch({ profile })
  await expect((await second.window()).getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await second.close()
})

async function filesOf(folder: string): Promise<[string, Buffer][]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries.filter(one => one.isFile() && one.name !== 'voice.wav')
  return Promise.all(
    files.map(async one => [one.name, await readFile(join(one.parentPath, one.name))] as [string, Buffer]),
  )
}
