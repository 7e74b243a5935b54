// Three suites for vitest: unit tests beside the code, the lamp against a model of the server, and the contract tests
// against recorded transcripts and against Jinja2.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

const everywhere = ['node_modules/**', 'out/**', '.cache/**', '.electron/**']
const contract = ['**/*.contract.test.ts']
const lamp = ['**/*.lamp.test.ts']
// Where no recorded answers are at hand, the contract suite says so; the parsers' test over them has nothing to read.
const transcripts = process.env['TALLYLIGHT_TRANSCRIPTS'] ?? join(import.meta.dirname, '../shared/wazo-transcripts')
const unread = existsSync(transcripts)
  ? []
  : ['electron/wazo/transcripts.test.ts', 'electron/library/sync/transcripts.test.ts']

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['**/*.test.{ts,tsx}'],
          exclude: [...everywhere, ...contract, ...lamp, ...unread],
          // hundreds of cases of a property take their time on a busy machine
          testTimeout: 30_000,
        },
      },
      { test: { name: 'lamp', include: lamp, exclude: everywhere, testTimeout: 3_600_000 } },
      // more calls at once than that starve each other's audio on two processors
      { test: { name: 'contract', include: contract, exclude: everywhere, testTimeout: 120_000, maxConcurrency: 4 } },
    ],
  },
})
