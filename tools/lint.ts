// npm run lint: ESLint (with types, and the floors of the house) and Prettier; either's complaint fails it.
import { show } from './process.ts'
import { inRoot, runTool } from './project.ts'

const checks = [
  ['eslint/bin/eslint.js', '--max-warnings', '0', '.'],
  ['prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'],
]

await runTool(async () => {
  let worst = 0
  for (const [program = '', ...args] of checks) {
    const code = await show({
      command: process.execPath,
      args: [inRoot('node_modules', program), ...args],
      cwd: inRoot(),
    })
    worst = Math.max(worst, code)
  }
  return worst
})
