/** What carries a call stops in it: the page of this computer's phone, or the session. Nothing is ended unasked, or claimed. */
import { expect, test } from '../support/app.ts'
import { callsOf } from '../support/calls.ts'
import { hangUp, inCall, lampShows, press, registered } from '../support/steps.ts'

test('the phone page dies in a recorded call: that is said, and the call can be ended', async ({
  window,
  running,
  demo,
}) => {
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await running.app.evaluate(({ BrowserWindow }) => {
    const page = BrowserWindow.getAllWindows().find(one => one.webContents.getURL().endsWith('/phone.html'))
    page?.webContents.forcefullyCrashRenderer()
  })
  await expect(window.getByText(/Support desk.* does not hear you\. Hang up and call again/)).toBeVisible()
  await expect(window.getByText('nobody hears you')).toBeVisible()
  // the server records on, and the lamp says so
  await lampShows(window, 'recording')
  await expect(window.getByRole('button', { name: 'Hold', exact: true })).toBeDisabled()
  expect(await callsOf(demo, 'eve')).toMatchObject([{ record_state: 'active' }])
  await hangUp(window)
  await expect.poll(() => callsOf(demo, 'eve')).toEqual([])
  await registered(window)
})

test('the session is over in a call: the call goes on, and the sign-in page comes after it', async ({
  window,
  demo,
}) => {
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await demo.control({ do: 'revokeTokens', refreshTokens: true })
  await expect(window.getByText(/Your session with the server has ended\. Your call goes on/)).toBeVisible({
    timeout: 20_000,
  })
  await lampShows(window, 'unknown')
  expect(await callsOf(demo, 'eve')).toMatchObject([{ record_state: 'active' }])
  await window.getByRole('button', { name: 'Hang up' }).click()
  await expect(window.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  await expect.poll(() => callsOf(demo, 'eve')).toEqual([])
})
