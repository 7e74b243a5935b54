/** Forgot to record: it counts from now on, and the end says from when. */
import { expect, test } from '../support/app.ts'
import { picturesOf } from '../support/pictures.ts'
import { hangUp, inCall, lampShows, press } from '../support/steps.ts'

test('forgot to record', async ({ window, demo }) => {
  const picture = picturesOf('forgot-to-record')
  await inCall(window, demo)
  const warning = window.getByText('what was said before cannot be recovered')
  await expect(warning).toBeHidden()
  await expect(warning).toBeVisible({ timeout: 20_000 })
  await expect(window.getByText('You are not recording').first()).toBeVisible()
  await picture(window, 'late')

  await press(window, 'Record')
  await lampShows(window, 'recording')
  await expect(warning).toBeHidden()
  await picture(window, 'from-now-on')

  await hangUp(window)
  await expect(window.getByText(/Recorded \d\d:\d\d of your \d\d:\d\d call/).first()).toBeVisible()
  await picture(window, 'recorded-from')
})
