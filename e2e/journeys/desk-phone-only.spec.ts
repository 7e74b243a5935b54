/** A desk phone with this app beside it: the same card and lamp by the API alone, and never a microphone or a registration. */
import { type Page } from '@playwright/test'
import { expect, test } from '../support/app.ts'
import { callsOf, stateOf } from '../support/calls.ts'
import { picturesOf } from '../support/pictures.ts'
import { hangUp, lampShows, press, signIn } from '../support/steps.ts'

/** The page that makes the sounds: what it asks for of a microphone or a socket from now on. */
async function watchPhone(phone: Page): Promise<() => Promise<string[]>> {
  await phone.evaluate(() => {
    const asked: string[] = []
    Object.assign(globalThis, { asked })
    navigator.mediaDevices.getUserMedia = () => {
      asked.push('microphone')
      return Promise.reject(new Error('no microphone beside a desk phone'))
    }
    globalThis.WebSocket = class extends WebSocket {
      constructor(url: string | URL, protocols?: string | string[]) {
        asked.push('socket')
        super(url, protocols)
      }
    }
  })
  return () => phone.evaluate(() => (globalThis as unknown as { asked: string[] }).asked)
}

test('desk phone only: recorded, paused by *3 on the phone, held and muted from here', async ({
  window,
  running,
  demo,
}) => {
  const picture = picturesOf('desk-phone-only')
  await signIn(window, demo, 'desk', 'companion')
  const reached = await watchPhone(await running.phone())
  await demo.control({ do: 'dial', login: 'desk', extension: '1050' })
  await lampShows(window, 'off')
  await picture(window, 'call-appears')
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await demo.control({ do: 'press', login: 'desk', digits: '*3' })
  await lampShows(window, 'paused')
  await picture(window, 'paused-on-the-phone')

  await window.getByRole('button', { name: 'Hold', exact: true }).click()
  await expect.poll(() => callsOf(demo, 'desk')).toMatchObject([{ on_hold: true, record_state: 'paused' }])
  await expect(window.getByRole('button', { name: 'Resume call' })).toBeVisible()
  await window.getByRole('button', { name: 'Resume call' }).click()
  await expect.poll(() => callsOf(demo, 'desk')).toMatchObject([{ on_hold: false }])
  await window.getByRole('button', { name: 'Mute' }).click()
  await expect(window.getByText('Your microphone is off')).toBeVisible()
  await expect.poll(() => callsOf(demo, 'desk')).toMatchObject([{ muted: true }])
  await picture(window, 'held-and-muted')
  await hangUp(window)

  await demo.control({ do: 'ring', login: 'desk', name: 'Marie Tremblay', number: '+14185550142' })
  await window.getByRole('button', { name: 'Answer', exact: true }).click()
  await lampShows(window, 'off')
  await picture(window, 'answered')
  expect(await reached()).toEqual([])
  expect((await stateOf(demo)).registered).toEqual([])
})

test('a phone that obeys its own keys only: said once, and not offered again', async ({ window, demo }) => {
  const picture = picturesOf('desk-phone-by-hand')
  await signIn(window, demo, 'plain', 'companion')
  await demo.control({ do: 'dial', login: 'plain', extension: '1050' })
  await lampShows(window, 'off')
  await window.getByRole('button', { name: 'Hold', exact: true }).click()
  await expect(window.getByRole('alert')).toContainText('This phone cannot be controlled from here')
  await expect(window.getByText('Hold this call with the keys of your phone.')).toBeVisible()
  await expect(window.getByRole('button', { name: 'Hold', exact: true })).toHaveAttribute('aria-disabled', 'true')
  await picture(window, 'by-hand')
  await press(window, 'Record')
  await lampShows(window, 'recording')
  await demo.control({ do: 'ring', login: 'plain', name: 'Marie Tremblay', number: '+14185550142' })
  await expect(window.getByText('Answer on your phone.')).toBeVisible()
  await picture(window, 'rings')
})
