// Playwright's test with a real Asterisk behind it: one for all tests of a worker, emptied before each.
// Together with the app: mergeTests(test, that of ../support/app.ts).
import { createReadStream, statSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { expect, test as base, type TestInfo } from '@playwright/test'
import { createPhone, type Phone, type PhoneOptions } from '../phone/phone.ts'
import { account, type Asterisk, startAsterisk } from './asterisk/asterisk.ts'
import { type Settings } from './asterisk/configuration.ts'
import { type Recordings, watchRecordings } from './recordings.ts'

export type User = Parameters<typeof account>[0]

type WorkerFixtures = {
  /** What differs from the usual configuration; `test.use` on top of a file makes a worker with another Asterisk. */
  asteriskSettings: Partial<Settings>
  /** Installed, if need be, and running. A test that kills it takes `ownAsterisk`. */
  asterisk: Asterisk
}

type Fixtures = {
  /** No calls, no recordings, no flags. Registrations end with their phones. */
  emptied: void
  recordings: Recordings
  /** Starts another Asterisk for this test alone. */
  ownAsterisk: typeof startAsterisk
  /** Makes a headless phone of a user and registers it; it is closed with the test. */
  registered: (user: User, options?: Partial<PhoneOptions>) => Promise<Phone>
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  asteriskSettings: [{}, { scope: 'worker', option: true }],
  asterisk: [
    async ({ asteriskSettings }, hand) => {
      const asterisk = await startAsterisk(asteriskSettings)
      await hand(asterisk)
      await asterisk.remove()
    },
    // A first run fetches some 80 MB.
    { scope: 'worker', timeout: 300_000 },
  ],
  emptied: [
    async ({ asterisk }, hand, testInfo) => {
      // a test that failed may have left it frozen
      asterisk.thaw()
      await asterisk.reset()
      const start = statSync(asterisk.logFile).size
      await hand()
      await attachLog(testInfo, asterisk, start)
    },
    { auto: true },
  ],
  ownAsterisk: async ({ emptied }, hand, testInfo) => {
    void emptied
    const started: Asterisk[] = []
    await hand(async settings => {
      const asterisk = await startAsterisk(settings)
      started.push(asterisk)
      return asterisk
    })
    for (const asterisk of started) {
      await attachLog(testInfo, asterisk)
      await asterisk.remove()
    }
  },
  recordings: async ({ asterisk, emptied }, hand) => {
    void emptied
    await hand(watchRecordings(asterisk))
  },
  // Stands on ownAsterisk, so that phones are closed before what they talk to.
  registered: async ({ asterisk, ownAsterisk }, hand) => {
    void ownAsterisk
    const phones: Phone[] = []
    await hand(async (user, options = {}) => {
      const phone = await createPhone({ server: asterisk.ws, ...account(user), ...options })
      phones.push(phone)
      expect(await phone.register(), `${user} registers`).toBe(200)
      return phone
    })
    for (const phone of phones) await phone.close()
  },
})

/** What Asterisk logged since `start` (bytes), where the test did not end as it should. */
async function attachLog(testInfo: TestInfo, asterisk: Asterisk, start = 0): Promise<void> {
  if (testInfo.status === testInfo.expectedStatus) return
  const body = await text(createReadStream(asterisk.logFile, { start }))
  await testInfo.attach('asterisk.log', { body, contentType: 'text/plain' })
}

export { expect }
