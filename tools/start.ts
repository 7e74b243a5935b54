// npm start: builds the app and opens it in the official Electron. The stand-by runtime is long out of support, so it
// serves demo and tests only.
import { join } from 'node:path'
import { build } from './build.ts'
import { show } from './process.ts'
import { inRoot, Missing, runTool } from './project.ts'
import { officialRuntime } from './runtime/electron.ts'
import { isRoot } from './runtime/user.ts'

const NO_ELECTRON = `The official Electron binary is not installed, and Tallylight starts in nothing else: an outdated engine must not hold your sign-in.
  Try to fetch it again:       npx install-electron
  Behind a proxy or a mirror:  see Electron's own installation guide, then npx install-electron
  Only to look at it:          npm run demo`

await runTool(async () => {
  const runtime = await officialRuntime()
  if (!runtime) throw new Missing(NO_ELECTRON)
  if (isRoot()) throw new Missing('Start Tallylight as an ordinary user: Chromium has no sandbox for root.')
  await build()
  return show({
    command: process.execPath,
    args: [join(inRoot('node_modules/electron'), 'cli.js'), '.', ...process.argv.slice(2)],
    cwd: inRoot(),
  })
})
