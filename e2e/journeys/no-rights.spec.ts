/** No rights to record: told before any press, with a text for the administrator; the library still works. */
import { expect, test } from '../support/app.ts'
import { picturesOf } from '../support/pictures.ts'
import { hangUp, inCall } from '../support/steps.ts'

test('no rights to record', async ({ window, demo }) => {
  const picture = picturesOf('no-rights')
  await inCall(window, demo, 'norights')
  await expect(window.getByRole('button', { name: 'Record', exact: true })).toBeDisabled()
  await expect(window.getByText('You are not allowed to record calls yourself').first()).toBeVisible()
  await picture(window, 'told-before-a-press')

  await window.getByRole('button', { name: 'What to ask your administrator for' }).click()
  await expect(window.getByText(/record calls on demand/)).toBeVisible()
  await picture(window, 'what-to-ask')
  // nothing was tried at the server
  const { requests } = (await demo.control({ do: 'state' })) as { requests: { path: string; status: number }[] }
  expect(requests.filter(({ path, status }) => path.includes('/record/') && status === 403)).toEqual([])

  await hangUp(window)
  await demo.control({ do: 'addRecording', login: 'norights', name: 'Marie Tremblay', number: '1050', seconds: 2 })
  await window.getByRole('button', { name: 'Recordings' }).click()
  await expect(window.getByRole('grid').getByRole('row').first()).toBeVisible()
  await picture(window, 'the-library-works')
})
