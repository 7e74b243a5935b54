/** Marks set during a call lie at the sound they were set at: against the demo server, which writes a beep at each pause. */
import { expect, test } from './support/app.ts'
import { phoneOf } from './support/calls.ts'
import { markErrors, markMoments } from './support/markedCall.ts'
import { dial, hangUp, lampShows, registered, signIn } from './support/steps.ts'

const CLOSEST_MS = 150

test('over two pauses each mark is at its sound', async ({ window, running, demo }) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  const paul = await phoneOf(demo, 'paul')
  await dial(window, '1043')
  const call = await paul.nextIncoming()
  await call.answer()
  await lampShows(window, 'off')
  const late = await markMoments(window, call.media)
  await hangUp(window)
  await paul.close()
  await window.getByRole('button', { name: 'Recordings' }).click()
  const errors = await markErrors(running.app, window, /Paul/, late)
  console.log(`marks off by ${errors.join(', ')} ms`)
  for (const error of errors) expect(Math.abs(error)).toBeLessThan(CLOSEST_MS)
})
