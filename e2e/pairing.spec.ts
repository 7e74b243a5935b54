/** Sign-in, its refusals, the certificate, and what survives a restart. Each failure says what to do. */
import { createServer, type Server } from 'node:net'
import { expect, launch, PACKED, test } from './support/app.ts'
import { startDemoProcess } from './support/demo.ts'
import { choose, fillSignIn, registered, signIn } from './support/steps.ts'

test('a wrong password says so, and keeps what was typed', async ({ window, demo }) => {
  await fillSignIn(window, `127.0.0.1:${demo.port}`, 'eve', 'wrong')
  await window.getByRole('button', { name: 'Accept this certificate' }).click()
  await expect(window.getByRole('alert')).toContainText('The user name or the password is wrong')
  await expect(window.getByLabel('Server', { exact: true })).toHaveValue(`127.0.0.1:${demo.port}`)
  await expect(window.getByLabel('User name', { exact: true })).toHaveValue('eve')
})

test('a host that does not answer says so', async ({ window }) => {
  await fillSignIn(window, '127.0.0.1:9', 'eve', 'demo')
  await expect(window.getByRole('alert')).toContainText('No answer from this server')
})

test('an address that is none says so', async ({ window }) => {
  await fillSignIn(window, 'http://user@exa mple/', 'eve', 'demo')
  await expect(window.getByRole('alert')).toContainText(/address/i)
})

test('something that is not Wazo says so', async ({ window }) => {
  const other = await listen(createServer(socket => socket.end('220 hello\r\n')))
  await fillSignIn(window, `127.0.0.1:${other.port}`, 'eve', 'demo')
  await expect(window.getByRole('alert')).toBeVisible()
  await expect(window.getByRole('heading', { name: 'Where do you talk?' })).toHaveCount(0)
  other.close()
})

test(
  'an untrusted certificate is shown with its fingerprint, accepted once and pinned',
  PACKED,
  async ({ profile, demo }) => {
    const first = await launch({ profile })
    const window = await first.window()
    await signIn(window, demo, 'eve')
    await first.close()
    // the pin is no secret: it survives, so the second sign-in asks for nothing
    const second = await launch({ profile })
    const again = await second.window()
    await fillSignIn(again, `127.0.0.1:${demo.port}`, 'eve', demo.user('eve').password)
    await choose(again, 'phone')
    await registered(again)
    await second.close()
  },
)

test('a certificate that changed is not taken silently, and no password leaves before', async ({ profile, demo }) => {
  const first = await launch({ profile })
  await signIn(await first.window(), demo, 'eve')
  await first.close()
  const { port } = demo
  await demo.stop()
  const impostor = await startDemoProcess({ port, seed: 'another' })
  const second = await launch({ profile })
  const window = await second.window()
  await fillSignIn(window, `127.0.0.1:${port}`, 'eve', 'demo')
  await expect(window.getByText(impostor.fingerprint)).toBeVisible()
  await expect(window.getByRole('alert')).toContainText('another certificate than the one you accepted')
  const { requests } = (await impostor.control({ do: 'state' })) as { requests: unknown[] }
  expect(requests.filter(one => JSON.stringify(one).includes('/token'))).toEqual([])
  await second.close()
  await impostor.stop()
})

test('a session that was revoked leads to the sign-in page, with its reason', async ({ window, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  await demo.control({ do: 'revokeTokens', refreshTokens: true })
  await demo.control({ do: 'closeSockets', which: 'events', code: 4003 })
  await expect(window.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible({ timeout: 20_000 })
  await expect(window.getByRole('alert')).toContainText(/sign in again/i)
  await expect(window.getByLabel('User name', { exact: true })).toHaveValue('eve')
})

test('a token that ends in the middle of work is renewed without a word', async ({ window, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  await demo.control({ do: 'revokeTokens' })
  await window.getByRole('button', { name: 'Recordings' }).click()
  await expect(window.getByText('Marie Tremblay').first()).toBeVisible()
  await expect(window.getByRole('button', { name: 'Sign in', exact: true })).toHaveCount(0)
})

test('too many sessions, and a server in trouble, each say what to do', async ({ window, demo }) => {
  await demo.control({
    do: 'faults',
    set: { http: [{ path: '/api/auth/0.1/token$', method: 'POST', status: 429, times: 1 }] },
  })
  await fillSignIn(window, `127.0.0.1:${demo.port}`, 'eve', 'demo')
  await window.getByRole('button', { name: 'Accept this certificate' }).click()
  await expect(window.getByRole('alert')).toContainText(/too many|wait|sessions/i)
  await demo.control({
    do: 'faults',
    set: { http: [{ path: '/api/auth/0.1/token$', method: 'POST', status: 503, times: 1 }] },
  })
  await window.getByLabel('Password', { exact: true }).fill('demo')
  await window.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(window.getByRole('alert')).toContainText(/trouble|later|again/i)
})

test('a desk phone user is offered the companion only, and nothing registers', async ({ window, demo }) => {
  await fillSignIn(window, `127.0.0.1:${demo.port}`, 'desk', demo.user('desk').password)
  await window.getByRole('button', { name: 'Accept this certificate' }).click()
  await expect(window.getByRole('heading', { name: 'Where do you talk?' })).toBeVisible()
  await expect(window.getByRole('radio', { name: /On this computer/ })).toHaveCount(0)
  await expect(window.getByText(/Your line cannot carry calls of this computer/)).toBeVisible()
  await choose(window, 'companion')
  await expect(window.getByText(/Ready\. No call on your phone 1046/)).toBeVisible()
  const { registered: phones } = (await demo.control({ do: 'state' })) as { registered: string[] }
  expect(phones).toEqual([])
})

test('signing out leaves nothing at the server and asks again', PACKED, async ({ window, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  await window.getByRole('button', { name: 'Settings' }).click()
  await window.getByRole('button', { name: 'Sign out' }).click()
  await expect(window.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await expect
    .poll(async () => {
      const { users } = (await demo.control({ do: 'state' })) as {
        users: { login: string; liveTokens: number; refreshTokens: number }[]
      }
      return users.find(user => user.login === 'eve')
    })
    .toMatchObject({ liveTokens: 0, refreshTokens: 0 })
})

async function listen(server: Server): Promise<{ port: number; close: () => void }> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return { port: address.port, close: () => server.close() }
}
