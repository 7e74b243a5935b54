/** Recordings kept on this computer: fetched, sealed, heard without the server; and nothing in clear on the disk. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Page } from '@playwright/test'
import { wavFile } from '../electron/demo/sound.ts'
import { expect, launch, PACKED, test } from './support/app.ts'
import { type DemoProcess } from './support/demo.ts'
import { startKeyring } from './support/keyring.ts'
import { registered, signIn } from './support/steps.ts'

const SECONDS = 20
/** Noise, so that no stretch of it is found by chance. */
const NOISE = Int16Array.from({ length: SECONDS * 8_000 }, () => Math.round((Math.random() - 0.5) * 12_000))

/** Places in the sound that are looked for on the disk, as they are, and as a player would hold them: floats. */
const RUNS = Array.from({ length: 200 }, (_, at) => 1_000 + at * 700).flatMap(from => {
  const samples = NOISE.slice(from, from + 16)
  const floats = Float32Array.from(samples, sample => sample / 32_768)
  return [Buffer.from(samples.buffer), Buffer.from(floats.buffer)]
})

/** `times`: the same sound over and over. */
const add = (demo: DemoProcess, name: string, times = 1) =>
  demo.control({
    do: 'addRecording',
    login: 'eve',
    name,
    number: '+14185550199',
    seconds: SECONDS * times,
    wavBase64: wavFile(
      Int16Array.from({ length: NOISE.length * times }, (_, at) => NOISE[at % NOISE.length] ?? 0),
    ).toString('base64'),
  })

const card = (window: Page) => window.getByRole('region', { name: 'Recordings on this computer' })

async function openCard(window: Page): Promise<void> {
  await window.getByRole('button', { name: 'Settings', exact: true }).click()
  await expect(card(window)).toBeVisible()
}

async function keepEverything(window: Page, name: string): Promise<void> {
  await expect.poll(() => partOf(window, name), { timeout: 20_000 }).not.toBe(null)
  await card(window).getByLabel('Keep', { exact: true }).selectOption('everything')
  await expect(card(window).getByText('All that is wanted is here.')).toBeVisible({ timeout: 30_000 })
  await expect(card(window).getByText(/cop(y|ies), /)).toBeVisible()
}

/** The part of the call with this name; null = it is not listed (yet). */
const partOf = (window: Page, name: string): Promise<string | null> =>
  window.evaluate(async wanted => {
    const page = await bridge.request('library:list', {
      filter: { search: wanted },
      at: null,
    })
    return page.ok ? (page.value.entries[0]?.parts[0]?.id ?? null) : null
  }, name)

/** Plays a part for a moment; answers its length in seconds, or null where it cannot be played. */
const heard = (window: Page, part: string): Promise<number | null> =>
  window.evaluate(
    id =>
      new Promise<number | null>(resolve => {
        // of an address that failed Chromium remembers that it did
        const audio = new Audio(`recording://${id}/?${Date.now()}`)
        audio.addEventListener('error', () => resolve(null))
        audio.addEventListener('timeupdate', () => {
          if (audio.currentTime > 0.2) resolve(audio.duration)
        })
        audio.muted = true
        audio.addEventListener('canplay', () => void audio.play())
        audio.load()
      }),
    part,
  )

/** Every file of the profile and of the app's temporary folder, which lies in it; the tests' own microphone is no part. */
async function filesOf(profile: string): Promise<[string, Buffer][]> {
  const entries = await readdir(profile, { recursive: true, withFileTypes: true })
  const files = entries.filter(one => one.isFile() && one.name !== 'voice.wav')
  return Promise.all(
    files.map(async one => {
      const path = join(one.parentPath, one.name)
      return [path.slice(profile.length + 1), await readFile(path)] as [string, Buffer]
    }),
  )
}

/** Times that a recording was sent whole. */
async function sentWhole(demo: DemoProcess): Promise<number> {
  const { requests } = (await demo.control({ do: 'state' })) as { requests: { path: string; status: number }[] }
  return requests.filter(({ path, status }) => path.endsWith('/media') && status === 200).length
}

async function expectNothingInClear(profile: string, secrets: readonly string[]): Promise<void> {
  const files = await filesOf(profile)
  expect(files.filter(([name]) => /[/\\]copies[/\\]/.test(name)).length).toBeGreaterThan(0)
  for (const [name, content] of files) {
    for (const run of RUNS) expect(content.includes(run), `${name} holds sound in clear`).toBe(false)
    for (const secret of secrets) expect(content.includes(secret), `${name} holds a secret`).toBe(false)
  }
}

async function secretsOf(demo: DemoProcess): Promise<string[]> {
  const { tokens, lines } = await demo.secrets()
  const secrets = [...tokens, ...lines.map(line => line.secret)]
  expect(secrets.length).toBeGreaterThan(1)
  return secrets
}

/** People, numbers and words of the test below: none is a part of another, or of anything that the app or the demo knows. */
const PEOPLE = { before: 'Quentin Vermorel', after: 'Élodie Wachtmeister', ringing: 'Barnabé Quixotte' } as const
const NUMBERS = { before: '+1 (418) 637-4419', after: '0473 68 20 57', ringing: '+33 7 81 94 36 52' } as const
const WORDS = ['zeppelinhangar', 'rendez-vous manqué', 'quittungsbuch'] as const

/** How a text may lie in a file: in several letters and codings, in base64 at any place, in an address, in JSON. */
function formsOf(text: string): Buffer[] {
  const plain = text.normalize('NFD').replace(/\p{M}/gu, '')
  const writings = new Set([text, text.normalize('NFD'), plain].flatMap(it => [it, it.toLowerCase(), it.toUpperCase()]))
  return [...writings].flatMap(writing => {
    const escaped = writing.replace(/[^ -~]/g, sign => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
    const codings = [Buffer.from(writing), Buffer.from(writing, 'latin1'), Buffer.from(writing, 'utf16le')]
    return [
      ...codings,
      ...[encodeURIComponent(writing), encodeURIComponent(writing).replaceAll('%20', '+'), escaped].map(it =>
        Buffer.from(it),
      ),
      ...codings.flatMap(base64Of),
    ]
  })
}

/** What base64 makes of these bytes wherever they stand: without the letters that the bytes around have a part in. */
const base64Of = (bytes: Buffer): Buffer[] =>
  [0, 1, 2].map(before => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes])
    const letters = whole.toString('base64').replace(/=+$/, '')
    return Buffer.from(letters.slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6)))
  })

/** Each word of a name by itself too; a number also without its signs, and without what stands before it. */
const FORMS = [
  ...Object.values(PEOPLE).flatMap(name => [name, ...name.split(' ')]),
  ...Object.values(NUMBERS).flatMap(number => {
    const digits = number.replace(/\D/g, '')
    return [number, digits, digits.slice(-8)]
  }),
  ...WORDS,
].flatMap(text => formsOf(text).map(form => ({ text, form })))

/** Files of the profile and its temporary folder that hold one of them, or are named so. */
async function tellTales(profile: string): Promise<string[]> {
  const files = await filesOf(profile)
  return files.flatMap(([name, content]) => {
    const found = FORMS.find(({ form }) => content.includes(form) || Buffer.from(name).includes(form))
    return found === undefined ? [] : [`${name}: ${found.text}`]
  })
}

async function ownTemporary(profile: string): Promise<Record<string, string>> {
  const folder = join(profile, 'temporary')
  await mkdir(folder, { recursive: true })
  return { TMPDIR: folder, TMP: folder, TEMP: folder }
}

/** With a keyring, and a temporary folder that is looked into. */
async function signedIn(profile: string, demo: DemoProcess) {
  const env = await ownTemporary(profile)
  const first = await launch({ profile, keyring: 'gnome-libsecret', env })
  const window = await first.window()
  await signIn(window, demo, 'eve')
  await registered(window)
  return { env, first, window }
}

test('with a keyring: kept by rule, heard with the server gone and after a restart, and never in clear on the disk', async ({
  profile,
  demo,
}) => {
  test.setTimeout(180_000)
  const endKeyring = await startKeyring()
  try {
    const { env, first, window } = await signedIn(profile, demo)
    await add(demo, 'Kept Caller')
    await openCard(window)
    await expect(card(window).getByText("Sealed with a key that this computer's keyring keeps.")).toBeVisible()
    await keepEverything(window, 'Kept Caller')
    const part = (await partOf(window, 'Kept Caller')) ?? ''
    const secrets = await secretsOf(demo)
    await demo.stop()
    expect(await heard(window, part)).toBeCloseTo(SECONDS, 1)
    await first.close()
    await expectNothingInClear(profile, secrets)

    const second = await launch({ profile, keyring: 'gnome-libsecret', env })
    const again = await second.window()
    await expect.poll(() => partOf(again, 'Kept Caller'), { timeout: 20_000 }).toBe(part)
    expect(await heard(again, part)).toBeCloseTo(SECONDS, 1)
    await openCard(again)
    await card(again).getByRole('button', { name: 'Erase all copies...' }).click()
    await card(again).getByRole('button', { name: 'Erase', exact: true }).click()
    await expect(card(again).getByText('No copy on this computer.')).toBeVisible()
    expect((await filesOf(profile)).filter(([name]) => /[/\\]copies[/\\]/.test(name))).toEqual([])
    await second.close()
  } finally {
    await endKeyring()
  }
})

test('a server without ranges: what is played is sealed once it has come, and the server is not asked for it again', async ({
  profile,
  demo,
}) => {
  test.setTimeout(180_000)
  const endKeyring = await startKeyring()
  try {
    const { env, first, window } = await signedIn(profile, demo)
    const times = 4
    await add(demo, 'Whole Caller', times)
    await openCard(window)
    await expect.poll(() => partOf(window, 'Whole Caller'), { timeout: 20_000 }).not.toBe(null)
    const part = (await partOf(window, 'Whole Caller')) ?? ''
    // a browser plays it after a quarter
    await demo.control({ do: 'faults', set: { mediaRanges: false, mediaBytesPerSecond: 160_000 } })
    expect(await heard(window, part)).toBeCloseTo(SECONDS * times, 1)
    await expect(card(window).getByText('No copy on this computer.')).toBeVisible()
    await expect(card(window).getByText(/1 copy, /)).toBeVisible({ timeout: 20_000 })
    await expect(card(window).getByText(/sends recordings only whole is kept here too/)).toBeVisible()
    expect(await heard(window, part)).toBeCloseTo(SECONDS * times, 1)
    await first.close()

    const second = await launch({ profile, keyring: 'gnome-libsecret', env })
    const again = await second.window()
    await expect.poll(() => partOf(again, 'Whole Caller'), { timeout: 20_000 }).toBe(part)
    expect(await heard(again, part)).toBeCloseTo(SECONDS * times, 1)
    expect(await sentWhole(demo)).toBe(1)
    const secrets = await secretsOf(demo)
    await demo.stop()
    expect(await heard(again, part)).toBeCloseTo(SECONDS * times, 1)
    await second.close()
    await expectNothingInClear(profile, secrets)
  } finally {
    await endKeyring()
  }
})

test(
  'without a keyring: nothing is kept, until a passphrase guards it; locked, it is silent',
  PACKED,
  async ({ profile, demo }) => {
    test.setTimeout(180_000)
    const env = await ownTemporary(profile)
    const first = await launch({ profile, env })
    const window = await first.window()
    await signIn(window, demo, 'eve')
    await registered(window)
    await add(demo, 'Kept Caller')
    await openCard(window)
    await expect(card(window).getByText(/has no keyring, so nothing is kept on it/)).toBeVisible()
    await expect(card(window).getByLabel('Keep', { exact: true })).toHaveCount(0)
    // nor what a server without ranges sends whole to be heard: that is in memory alone
    await add(demo, 'Whole Caller')
    await expect.poll(() => partOf(window, 'Whole Caller'), { timeout: 20_000 }).not.toBe(null)
    const whole = (await partOf(window, 'Whole Caller')) ?? ''
    await demo.control({ do: 'faults', set: { mediaRanges: false } })
    for (let time = 0; time < 2; time++) expect(await heard(window, whole)).toBeCloseTo(SECONDS, 1)
    expect(await sentWhole(demo)).toBe(1)
    await demo.control({ do: 'faults', set: { mediaRanges: true } })
    expect((await filesOf(profile)).filter(([name]) => name.includes('kept'))).toEqual([])

    await card(window).getByRole('button', { name: 'Set a passphrase...' }).click()
    await card(window).getByLabel('New passphrase').fill('only with words')
    await card(window).getByLabel('The same once more').fill('only with words')
    await card(window).getByRole('button', { name: 'Set it' }).click()
    await expect(card(window).getByText('Sealed with your passphrase.')).toBeVisible({ timeout: 20_000 })
    await keepEverything(window, 'Kept Caller')
    const part = (await partOf(window, 'Kept Caller')) ?? ''

    await card(window).getByRole('button', { name: 'Lock now' }).click()
    await card(window).getByLabel('Passphrase', { exact: true }).fill('only with birds')
    await card(window).getByRole('button', { name: 'Unlock' }).click()
    await expect(card(window).getByText(/This is not the passphrase/)).toBeVisible({ timeout: 20_000 })
    const secrets = await secretsOf(demo)
    await demo.stop()
    expect(await heard(window, part)).toBe(null)
    await card(window).getByLabel('Passphrase', { exact: true }).fill('only with words')
    await card(window).getByRole('button', { name: 'Unlock' }).click()
    await expect(card(window).getByText('Sealed with your passphrase.')).toBeVisible({ timeout: 20_000 })
    await expect.poll(() => heard(window, part)).toBeCloseTo(SECONDS, 1)
    await first.close()
    await expectNothingInClear(profile, [...secrets, 'only with words'])
  },
)

test('a copy that was changed on the disk is told, and fetched anew', async ({ profile, demo }) => {
  test.setTimeout(120_000)
  const endKeyring = await startKeyring()
  try {
    const running = await launch({ profile, keyring: 'gnome-libsecret' })
    const window = await running.window()
    await signIn(window, demo, 'eve')
    await registered(window)
    await add(demo, 'Kept Caller')
    await openCard(window)
    await keepEverything(window, 'Kept Caller')
    const part = (await partOf(window, 'Kept Caller')) ?? ''
    for (const [name, content] of await filesOf(profile)) {
      if (!/[/\\]copies[/\\]/.test(name)) continue
      content[70] = (content[70] ?? 0) ^ 1
      await writeFile(join(profile, name), content)
    }
    // the server has it still: what plays is right all the same
    expect(await heard(window, part)).toBeCloseTo(SECONDS, 1)
    await expect(card(window).getByText(/had been changed on the disk/)).toBeVisible()
    await expect(card(window).getByText('All that is wanted is here.')).toBeVisible({ timeout: 20_000 })
    await demo.stop()
    await running.close()
  } finally {
    await endKeyring()
  }
})

test('names sealed too: used in every way, and no name, number or word of a note is in the profile', async ({
  profile,
  demo,
}) => {
  test.setTimeout(180_000)
  const endKeyring = await startKeyring()
  const calls = (name: string, number: string) =>
    demo.control({ do: 'addRecording', login: 'eve', name, number, seconds: 4 })
  const annotate = async (window: Page, name: string, note: string, tag: string) => {
    await expect.poll(() => partOf(window, name), { timeout: 20_000 }).not.toBe(null)
    await window.evaluate(
      async ({ search, change }) => {
        const page = await bridge.request('library:list', { filter: { search }, at: null })
        const id = page.ok ? page.value.entries[0]?.id : undefined
        if (id === undefined) throw new Error('it is not listed')
        await bridge.request('library:annotate', { selection: { kind: 'entries', ids: [id] }, change })
      },
      { search: name, change: { note, tags: [tag] } },
    )
  }
  try {
    const { env, first, window } = await signedIn(profile, demo)
    await calls(PEOPLE.before, NUMBERS.before)
    await annotate(window, PEOPLE.before, WORDS[0], WORDS[2])
    await first.close()
    // in clear they are found: else the look for them below would say nothing
    const inClear = await tellTales(profile)
    expect(inClear.some(found => found.includes('index.sqlite'))).toBe(true)
    expect(inClear.some(found => found.includes('notes.sqlite'))).toBe(true)

    const second = await launch({ profile, keyring: 'gnome-libsecret', env })
    const again = await second.window()
    await registered(again)
    await openCard(again)
    const seal = card(again).getByRole('switch', { name: 'Seal names, numbers and notes too' })
    await seal.click()
    await expect(seal).toBeChecked({ timeout: 20_000 })
    await calls(PEOPLE.after, NUMBERS.after)
    await keepEverything(again, PEOPLE.after)
    await annotate(again, PEOPLE.after, WORDS[1], WORDS[2])
    await demo.control({ do: 'ring', login: 'eve', name: PEOPLE.ringing, number: NUMBERS.ringing.replaceAll(' ', '') })
    await again.getByRole('button', { name: 'Decline', exact: true }).click()
    await again.getByRole('button', { name: 'Recordings', exact: true }).click()
    const search = again.getByRole('searchbox')
    for (const [searched, name] of [
      ['wachtmei', PEOPLE.after],
      ['6374419', PEOPLE.before],
      [WORDS[1], PEOPLE.after],
    ] as const) {
      await search.fill(searched)
      await again.getByRole('row', { name: new RegExp(name) }).click()
    }
    for (const name of [PEOPLE.before, PEOPLE.after])
      expect(await heard(again, (await partOf(again, name)) ?? '')).toBeCloseTo(4, 1)
    const secrets = await secretsOf(demo)
    await second.close()
    expect(await tellTales(profile)).toEqual([])
    await expectNothingInClear(profile, secrets)

    // and it was not lost
    const third = await launch({ profile, keyring: 'gnome-libsecret', env })
    const last = await third.window()
    for (const word of WORDS.slice(0, 2))
      await expect.poll(() => partOf(last, word), { timeout: 20_000 }).not.toBe(null)
    await third.close()
  } finally {
    await endKeyring()
  }
})
