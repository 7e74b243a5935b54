// Two suites for vitest: unit tests beside the code, and the contract test against recorded transcripts.
import { defineConfig } from 'vitest/config'

const everywhere = ['node_modules/**', 'out/**', '.cache/**', '.electron/**']
const contract = ['**/*.contract.test.ts']

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['**/*.test.{ts,tsx}'], exclude: [...everywhere, ...contract] } },
      { test: { name: 'contract', include: contract, exclude: everywhere, testTimeout: 120_000 } },
    ],
  },
})
