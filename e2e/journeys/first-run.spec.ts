/** The first run: sign in, "Where do you talk?", what works here, and a test recording that ticks itself off. */
import { expect, test } from '../support/app.ts'
import { picturesOf } from '../support/pictures.ts'
import { choose, dial, fillSignIn, lampShows, press, registered } from '../support/steps.ts'

test('first run: from the server to a proven and listed test recording', async ({ window, demo }) => {
  const picture = picturesOf('first-run')
  await picture(window, 'sign-in')
  const { password } = demo.user('eve')
  await fillSignIn(window, `127.0.0.1:${demo.port}`, 'eve', password)
  await expect(window.getByText(demo.fingerprint)).toBeVisible()
  await picture(window, 'certificate')
  await window.getByRole('button', { name: 'Accept this certificate' }).click()

  await expect(window.getByRole('heading', { name: 'Where do you talk?' })).toBeVisible()
  // nothing is chosen for the user
  for (const radio of await window.getByRole('radio').all()) await expect(radio).not.toBeChecked()
  const works = window.getByRole('region', { name: 'What works here' })
  await expect(works.getByRole('listitem')).toHaveText([
    /Yes.*See and record your calls/,
    /Yes.*Automatic recording/,
    /Yes.*Find and hear/,
  ])
  await picture(window, 'where-do-you-talk')
  await choose(window, 'phone')
  await registered(window)

  const guide = window.getByRole('region', { name: 'Make a test recording' })
  const done = guide.getByText('Done', { exact: true })
  await expect(guide).toBeVisible()
  await expect(done).toHaveCount(0)
  await picture(window, 'test-recording')
  await dial(window, '1050')
  await lampShows(window, 'off')
  await expect(done).toHaveCount(1)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await expect(done).toHaveCount(2)
  await picture(window, 'recording')
  await window.getByRole('button', { name: 'Hang up' }).click()
  await expect(done).toHaveCount(3, { timeout: 20_000 })
  await expect(guide.getByText('Recording works here.')).toBeVisible()
  await picture(window, 'done')
  await guide.getByRole('button', { name: 'Finish' }).click()
  await expect(guide).toHaveCount(0)
})

test('without the right to record: told at once, with a text for the administrator', async ({
  window,
  running,
  demo,
}) => {
  const picture = picturesOf('first-run-no-right')
  const { password } = demo.user('norights')
  await fillSignIn(window, `127.0.0.1:${demo.port}`, 'norights', password)
  await window.getByRole('button', { name: 'Accept this certificate' }).click()
  await expect(window.getByText(/not record them yourself: ask your administrator/)).toBeVisible()
  await window.getByRole('button', { name: 'What to ask your administrator for' }).click()
  await expect(window.getByText(/online_call_record_enabled = true/)).toBeVisible()
  await picture(window, 'told')
  await window.getByRole('button', { name: 'Copy this text' }).click()
  await expect(window.getByText('Copied')).toBeVisible()
  const copied = await running.app.evaluate(({ clipboard }) => clipboard.readText())
  expect(copied).toMatch(/^Please check the rights of Nora Wright \(1044\)/)
  await choose(window, 'phone')
  await registered(window)
  // a test recording that cannot be is not offered
  await expect(window.getByRole('region', { name: 'Make a test recording' })).toHaveCount(0)
})
