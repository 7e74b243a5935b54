/** The screens of the built window: pairing, and what a hostile name can do to any of them. */
import { type Snapshot } from '../shared/snapshot.ts'
import { expect, SMALL, test } from './window-page/fixtures.ts'
import { sideways } from './window-page/look.ts'
import { type Answers, done, failed, type WindowPage } from './window-page/page.ts'
import {
  account,
  AT,
  automatic,
  call,
  certificate,
  entry,
  idle,
  kept,
  lastCall,
  listing,
  inCall,
  off,
  ready,
  recording,
  seenIn,
  signedOut,
  unknown,
  unplayable,
} from './window-page/states.ts'

const part = (page: WindowPage['page'], index: number) => page.getByRole('navigation').getByRole('button').nth(index)

test.describe('pairing', () => {
  test('a certificate that nobody vouches for is shown, accepted, and the sign-in goes on', async ({ open }) => {
    const window = await open(
      { ...idle, stage: signedOut() },
      { answers: { 'pair:wazo': () => failed('certificate-untrusted', { certificate }) } },
    )
    const { page } = window
    await expect(page.getByLabel('Password')).toBeFocused()
    await page.getByLabel('Password').fill('secret')
    await page.keyboard.press('Enter')
    const card = page.getByRole('region', { name: 'Do you know this server?' })
    expect((await card.locator('dd').first().innerText()).replaceAll(/\s/g, '')).toBe(certificate.fingerprint)
    expect(window.askedFor('pair:trust')).toEqual([])
    window.answer({ 'pair:wazo': () => done(undefined) })
    await card.getByRole('button', { name: 'Accept this certificate' }).click()
    const signIn = { server: 'voice.example.com', username: 'eve@example.com', password: 'secret' }
    await expect
      .poll(() => window.asked)
      .toEqual([
        { name: 'pair:wazo', argument: signIn },
        { name: 'pair:trust', argument: { host: certificate.host, fingerprint: certificate.fingerprint } },
        { name: 'pair:wazo', argument: signIn },
      ])
    await window.show({ stage: { stage: 'choosing', account } })
    await expect(page.getByRole('heading', { name: 'Where do you talk?' })).toBeVisible()
  })

  test('a refused certificate is accepted nowhere, and what was typed stays', async ({ open }) => {
    const window = await open(
      { ...idle, stage: signedOut() },
      { answers: { 'pair:wazo': () => failed('certificate-changed', { certificate }) } },
    )
    const { page } = window
    await page.getByLabel('Password').fill('secret')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await expect(page.getByRole('alert')).toContainText('another certificate')
    await page.getByRole('button', { name: 'Back' }).click()
    await expect(page.getByLabel('Password')).toHaveValue('secret')
    expect(window.asked.map(one => one.name)).toEqual(['pair:wazo'])
  })

  for (const [language, says] of [
    ['en', '"srcnum.constructor" cannot be used in file names. Use variables, if, and simple changes of text.'],
    ['fr', '«\u00a0srcnum.constructor\u00a0» ne peut pas servir dans les noms de fichiers.'],
  ] as const) {
    test(`a template that is no plain variable is refused while it is typed: ${language}`, async ({ open }) => {
      const template = '{{ srcnum.constructor }}'
      const window = await open(seenIn({ ...idle, stage: signedOut({ folder: 'monitor' }) }, language), {
        answers: {
          'naming:try': given =>
            given.template === template
              ? failed('template-unsupported', { subject: 'srcnum.constructor' })
              : done({ example: '1042.wav', tells: null, samples: [] }),
        },
      })
      const { page } = window
      await page.getByRole('button', { name: 'Asterisk' }).click()
      await page.locator('summary').click()
      await page.getByRole('checkbox').check()
      const field = page.locator('details').getByRole('textbox').last()
      await field.fill(template)
      await expect(field).toHaveAccessibleDescription(new RegExp(says.replaceAll(/[.{}]/g, String.raw`\$&`)))
      await expect(field).toHaveAttribute('aria-invalid', 'true')
      await field.fill('{{ srcnum }}')
      await expect(field).toHaveAccessibleDescription(/1042\.wav/)
      await expect(field).not.toHaveAttribute('aria-invalid')
    })
  }

  test('where one talks is asked with nothing chosen before', async ({ open }) => {
    const window = await open({ ...idle, stage: { stage: 'choosing', account } })
    const { page } = window
    await expect(page.getByRole('radio', { checked: true })).toHaveCount(0)
    await expect(page.getByRole('button', { name: 'Continue' })).toBeDisabled()
    await page.getByRole('radio', { name: 'On my desk phone' }).check()
    await page.getByRole('button', { name: 'Continue' }).click()
    await expect.poll(() => window.asked).toEqual([{ name: 'pair:choose', argument: { use: 'companion' } }])
  })
})

test.describe('the template of a folder', () => {
  const used = 'user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}'
  const snapshot = seenIn(
    { ...idle, stage: { stage: 'ready', account: { ...account, kind: 'asterisk', folder: 'monitor' } } },
    'en',
  )
  const told = { srcnum: 'known', dstnum: 'known', moment: 'known', zoneless: false } as const
  const hostile = { name: '<b>x</b>\u202e.wav', kind: null, numbers: [], startedAt: null }
  const answers: Answers = {
    'naming:current': () => done({ template: used }),
    'naming:try': ({ template }) =>
      template.includes('constructor')
        ? failed('template-unsupported', { subject: '{{ srcnum.constructor }}' })
        : done({ example: 'x', tells: template === used ? told : { ...told, dstnum: 'absent' }, samples: [hostile] }),
  }
  const editor = async ({ page }: WindowPage) => {
    await page.getByRole('navigation').getByRole('button', { name: 'Settings' }).click()
    await page.locator('summary', { hasText: 'Advanced' }).click()
    return page.locator('details').getByRole('textbox')
  }

  test('are tried, applied and taken back, and what was typed stays', async ({ open }) => {
    const window = await open(snapshot, { answers })
    const { page } = window
    const field = await editor(window)
    await expect(field).toHaveValue(used)
    await expect(page.getByText('These names tell both numbers')).toBeVisible()
    await expect(page.getByText('<b>x</b>.wav')).toBeVisible()
    await expect(page.getByRole('button', { name: 'Apply' })).toBeDisabled()
    await field.fill('{{ srcnum.constructor }}')
    await expect(field).toHaveAccessibleDescription(/srcnum\.constructor/)
    await expect(page.getByRole('button', { name: 'Apply' })).toBeDisabled()
    await field.fill('{{ srcnum }}')
    await expect(page.getByText('Not in these names: the called number.')).toBeVisible()
    await page.getByRole('button', { name: 'Apply' }).click()
    await page.getByRole('button', { name: 'Undo' }).click()
    await expect(page.getByRole('button', { name: 'Undo' })).toHaveCount(0)
    await expect(field).toHaveValue('{{ srcnum }}')
    expect(window.askedFor('naming:apply')).toEqual([{ template: '{{ srcnum }}' }, { template: used }])
  })

  test('come out of a pasted configuration, whose trap is told', async ({ open }) => {
    const window = await open(snapshot, { answers })
    const { page } = window
    const field = await editor(window)
    const paste = (text: string) =>
      field.evaluate((input, pasted) => {
        const clipboardData = new DataTransfer()
        clipboardData.setData('text/plain', pasted)
        input.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
      }, text)
    await paste('call-recording:\n  filename_extension: gsm\n')
    await expect(page.getByText('it must be "call_recording:"')).toBeVisible()
    await expect(page.getByText('There is no filename_template')).toBeVisible()
    await expect(field).toHaveValue(used)
    await paste("call_recording:\n  filename_template: '{{ dstnum }}'\n")
    await expect(field).toHaveValue('{{ dstnum }}')
    await expect(page.getByText('it must be "call_recording:"')).toHaveCount(0)
  })

  test('are not applied during a call', async ({ open }) => {
    const window = await open({ ...snapshot, calls: [call(recording)] }, { answers })
    const field = await editor(window)
    await field.fill('{{ srcnum }}')
    await expect(window.page.getByText('Possible when your call has ended.')).toBeVisible()
    await expect(window.page.getByRole('button', { name: 'Apply' })).toBeDisabled()
  })
})

test.describe('names of exported files', () => {
  test('are of a pattern of one’s own: tried while it is typed, refused, and offered the next time', async ({
    open,
  }) => {
    const window = await open(idle, {
      answers: {
        ...listing([entry(0)]),
        'export:preview': ({ names }) =>
          names.includes('srcnum')
            ? failed('template-unsupported', { subject: '{{ srcnum }}' })
            : done({ files: 1, without: 0, bytes: 1, examples: [`${names.replaceAll(/\W+/g, '-')}.wav`] }),
        'export:begin': () => done(true),
      },
      sound: true,
    })
    const { page } = window
    const dialog = page.getByRole('dialog')
    const begin = dialog.getByRole('button', { name: 'Choose folder and export' })
    const show = async () => {
      await page.locator('section[data-entry]').getByRole('button', { name: 'Export...' }).click()
      await expect(dialog).toBeVisible()
    }
    await part(page, 1).click()
    await page.locator('[role=row][data-entry]').click()
    await show()
    await expect(dialog.getByRole('textbox')).toHaveCount(0)
    await dialog.getByRole('combobox', { name: 'File names' }).selectOption('Own pattern')
    const field = dialog.getByRole('textbox', { name: 'Own pattern' })
    // it begins as what was chosen before
    await expect(field).toHaveValue('{{ date }} {{ time }} {{ name }}')
    await field.fill('{{ srcnum }}')
    await expect(field).toHaveAccessibleDescription(/"\{\{ srcnum \}\}" cannot be used in file names\./)
    await expect(field).toHaveAttribute('aria-invalid', 'true')
    await expect(begin).toBeDisabled()
    await field.fill('')
    await expect(begin).toBeDisabled()
    await field.fill('{{ number }}')
    await expect(dialog.getByText('-number-.wav')).toBeVisible()
    await expect(field).not.toHaveAttribute('aria-invalid')
    await begin.click()
    await expect(dialog).toHaveCount(0)
    const exporting = { form: 'wav' as const, folders: 'flat' as const, names: '{{ number }}' }
    const selection = { kind: 'entries', ids: ['entry-0'] }
    expect(window.askedFor('export:begin')).toEqual([{ selection, ...exporting }])
    await expect.poll(() => window.askedFor('settings:change')).toEqual([{ exporting }])
    await window.show({ settings: { ...idle.settings, exporting } })
    await show()
    await expect(dialog.getByRole('combobox', { name: 'File names' })).toHaveValue('own')
    await expect(field).toHaveValue('{{ number }}')
  })
})

test.describe('the rule of what is kept here', () => {
  const rule = { ...kept.rule, what: 'off' as const }
  const card = ({ page }: WindowPage) => page.getByRole('region', { name: 'Recordings on this computer' })
  const choice = (window: WindowPage) => card(window).getByRole('combobox', { name: 'Keep', exact: true })
  const opened = async (
    open: (first: Snapshot, more: { answers: Answers }) => Promise<WindowPage>,
    answers: Answers,
  ) => {
    const window = await open({ ...idle, keeping: kept }, { answers })
    await part(window.page, 2).click()
    return window
  }

  test('asks before it removes copies: how many, how much space, and what is the last', async ({ open }) => {
    const window = await opened(open, {
      'keeping:wouldRemove': () => done({ copies: 120, bytes: 1_200_000_000, last: 3 }),
    })
    await choice(window).selectOption('off')
    const question = card(window).getByRole('group', { name: 'Copies that go' })
    await expect(question).toContainText('This removes 120 copies from this computer and frees 1.2 GB.')
    await expect(question).toContainText('Recordings stay on the server; only an administrator deletes there.')
    await expect(question).toContainText('3 of them are deleted on the server: these copies are the last.')
    await question.getByRole('button', { name: 'Leave it as it is' }).click()
    await expect(question).toHaveCount(0)
    await expect(choice(window)).toHaveValue('recent')
    expect(window.askedFor('keeping:setRule')).toEqual([])
    await choice(window).selectOption('off')
    await question.getByRole('button', { name: 'Remove the copies' }).click()
    await expect.poll(() => window.askedFor('keeping:setRule')).toEqual([rule])
    await expect(question).toHaveCount(0)
  })

  test('asks nothing where no copy goes', async ({ open }) => {
    const window = await opened(open, {})
    await choice(window).selectOption('everything')
    await expect.poll(() => window.askedFor('keeping:setRule')).toEqual([{ ...rule, what: 'everything' }])
    await expect(card(window).getByRole('group', { name: 'Copies that go' })).toHaveCount(0)
  })

  test('changes nothing while it cannot be told what would go', async ({ open }) => {
    const window = await opened(open, { 'keeping:wouldRemove': () => failed('vault-locked') })
    await choice(window).selectOption('off')
    await expect(card(window).getByRole('alert')).toBeVisible()
    expect(window.askedFor('keeping:setRule')).toEqual([])
  })
})

test.describe('a number to call', () => {
  const dialled = { ...lastCall, outgoing: true, peer: { name: '', number: '1050' } }
  const shell = (callLink: Snapshot['shell']['callLink']) => ({ shell: { ...idle.shell, callLink } })
  const answers: Answers = {
    'library:list': () =>
      done({ entries: [entry(0, { outgoing: true, peer: { name: '', number: '+1 418 555 0142' } })] }),
  }

  test('called before comes back into the empty field, and is called by the next press alone', async ({ open }) => {
    const window = await open({ ...idle, recentCalls: [dialled] }, { answers })
    const { page } = window
    const field = page.getByLabel('Number', { exact: true })
    await expect(field).toHaveAccessibleDescription(/Enter brings back 1050/)
    await field.press('Enter')
    await expect(field).toHaveValue('1050')
    await field.press('ArrowUp')
    await expect(field).toHaveValue('+14185550142')
    await field.press('ArrowUp')
    await expect(field).toHaveValue('+14185550142')
    await field.press('ArrowDown')
    await expect(field).toHaveValue('1050')
    expect(window.askedFor('call:dial')).toEqual([])
    await field.press('Enter')
    await expect.poll(() => window.askedFor('call:dial')).toEqual([{ number: '1050', record: false }])
    await expect(field).toHaveValue('')
    // what is typed is not written over
    await field.fill('10')
    await field.press('ArrowUp')
    await expect(field).toHaveValue('10')
  })

  test('of a link comes into the field, wherever one was, and is not called; a link without one is told', async ({
    open,
  }) => {
    const window = await open(idle)
    const { page } = window
    await page.getByRole('navigation').getByRole('button', { name: 'Recordings' }).click()
    await window.show(shell({ number: '+14185550142' }))
    const field = page.getByLabel('Number', { exact: true })
    await expect(field).toHaveValue('+14185550142')
    await expect(field).toBeFocused()
    await expect.poll(() => window.askedFor('shell:callLinkTaken')).toHaveLength(1)
    await window.show(shell(null))
    await window.show(shell({ number: null }))
    await expect(page.getByRole('alert').filter({ hasText: 'no number that can be called' })).toBeVisible()
    await expect.poll(() => window.askedFor('shell:callLinkTaken')).toHaveLength(2)
    expect(window.askedFor('call:dial')).toEqual([])
  })

  test('beside a call is called from under it, which says what becomes of the call', async ({ open }) => {
    const window = await open({ ...inCall(recording), recentCalls: [dialled] }, { answers })
    const { page } = window
    await page.getByText('Call somebody else').click()
    const field = page.getByLabel('Number', { exact: true })
    await field.fill('1043')
    await expect(field).toHaveAccessibleDescription(/Calling puts .Marie Tremblay. on hold/)
    await page.getByRole('button', { name: 'Call', exact: true }).click()
    await expect.poll(() => window.askedFor('call:dial')).toEqual([{ number: '1043', record: false }])
  })
})

test.describe('sound', () => {
  const headset = { id: 'h', label: '<b>Headset</b>\u202e' }
  const devices = { inputs: [headset], outputs: [], noMicrophone: false, missing: [] }

  test('a device is chosen, tried out with a level, and a test that cannot be made says why', async ({ open }) => {
    const window = await open({ ...idle, phone: { ...idle.phone, devices } })
    const { page } = window
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByLabel('Microphone', { exact: true }).selectOption({ label: '<b>Headset</b>' })
    expect(window.askedFor('settings:change')).toEqual([
      { devices: { microphone: headset, speaker: null, ringer: null } },
    ])
    await page.getByRole('button', { name: 'Try the microphone' }).click()
    await window.tell('audio:level', { level: 0.4, why: null })
    await expect(page.getByRole('meter')).toHaveJSProperty('value', 0.4)
    await window.tell('audio:level', { level: 0, why: 'busy' })
    await expect(page.getByRole('alert')).toContainText('Another program keeps the microphone')
    await page.getByRole('button', { name: 'Stop' }).click()
    await page.getByRole('button', { name: 'Try the ring' }).click()
    await page.getByRole('button', { name: 'Calls' }).click()
    expect(window.askedFor('audio:test')).toEqual([
      { what: 'level' },
      { what: 'off' },
      { what: 'ringer' },
      { what: 'off' },
    ])
  })

  test('what is not plugged in is said, and stays chosen', async ({ open }) => {
    const gone = { ...devices, inputs: [], noMicrophone: true, missing: ['microphone' as const] }
    const window = await open({
      ...idle,
      phone: { ...idle.phone, devices: gone },
      settings: { ...idle.settings, devices: { microphone: headset, speaker: null, ringer: null } },
    })
    const { page } = window
    await expect(page.getByText('No microphone is plugged in')).toBeVisible()
    await expect(page.getByText('The microphone that you chose is not plugged in')).toBeVisible()
    await page.getByRole('button', { name: 'Settings' }).click()
    await expect(page.getByLabel('Microphone', { exact: true })).toHaveValue('h')
  })
})

test.describe('a hostile name', () => {
  const NAMES = {
    markup: '<img src=x onerror="document.title=1"><script>document.title=2</script>&amp;<b>bold</b>',
    bidi: '\u202Egnp.exe\u202C \u2066turned\u2069 \u200Fround\u061C',
    long: 'x'.repeat(5_000),
    emoji: '👩‍👩‍👧‍👦🏳️‍🌈'.repeat(40),
    wide: '﷽𒐫'.repeat(60),
  }
  interface Screen {
    readonly name: string
    readonly snapshot: (peer: { name: string; number: string }) => Snapshot
    readonly answers?: (peer: { name: string; number: string }) => Answers
    readonly go?: (window: WindowPage) => Promise<void>
    /** The name is not on it. */
    readonly nameless?: true
  }
  const screens: readonly Screen[] = [
    {
      name: 'sign-in',
      snapshot: peer => ({ ...idle, stage: signedOut({ server: peer.name, username: peer.name }) }),
      nameless: true,
    },
    {
      name: 'asterisk',
      snapshot: peer => ({ ...idle, stage: signedOut({ folder: peer.name }) }),
      go: async ({ page }) => {
        await page.getByRole('button', { name: 'Asterisk' }).click()
        await page.locator('summary').click()
        await page.getByRole('checkbox').check()
      },
    },
    {
      name: 'certificate',
      snapshot: () => ({ ...idle, stage: signedOut() }),
      answers: ({ name }) => ({
        'pair:wazo': () =>
          failed('certificate-untrusted', {
            certificate: { ...certificate, host: name, subject: name, issuer: name, validTo: name },
          }),
      }),
      go: async ({ page }) => {
        await page.locator('input[type=password]').fill('secret')
        await page.keyboard.press('Enter')
        await page.locator('dl').waitFor()
      },
    },
    {
      name: 'choose',
      snapshot: ({ name }) => ({ ...idle, stage: { stage: 'choosing', account: { ...account, name } } }),
    },
    {
      name: 'idle',
      snapshot: ({ name }) => ({
        ...idle,
        stage: ready({ name, extension: name }),
        callFailure: { failure: { code: 'call-busy' }, number: name, at: AT },
        lastCall: { ...lastCall, peer: { name, number: name } },
        recentCalls: [{ ...lastCall, peer: { name, number: name } }],
      }),
    },
    {
      name: 'calls',
      snapshot: peer => ({
        ...idle,
        calls: [
          call(unknown, { peer, serverId: peer.name }),
          call(recording, { id: 'call-2', peer, onHold: true }),
          call(off, { id: 'call-3', peer, status: 'ringing-in', answeredAt: null }),
        ],
      }),
      go: async ({ page }) => {
        for (const details of await page.locator('summary').all()) await details.click()
      },
    },
    {
      name: 'recordings',
      snapshot: () => idle,
      answers: peer =>
        listing(
          [1, 2, 3].map(index => ({ ...unplayable(index, 'no-media'), peer, tags: [peer.name], note: peer.name })),
        ),
      go: async ({ page }) => {
        await part(page, 1).click()
        await page.locator('[role=row][data-entry]').first().click()
        await page.locator('section[data-entry]').waitFor()
      },
    },
    {
      name: 'settings',
      snapshot: ({ name }) => ({ ...idle, stage: ready({ name, extension: name, server: name, folder: name }) }),
      go: ({ page }) => part(page, 2).click(),
    },
    {
      name: 'automatic recording',
      snapshot: peer => ({
        ...inCall(recording, { peer }),
        automatic: { ...automatic, wish: { incomingExternal: true } },
      }),
      go: ({ page }) => page.locator('header button[aria-haspopup=dialog]').click(),
    },
  ]

  for (const screen of screens) {
    for (const language of ['en', 'fr'] as const) {
      test(`is only text, and pushes nothing aside: ${screen.name}, ${language}`, async ({ open }) => {
        for (const [kind, name] of Object.entries(NAMES)) {
          const peer = { name, number: name }
          const window = await open(seenIn(screen.snapshot(peer), language), {
            size: SMALL,
            answers: screen.answers?.(peer) ?? {},
          })
          await screen.go?.(window)
          const { page } = window
          await expect(page.locator('img, script:not([src]), b'), kind).toHaveCount(0)
          // what one types oneself stays as it was typed
          const text = await page.locator('#root').evaluate(root => {
            const copy = root.cloneNode(true) as Element
            for (const own of copy.querySelectorAll('textarea')) own.remove()
            return copy.textContent
          })
          if (screen.nameless === undefined && kind !== 'bidi') expect(text, kind).toContain(name)
          if (kind === 'bidi') expect(text).not.toMatch(/[\u202A-\u202E\u200F\u061C]/)
          expect(await sideways(page), kind).toEqual([])
          await expect(page).not.toHaveTitle(/^[12]$/)
          await page.close()
        }
      })
    }
  }
})
