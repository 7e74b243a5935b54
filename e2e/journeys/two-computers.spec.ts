/** One user at two computers: both show the same, whoever presses. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, launch, test } from '../support/app.ts'
import { picturesOf } from '../support/pictures.ts'
import { dial, lampShows, press, registered, signIn } from '../support/steps.ts'

test('two computers: state and presses agree', async ({ window, demo }) => {
  const picture = picturesOf('two-computers')
  const profile = await mkdtemp(join(tmpdir(), 'tallylight-second-'))
  const second = await launch({ profile })
  try {
    const other = await second.window()
    await signIn(window, demo, 'eve')
    await signIn(other, demo, 'eve', 'companion')
    await registered(window)
    await dial(window, '1050')
    await lampShows(window, 'off')
    await lampShows(other, 'off')
    await press(other, 'Record')
    await lampShows(window, 'recording')
    await lampShows(other, 'recording')
    await picture(window, 'first')
    await picture(other, 'second')
    await press(window, 'Pause')
    await lampShows(other, 'paused')
    await window.getByRole('button', { name: 'Hold', exact: true }).click()
    await expect(other.getByRole('button', { name: 'Resume call' })).toBeVisible()
    await press(other, 'Resume recording')
    await lampShows(window, 'recording')
    await picture(other, 'held-at-the-first')
    await other.getByRole('button', { name: 'Hang up' }).click()
    await lampShows(window, 'none')
    await lampShows(other, 'none')
  } finally {
    await second.close()
    await rm(profile, { recursive: true, force: true })
  }
})
