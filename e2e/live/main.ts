/** `npm run test:live`: the main job of recording against the Wazo server that the environment names. */
import { readFileSync } from 'node:fs'
import { setDefaultCACertificates, getCACertificates } from 'node:tls'
import { App } from './app.ts'
import { job } from './job.ts'
import { jsonReport, textReport } from './report.ts'
import { Run } from './run.ts'
import { readSettings, USAGE } from './settings.ts'

// npm keeps a `--json` for itself that stands before `--`
const json = process.argv.includes('--json') || process.env['npm_config_json'] === 'true'
const report = json ? jsonReport : textReport(process.stdout.isTTY && process.env['NO_COLOR'] === undefined)
const say = (text: string) => process.stderr.write(`${text}\n`)

const code = await main()
// whatever a given-up step still waits for ends here, once everything is printed
process.stdout.write('', () => process.exit(code))

async function main(): Promise<number> {
  const settings = readSettings(process.env, file => readFileSync(file, 'utf8'))
  if ('problems' in settings) {
    say(`${settings.problems.join('\n')}\n\n${USAGE}`)
    return 2
  }
  if (settings.ca !== null) setDefaultCACertificates([...getCACertificates('default'), settings.ca])
  const interruption = new AbortController()
  const interrupt = () => {
    // asked twice, it is in a hurry: the flags may stay as they are
    if (interruption.signal.aborted) process.exit(130)
    say('Interrupted: hanging up, setting back what was changed, signing out. Once more ends at once.')
    interruption.abort()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt)
  const app = new App(settings)
  const run = new Run({
    interrupted: interruption.signal,
    describe: error => app.describe(error),
    onStep: result => process.stdout.write(report.step(result)),
  })
  await job(app, run)
  process.stdout.write(report.summary(run.results))
  const failed = run.results.some(({ status }) => status === 'failed')
  return interruption.signal.aborted ? 130 : failed ? 1 : 0
}
