/** Lid closed and opened in a recorded call: nothing is claimed of the time between, and what happened is said. With pictures. */
import { expect, test } from '../support/app.ts'
import { picturesOf } from '../support/pictures.ts'
import { inCall, lamp, lampShows, press } from '../support/steps.ts'

test('the lid is closed and opened in a recorded call', async ({ window, running, demo }) => {
  const picture = picturesOf('lid-closed-and-opened')
  await inCall(window, demo)
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await picture(window, 'recording')

  // what is read must not come before it can be looked at
  await demo.control({ do: 'faults', set: { http: [{ path: '/users/me/calls', delayMs: 1_500 }] } })
  await running.app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'))
  await lampShows(window, 'unknown')
  await running.app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'))
  await expect(lamp(window)).toHaveAttribute('data-lamp', 'unknown')
  await expect(window.getByText('This computer was asleep.').first()).toBeVisible()
  await picture(window, 'woken')

  await lampShows(window, 'recording')
  const alarm = window.getByRole('alertdialog', { name: 'Alarm' })
  await expect(alarm).toContainText(/Recording confirmed at .* Not known from .* until then/)
  await picture(window, 'confirmed-again')
  await alarm.getByRole('button', { name: 'OK' }).click()
  await expect(alarm).toHaveCount(0)
})
