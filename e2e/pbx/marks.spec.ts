// Marks set during a call against a real Asterisk, which misses the first moments of what it records (asterisk.md 4).
import { mergeTests } from '@playwright/test'
import { expect, test as appTest } from '../support/app.ts'
import { markErrors, markMoments } from '../support/markedCall.ts'
import { dial, hangUp, lampShows, registered as phoneConnected } from '../support/steps.ts'
import { test as asteriskTest } from './fixtures.ts'
import { pair } from './pairing.ts'

const test = mergeTests(asteriskTest, appTest)

const CLOSEST_MS = 500

test('over two pauses each mark is at its sound', async ({ window, running, ownAsterisk, registered }) => {
  const asterisk = await ownAsterisk({ dialect: 'start-pause-resume' })
  const bob = await registered('1002', { server: asterisk.ws })
  await pair(window, running.app, asterisk, '1001', { dialect: 'start-pause-resume' })
  await phoneConnected(window)
  await dial(window, '1002')
  const call = await bob.nextIncoming()
  await call.answer()
  await lampShows(window, 'off')
  const late = await markMoments(window, call.media)
  await hangUp(window)
  await window.getByRole('button', { name: 'Recordings' }).click()
  const errors = await markErrors(running.app, window, /1002/, late)
  console.log(`marks off by ${errors.join(', ')} ms`)
  for (const error of errors) expect(Math.abs(error)).toBeLessThan(CLOSEST_MS)
})
