/** A call is passed on: what becomes of the recording is said before the press, and a transfer that fails brings the call back. */
import { expect, test } from '../support/app.ts'
import { callsOf, pickUp } from '../support/calls.ts'
import { picturesOf } from '../support/pictures.ts'
import { dial, lampShows, press, registered, signIn } from '../support/steps.ts'

test('blind: refused, the call comes back; taken, it is the others\u2019', async ({ window, demo }) => {
  const picture = picturesOf('transfer-blind')
  await signIn(window, demo, 'eve')
  await registered(window)
  await dial(window, '1050')
  await press(window, 'Record')
  await lampShows(window, 'recording')
  const passOn = async (number: string) => {
    await window.getByRole('button', { name: 'Transfer', exact: true }).click()
    await expect(window.getByText('Your recording ends when the call is passed on.')).toBeVisible()
    await window.getByLabel('To', { exact: true }).fill(number)
  }
  await passOn('7777')
  await picture(window, 'before-the-press')
  await window.getByRole('button', { name: 'Transfer now' }).click()
  await expect(window.getByRole('alert').filter({ hasText: 'it is still yours' })).toBeVisible()
  await lampShows(window, 'recording')
  expect(await callsOf(demo, 'eve')).toMatchObject([{ record_state: 'active', on_hold: false }])
  await picture(window, 'failed')

  await passOn(demo.user('desk').extension)
  await window.getByRole('button', { name: 'Transfer now' }).click()
  await lampShows(window, 'none')
  await pickUp(demo, 'desk')
  await expect.poll(() => callsOf(demo, 'eve')).toEqual([])
  const [taken] = await callsOf(demo, 'desk')
  expect(Object.keys(taken?.talking_to ?? {})).toHaveLength(1)
  await picture(window, 'passed-on')
})

test('attended: ask first; nobody there leads back, somebody there is connected', async ({ window, demo }) => {
  const picture = picturesOf('transfer-attended')
  await signIn(window, demo, 'eve')
  await registered(window)
  await dial(window, '1050')
  await press(window, 'Record')
  await lampShows(window, 'recording')
  const askFirst = async (number: string) => {
    await window.getByRole('button', { name: 'Transfer', exact: true }).click()
    await window.getByLabel('To', { exact: true }).fill(number)
    await window.getByRole('button', { name: 'Ask first' }).click()
  }
  // busy
  await askFirst('610')
  await expect(window.getByText('The line is busy.', { exact: false })).toBeVisible()
  await lampShows(window, 'recording')
  await expect.poll(() => callsOf(demo, 'eve')).toMatchObject([{ on_hold: false, record_state: 'active' }])
  await picture(window, 'busy-and-back')

  await askFirst(demo.user('desk').extension)
  await expect(window.getByText('\u2068Support desk\u2069 waits on hold.')).toBeVisible()
  await expect(window.getByText('Still recording')).toBeVisible()
  await pickUp(demo, 'desk')
  await expect(window.getByText('Your recording ends when the call is passed on.')).toBeVisible()
  await picture(window, 'asks')
  const [first] = await callsOf(demo, 'eve')
  await window.getByRole('button', { name: /^Connect to/ }).click()
  await lampShows(window, 'none')
  await expect.poll(() => callsOf(demo, 'eve')).toEqual([])
  const [taken] = await callsOf(demo, 'desk')
  expect(Object.keys(taken?.talking_to ?? {})).toHaveLength(1)
  // one conversation, for the call log too
  expect(taken?.conversation_id).toBe(first?.conversation_id)
  await picture(window, 'connected')
})
