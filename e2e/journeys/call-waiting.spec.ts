/** A second call comes in while one talks and records: each call keeps its own state, and the one talked in has the lamp. */
import { expect, test } from '../support/app.ts'
import { heldOf } from '../support/calls.ts'
import { picturesOf } from '../support/pictures.ts'
import { dial, lamp, lampShows, press, registered, signIn } from '../support/steps.ts'

const marie = { name: 'Marie Tremblay', number: '+14185550142' }

test('call waiting: ring, answer, switch, hang up', async ({ window, demo }) => {
  const picture = picturesOf('call-waiting')
  await signIn(window, demo, 'eve')
  await registered(window)
  await dial(window, '1050')
  await press(window, 'Record')
  await lampShows(window, 'recording')

  await demo.control({ do: 'ring', login: 'eve', ...marie })
  const ringing = window.getByRole('region', { name: marie.name })
  await expect(ringing.getByRole('button', { name: 'Answer', exact: true })).toBeVisible()
  await expect(ringing.getByText('puts \u2068Support desk\u2069 on hold')).toBeVisible()
  await lampShows(window, 'recording')
  await picture(window, 'rings')

  await ringing.getByRole('button', { name: 'Answer', exact: true }).click()
  await lampShows(window, 'off')
  await expect(window.getByRole('heading', { name: marie.name })).toBeVisible()
  await expect(window.getByText('On hold: \u2068Support desk\u2069.')).toBeVisible()
  await expect(window.getByText('Still recording')).toBeVisible()
  await expect.poll(() => heldOf(demo, 'eve')).toEqual({ 'Support desk': true, [marie.name]: false })
  await picture(window, 'answered')

  await window.getByRole('button', { name: 'Switch to Support desk' }).click()
  await lampShows(window, 'recording')
  await expect(window.getByRole('heading', { name: 'Support desk' })).toBeVisible()
  await expect.poll(() => heldOf(demo, 'eve')).toEqual({ 'Support desk': false, [marie.name]: true })
  await picture(window, 'switched')

  // the keys act on the call that is shown
  await press(window, 'Pause')
  await lampShows(window, 'paused')
  await window.getByRole('button', { name: 'Hang up' }).click()
  await expect(window.getByRole('heading', { name: marie.name })).toBeVisible()
  await lampShows(window, 'off')
  await picture(window, 'hung-up')
  await window.getByRole('button', { name: 'Resume call' }).click()
  await expect.poll(() => heldOf(demo, 'eve')).toEqual({ [marie.name]: false })
  await window.getByRole('button', { name: 'Hang up' }).click()
  await expect(lamp(window)).toHaveAttribute('data-lamp', 'none')
})
