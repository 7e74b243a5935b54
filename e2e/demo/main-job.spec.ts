/** `npm run demo` without a display: the main job by itself, a picture of each step, and the recorded WAV. */
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { rms, steadyTone, wavSamples } from '../phone/signal.ts'
import { expect, SPOKEN_HERTZ, test } from '../support/app.ts'
import { choose } from '../support/steps.ts'
import { JOURNEY, snapshotOf } from './journey.ts'

const OUT = process.env['TALLYLIGHT_OUT'] ?? 'out/demo'
/** What the recording needs to be worth hearing, in bytes: some three seconds. */
const WORTH_HEARING = 48_000

test('the main job, by itself', async ({ window, running }) => {
  test.setTimeout(120_000)
  await mkdir(OUT, { recursive: true })
  const picture = (index: number, name: string) =>
    window.screenshot({ path: join(OUT, `${String(index).padStart(2, '0')}-${name}.png`) })
  const say = (text: string) => console.log(`  ${text}`)

  await window.getByRole('button', { name: 'Try it without a server' }).waitFor()
  await picture(0, 'sign-in')
  await window.getByRole('button', { name: 'Try it without a server' }).click()
  await choose(window, 'phone')
  for (const [index, step] of JOURNEY.entries()) {
    if (step.name === 'pause') await spoken()
    await step.act(window)
    let seen: string | null = null
    await expect
      .poll(async () => (seen = await step.seen(window)), { message: step.todo, timeout: 20_000 })
      .not.toBeNull()
    await picture(index + 1, step.name)
    say(`[x] ${step.todo}\n      ${seen ?? ''}`)
  }

  const wav = join(OUT, 'recording.wav')
  await running.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, wav)
  await window.getByRole('button', { name: 'Send...' }).click()
  const sending = window.getByRole('dialog')
  await sending.getByRole('combobox', { name: 'As' }).selectOption('wav')
  await sending.getByRole('button', { name: 'Prepare file' }).click()
  await sending.getByRole('button', { name: 'Save as...' }).click()
  await expect
    .poll(() =>
      stat(wav).then(
        one => one.size,
        () => 0,
      ),
    )
    .toBeGreaterThan(WORTH_HEARING)
  const samples = wavSamples(await readFile(wav))
  const spokenLevel = steadyTone(samples, SPOKEN_HERTZ)
  expect(spokenLevel).toBeGreaterThan(0.015)
  expect(rms(samples)).toBeGreaterThan(spokenLevel)
  say(
    `[x] recording.wav: ${(samples.length / 8_000).toFixed(1)} s, our voice at ${spokenLevel.toFixed(3)}, all of it at ${rms(samples).toFixed(3)} of full scale`,
  )

  /** Lets the call say something: until three seconds are recorded by the snapshot's own count. */
  async function spoken(): Promise<void> {
    await expect
      .poll(
        async () => {
          const [call] = (await snapshotOf(window)).calls
          const since = call?.recording.runningSince
          return since === undefined || since === null ? 0 : Date.now() - since
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(4_000)
  }
})
