/** Lid closed and opened: a call on this computer is ended in order and that is said; of one beside it nothing is claimed. With pictures. */
import { expect, test } from '../support/app.ts'
import { callsOf } from '../support/calls.ts'
import { picturesOf } from '../support/pictures.ts'
import { dial, inCall, lamp, lampShows, press, signIn } from '../support/steps.ts'

test('in a call on this computer: kept awake; closed all the same, the call is ended in order and that is said', async ({
  window,
  running,
  demo,
}) => {
  const picture = picturesOf('lid-closed-in-a-softphone-call')
  await running.app.evaluate(({ powerSaveBlocker }) => {
    const blocks: string[] = []
    Object.assign(globalThis, { blocks })
    const start = powerSaveBlocker.start.bind(powerSaveBlocker)
    const stop = powerSaveBlocker.stop.bind(powerSaveBlocker)
    powerSaveBlocker.start = type => {
      blocks.push(type)
      return start(type)
    }
    powerSaveBlocker.stop = id => {
      blocks.push('over')
      return stop(id)
    }
  })
  const blocks = () => running.app.evaluate(() => (globalThis as unknown as { blocks: string[] }).blocks)
  await inCall(window, demo)
  expect(await blocks()).toEqual(['prevent-app-suspension'])
  await running.app.evaluate(({ powerMonitor }) => powerMonitor.emit('suspend'))
  await expect.poll(() => callsOf(demo, 'eve')).toEqual([])
  await running.app.evaluate(({ powerMonitor }) => powerMonitor.emit('resume'))
  const said = window.getByText(/This computer was asleep from .* to .*\. It ended your call with .*Support desk/)
  await expect(said).toBeVisible()
  await lampShows(window, 'none')
  expect(await blocks()).toEqual(['prevent-app-suspension', 'over'])
  await picture(window, 'woken')
  await dial(window, '1050')
  await lampShows(window, 'off')
  await expect(said).toHaveCount(0)
})

test('beside a desk phone: nothing is claimed of the time between, and what happened is said', async ({
  window,
  running,
  demo,
}) => {
  const picture = picturesOf('lid-closed-and-opened')
  await signIn(window, demo, 'desk', 'companion')
  await expect(window.getByText(/Ready\./)).toBeVisible()
  await demo.control({ do: 'flags', login: 'desk', set: { online_call_record_enabled: true } })
  await demo.control({ do: 'dial', login: 'desk', extension: '1050' })
  await lampShows(window, 'off')
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
