// The whole app under Playwright: `electron` in real Electron, `chromium` the built pages in today's engine, `pbx` against a
// real Asterisk, `demo` the journey of `npm run demo`, `packaged` of `electron` what packing could
// break, in the packed app. tools/test.ts says as whom and on which display they run.
import { defineConfig } from '@playwright/test'
import { join } from 'node:path'

const out = process.env['TALLYLIGHT_OUT'] ?? join(import.meta.dirname, '../out/e2e')
const chromium = process.env['TALLYLIGHT_CHROMIUM']

/** Whole files, and the tests that say so. */
const WHAT_PACKING_COULD_BREAK = /@packed| (journeys\/first-run|keyring|security)\.spec\.ts /

export default defineConfig({
  testDir: '.',
  outputDir: join(out, 'results'),
  // One window at a time: the tests share the machine's sound and clock.
  workers: 1,
  retries: 0,
  timeout: 60_000,
  forbidOnly: process.env['CI'] !== undefined,
  reporter: [['list'], ['json', { outputFile: join(out, 'report.json') }]],
  use: { trace: 'retain-on-failure' },
  projects: [
    { name: 'electron', testMatch: '*.spec.ts', testIgnore: ['*.chromium.spec.ts', 'pbx/**', 'demo/**'] },
    { name: 'packaged', testMatch: '*.spec.ts', testIgnore: ['pbx/**', 'demo/**'], grep: WHAT_PACKING_COULD_BREAK },
    {
      name: 'chromium',
      testMatch: '*.chromium.spec.ts',
      use: {
        browserName: 'chromium',
        launchOptions: {
          // Chromium has no sandbox for root
          chromiumSandbox: process.getuid?.() !== 0,
          ...(chromium === undefined ? {} : { executablePath: chromium }),
        },
      },
    },
    { name: 'pbx', testDir: 'pbx', testMatch: '*.spec.ts' },
    { name: 'demo', testDir: 'demo', testMatch: '*.spec.ts' },
  ],
})
