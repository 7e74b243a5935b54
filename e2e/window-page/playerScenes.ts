/** The player in every state that it is drawn in. Half a minute of sound (sound.ts). */
import { type Entry, type Part } from '../../shared/library/entry.ts'
import { type Answers, done, failed, later, type WindowPage } from './page.ts'
import { part, type Scene } from './scene.ts'
import { AT, entry, idle, listing, partOf } from './states.ts'

/** Two sides that speak in turns. */
const twoSides = {
  kind: 'peaks' as const,
  channels: 2 as const,
  from: 0,
  values: Uint8Array.from({ length: 1500 * 6 }, (_, at) => {
    const [bucket, channel] = [Math.floor(at / 6), Math.floor(at / 3) % 2]
    const speaks = Math.floor(bucket / 180) % 2 === channel && bucket % 180 < 150
    const loud = speaks ? 20 + ((bucket * 37 + channel * 11) % 70) : 1
    return at % 3 === 0 ? 256 - loud : at % 3 === 1 ? loud : loud > 1 ? 130 : 20
  }),
  ms: 30_000,
  whole: true,
}

const opened = async (window: WindowPage) => {
  await part(window, 1)
  await window.page.getByRole('main').locator('[role=row][data-entry]').first().click()
  await window.page.locator('section[data-entry]').waitFor()
}
const player = ({ page }: WindowPage) => page.locator('section[data-entry] canvas')

/** At a place of the sound, after keys. */
const keys =
  (...pressed: readonly string[]) =>
  async (window: WindowPage) => {
    await opened(window)
    await player(window).focus()
    for (const key of pressed) await window.page.keyboard.press(key)
    // a busy machine draws it a moment later
    await window.page.waitForFunction(() => document.querySelector('audio')?.seeking === false)
  }

const of = (change: Partial<Part> = {}, more: Partial<Entry> = {}) =>
  listing([
    entry(1, {
      peer: { name: 'Marie Tremblay', number: '+14185550142' },
      parts: [partOf(1, { durationMs: 30_000, ...change })],
      recordedMs: 30_000,
      note: 'Wants the new price by Friday\n0:12 price agreed\n0:24 calls back',
      ...more,
    }),
    entry(2),
  ])

const marks: Answers = {
  'library:marks': () =>
    done([
      { id: 'a', part: 'part-1', atMs: 3_200, text: '' },
      { id: 'b', part: 'part-1', atMs: 12_480, text: 'Price agreed: 1,250 a month, from January' },
      { id: 'c', part: 'part-1', atMs: 24_000, text: `${'Asks for a call back. '.repeat(12)}` },
    ]),
}

const without = (code: Parameters<typeof failed>[0], more: Parameters<typeof failed>[1] = {}): Scene => ({
  snapshot: idle,
  answers: {
    ...of({ id: 'broken' }),
    'player:peaks': () => failed(code, more),
    'player:why': () => failed(code, more),
  },
  go: async window => {
    await opened(window)
    await window.page.locator('section[data-entry] [role=alert]').first().waitFor()
  },
})

const scenes: Readonly<Record<string, Scene>> = {
  'player-mono': { snapshot: idle, answers: of(), go: keys('KeyL') },
  'player-stereo': {
    snapshot: idle,
    answers: { ...of(), 'player:peaks': () => done(twoSides) },
    go: keys('ArrowRight', 'ArrowRight'),
  },
  'player-marks': { snapshot: idle, answers: { ...of(), ...marks }, go: keys('ArrowRight') },
  'player-repeats': {
    snapshot: idle,
    answers: { ...of(), ...marks },
    go: keys('ArrowRight', 'KeyR', 'ArrowRight', 'ArrowRight', 'KeyR', 'ArrowLeft'),
  },
  'player-zoomed': {
    snapshot: idle,
    answers: { ...of(), ...marks },
    go: async window => {
      await keys('ArrowRight')(window)
      const zoom = window.page.locator('section[data-entry] canvas + div button').first()
      await zoom.click()
      await zoom.click()
    },
  },
  'player-parts': {
    snapshot: idle,
    answers: of(
      {},
      {
        parts: [
          partOf(1, { durationMs: 30_000 }),
          partOf(1, { id: 'part-b', startedAt: AT - 5 * 3_600_000 + 188_000, durationMs: 65_000 }),
          partOf(1, { id: 'part-c', startedAt: AT - 5 * 3_600_000 + 253_500, durationMs: null, hearing: 'deleted' }),
        ],
      },
    ),
    go: opened,
  },
  'player-raw': {
    snapshot: idle,
    answers: {
      ...of({ fileName: 'auto-1.raw' }),
      'player:tellsRate': () => done(false),
      'player:peaks': () => done(twoSides),
    },
    go: async window => {
      await opened(window)
      await window.page.locator('section[data-entry]').getByRole('combobox').last().scrollIntoViewIfNeeded()
    },
  },
  'player-growing': { snapshot: idle, answers: of({ hearing: 'growing', durationMs: null }), go: opened },
  'player-loading': {
    snapshot: idle,
    answers: { ...of({ id: 'slow' }), 'player:peaks': () => later<never>().outcome },
    go: async window => {
      await opened(window)
      await window.page.getByText(/picture is being drawn|image se dessine/).waitFor()
    },
  },
  'player-no-shape': { snapshot: idle, answers: { ...of(), 'player:peaks': () => done({ kind: 'none' }) }, go: opened },
  'player-aloud': {
    snapshot: idle,
    answers: of(),
    go: async window => {
      await window.page.evaluate(() => {
        const told = [{ kind: 'audiooutput', deviceId: 'd', label: 'Built-in Speakers', groupId: '' }]
        Object.assign(navigator.mediaDevices, { enumerateDevices: () => Promise.resolve(told) })
      })
      await opened(window)
      await player(window).focus()
      await window.page.keyboard.press('KeyK')
      await window.page.locator('section[data-entry] [role=alert]').waitFor()
    },
  },
  'player-refused': without('recording-format', { subject: 'G.729' }),
  'player-offline': without('unreachable'),
  'player-damaged': without('recording-broken'),
  'player-empty': without('recording-empty'),
  'player-unfinished': { snapshot: idle, answers: of({ hearing: 'finishing', durationMs: null }), go: opened },
}

/** What tells of the others whether they are in order. */
const OFTEN: readonly string[] = ['player-marks', 'player-stereo']

export const playerScenes: Readonly<Record<string, Scene>> = Object.fromEntries(
  Object.entries(scenes).map(([name, scene]) => [name, { ...scene, sound: true, rare: !OFTEN.includes(name) }]),
)
