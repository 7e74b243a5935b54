// npm run typecheck: each folder by its own tsconfig, two at a time; the output of one never mixes with another's.
// What the compiler found out is kept in out/, so that only what changed since is looked at again.
import { capture } from './process.ts'
import { inRoot, runTool } from './project.ts'

const waiting = ['electron', 'renderer', 'e2e', 'shared', 'tools']

async function worker(): Promise<boolean> {
  let good = true
  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    const { code, output } = await capture(
      process.execPath,
      [
        inRoot('node_modules/typescript/bin/tsc'),
        ...['-p', `${folder}/tsconfig.json`, '--incremental'],
        ...['--tsBuildInfoFile', inRoot('out/typecheck', `${folder}.tsbuildinfo`)],
      ],
      { cwd: inRoot() },
    )
    console.log(`${folder}: ${code === 0 ? 'fine' : `\n${output}`}`)
    good &&= code === 0
  }
  return good
}

await runTool(async () => ((await Promise.all([worker(), worker()])).every(Boolean) ? 0 : 1))
