import { expect, it } from 'vitest'
import { type Capabilities } from '../../shared/account.ts'
import { EVERYTHING } from '../../shared/snapshots.testing.ts'
import { wazoOffer } from './wazoOffer.ts'

const found = (change: Partial<Capabilities>): Capabilities => ({ ...EVERYTHING, ...change })

it('*3 means what it means on that release, whatever the API lets this user do', () => {
  expect(wazoOffer(found({ version: '26.08', pauseApi: false })).dialect).toBe('start-pause-resume')
  expect(wazoOffer(found({ version: '25.03', pauseApi: false })).dialect).toBe('start-pause-resume')
  expect(wazoOffer(found({ version: '25.02', pauseApi: false })).dialect).toBe('start-stop')
  expect(wazoOffer(found({ version: '17.17', recordApi: false, pauseApi: false })).dialect).toBe('start-stop')
  expect(wazoOffer(found({ version: null, pauseApi: true })).dialect).toBe('start-pause-resume')
})

it('the user’s permission counts from 25.02 on', () => {
  expect(wazoOffer(found({ version: '25.02', mayRecord: false })).mayRecord).toBe(false)
  expect(wazoOffer(found({ version: '24.12', mayRecord: false })).mayRecord).toBeNull()
  expect(wazoOffer(found({ version: null, mayRecord: false })).mayRecord).toBe(false)
})

it('digits go through the server from 20.08 on', () => {
  expect(wazoOffer(found({ version: '20.07' })).digitsApi).toBe(false)
  expect(wazoOffer(found({ version: '20.08' })).digitsApi).toBe(true)
})

it('without the right to read calls nothing can be proven', () => {
  expect(wazoOffer(found({ readCalls: false })).evidence).toBe('none')
})
