/** The main job as steps: what a person does, how it is done by itself, and what must be seen. */
import { type Page } from '@playwright/test'
import { type Snapshot } from '../../shared/snapshot.ts'

export interface Step {
  /** For file names. */
  readonly name: string
  /** What the person at the screen is asked to do. */
  readonly todo: string
  /** Does it. */
  readonly act: (window: Page) => Promise<void>
  /** What was seen, in words; null = not yet. */
  readonly seen: (window: Page) => Promise<string | null>
}

export const snapshotOf = async (window: Page): Promise<Snapshot> => {
  const outcome = await window.evaluate(() => bridge.request('app:snapshot', undefined))
  if (!outcome.ok) throw new Error(`no snapshot: ${outcome.failure.code}`)
  return outcome.value
}

/** Who calls in the demo (electron/demo/welcome.ts). */
const PEER = /Marie Tremblay/

const click = (name: string) => async (window: Page) => {
  await window.getByRole('button', { name, exact: true }).click()
}

/** What the first call's recording is, as main knows it and as the lamp shows it: both must agree. */
async function recording(window: Page, wanted: 'off' | 'recording' | 'paused'): Promise<string | null> {
  const [call] = (await snapshotOf(window)).calls
  const shown = await window.locator('[data-lamp]').first().getAttribute('data-lamp')
  const proof = call?.recording.proof
  if (proof?.kind !== wanted || shown !== wanted || call?.recording.main?.barred === 'settling') return null
  const words = await window.locator('[data-lamp]').first().innerText()
  return `the server says "${proof.kind}" since ${new Date(proof.since).toISOString().slice(11, 23)}, the lamp says "${words.split('\n')[0] ?? ''}"`
}

async function automatic(window: Page, on: boolean): Promise<string | null> {
  const { proof, wish } = (await snapshotOf(window)).automatic
  if (proof.kind !== 'known' || wish !== null) return null
  const flags = Object.values(proof.flags)
  return flags.every(flag => flag === on) ? `read back from the server: all four ${on ? 'on' : 'off'}` : null
}

export const JOURNEY: readonly Step[] = [
  {
    name: 'phone-connected',
    todo: 'Wait: the app signs in at the demo server and connects its phone.',
    act: () => Promise.resolve(),
    seen: async window => {
      const { stage, phone } = await snapshotOf(window)
      if (stage.stage !== 'ready' || phone.state !== 'registered') return null
      return `signed in as ${stage.account.name}, ${stage.account.extension}, phone registered`
    },
  },
  {
    name: 'ringing',
    todo: 'Wait: somebody calls.',
    act: () => Promise.resolve(),
    seen: async window => {
      const [call] = (await snapshotOf(window)).calls
      return call?.status === 'ringing-in' ? `a call from ${call.peer.name}, ${call.peer.number}` : null
    },
  },
  {
    name: 'answer',
    todo: 'Press Answer: a voice speaks.',
    act: click('Answer'),
    seen: async window => {
      const { calls, phone } = await snapshotOf(window)
      const [call] = calls
      if (call?.status !== 'up' || call.recording.proof.kind !== 'off') return null
      const voice = phone.microphone === 'silent' ? 'no microphone: the other side hears silence' : 'microphone live'
      return `connected with ${call.peer.name}, not recording, ${voice}`
    },
  },
  {
    name: 'record',
    todo: 'Press Record, and watch the lamp.',
    act: click('Record'),
    seen: window => recording(window, 'recording'),
  },
  { name: 'pause', todo: 'Press Pause.', act: click('Pause'), seen: window => recording(window, 'paused') },
  {
    name: 'resume',
    todo: 'Press Resume recording.',
    act: click('Resume recording'),
    seen: window => recording(window, 'recording'),
  },
  {
    name: 'stop',
    todo: 'Press Stop recording.',
    act: click('Stop recording'),
    seen: window => recording(window, 'off'),
  },
  {
    name: 'hang-up',
    todo: 'Hang up.',
    act: click('Hang up'),
    seen: async window => {
      const { calls, lastCall } = await snapshotOf(window)
      if (calls.length > 0 || lastCall === null) return null
      const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
      return `recorded ${seconds(lastCall.recordedMs)} of a call of ${seconds(lastCall.callMs)}, ${lastCall.pauses} pause`
    },
  },
  {
    name: 'automatic-on',
    todo: 'Under Automatic press Change, and turn on all calls.',
    act: async window => {
      await click('Change')(window)
      await window.getByRole('switch', { name: /All calls/ }).click()
    },
    seen: window => automatic(window, true),
  },
  {
    name: 'automatic-off',
    todo: 'Turn all calls off again.',
    act: async window => {
      await window.getByRole('switch', { name: /All calls/ }).click()
    },
    seen: window => automatic(window, false),
  },
  {
    name: 'find',
    todo: 'Open Recordings: the call is at the top.',
    act: async window => {
      await window.keyboard.press('Escape')
      await click('Recordings')(window)
    },
    seen: async window => {
      const row = window.getByRole('row', { name: PEER }).first()
      if ((await row.count()) === 0) return null
      const outcome = await window.evaluate(() => bridge.request('library:list', { filter: {}, at: null }))
      const newest = outcome.ok ? outcome.value.entries[0] : undefined
      if (newest === undefined || Date.now() - newest.startedAt > 300_000) return null
      return `listed: ${newest.peer.name}, ${newest.parts.length} part, ${newest.parts[0]?.fileName ?? ''}`
    },
  },
  {
    name: 'play',
    todo: 'Choose it and press Play.',
    act: async window => {
      await window.getByRole('row', { name: PEER }).first().click()
      await click('Play')(window)
    },
    seen: async window => {
      const [at, length] = await window
        .locator('audio')
        .evaluateAll(found =>
          found.flatMap(one => (one instanceof HTMLAudioElement ? [one.currentTime, one.duration] : [])),
        )
      if (at === undefined || length === undefined || at < 1) return null
      return `playing at ${at.toFixed(1)} s of ${length.toFixed(1)} s`
    },
  },
]
