/** Each closed hole keeps a test that tries it. */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from './support/app.ts'
import { miniBar } from './support/shell.ts'
import { dial, registered, signIn } from './support/steps.ts'

test('the page has no Node, and runs in a secure origin of our own', async ({ window }) => {
  const seen = await window.evaluate(() => {
    const world = globalThis as unknown as Record<string, unknown>
    return [typeof world['require'], typeof world['process'], typeof world['module'], location.origin, isSecureContext]
  })
  expect(seen).toEqual(['undefined', 'undefined', 'undefined', 'app://tallylight', true])
})

test('the policy blocks inline scripts, foreign scripts, foreign addresses and frames', async ({ window }) => {
  const violated = (name: string) =>
    window.evaluate(
      tag =>
        new Promise<string>(resolve => {
          addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective), { once: true })
          const element = document.createElement(tag === 'inline' || tag === 'foreign' ? 'script' : 'iframe')
          if (tag === 'inline') element.textContent = 'window.hacked = true'
          else if (element instanceof HTMLIFrameElement) element.src = 'https://example.org/'
          else element.src = 'https://example.org/x.js'
          document.body.append(element)
        }),
      name,
    )
  expect(await violated('inline')).toBe('script-src-elem')
  expect(await violated('foreign')).toBe('script-src-elem')
  expect(await violated('frame')).toBe('frame-src')
  expect(await window.evaluate(() => 'hacked' in window)).toBe(false)
  expect(
    await window.evaluate(() =>
      fetch('https://example.org/').then(
        () => 'reached',
        () => 'blocked',
      ),
    ),
  ).toBe('blocked')
  expect(
    await window.evaluate(() =>
      fetch('http://127.0.0.1:1/').then(
        () => 'reached',
        () => 'blocked',
      ),
    ),
  ).toBe('blocked')
})

test('a window gets no camera, no place and no microphone; the phone page gets the microphone alone', async ({
  window,
  running,
  demo,
}) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  const phone = await running.phone()
  const media = { audio: { audio: true }, video: { video: true }, both: { audio: true, video: true } }
  for (const [page, expected] of [
    [window, { audio: 'NotAllowedError', video: 'NotAllowedError', both: 'NotAllowedError' }],
    [phone, { audio: 'granted', video: 'NotAllowedError', both: 'NotAllowedError' }],
  ] as const) {
    const got = await page.evaluate(async wishes => {
      const answers: Record<string, string> = {}
      for (const [name, wish] of Object.entries(wishes)) {
        answers[name] = await navigator.mediaDevices.getUserMedia(wish).then(
          stream => {
            for (const track of stream.getTracks()) track.stop()
            return 'granted'
          },
          (error: unknown) => (error instanceof Error ? error.name : String(error)),
        )
      }
      return answers
    }, media)
    expect(got).toEqual(expected)
    expect(await page.evaluate(() => navigator.permissions.query({ name: 'geolocation' }).then(one => one.state))).toBe(
      'denied',
    )
  }
})

test('the bridge knows only its contract, parses every argument, and answers failures as data', async ({ window }) => {
  const unknown = await window.evaluate(() => {
    try {
      void bridge.request('shell:run' as never, undefined as never)
      return 'taken'
    } catch (error) {
      return (error as Error).message
    }
  })
  expect(unknown).toContain('Unknown request')
  const malformed = await window.evaluate(() => bridge.request('call:dial', { number: 7 as unknown as string }))
  expect(malformed).toEqual({ ok: false, failure: { code: 'invalid', subject: 'number' } })
  const path = await window.evaluate(() =>
    bridge.request('pair:asterisk', { webSocket: 'file:///etc/passwd', extension: '1001', password: 'x' }),
  )
  expect(path).toMatchObject({ ok: false, failure: { code: 'address-invalid' } })
})

test('a window may not speak as the phone, nor a foreign page as anybody', async ({ window, running }) => {
  const asPhone = await window.evaluate(() => bridge.request('phone:line', undefined))
  expect(asPhone).toEqual({ ok: false, failure: { code: 'forbidden' } })
  const stranger = await running.app.evaluate(async ({ app, BrowserWindow }) => {
    const preload = `${app.getAppPath()}/out/electron/preload.cjs`
    const other = new BrowserWindow({ show: false, webPreferences: { sandbox: true, preload } })
    await other.loadURL('data:text/html,<title>stranger</title>')
    const answer: unknown = await other.webContents.executeJavaScript(`bridge.request('app:snapshot')`)
    other.destroy()
    return answer
  })
  expect(stranger).toEqual({ ok: false, failure: { code: 'forbidden' } })
})

test('the app stays where it is and opens no window', async ({ window, running }) => {
  await expect(window.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible()
  const before = await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)
  await window.evaluate(() => {
    location.href = 'https://example.org/'
    open('file:///etc/passwd')
  })
  // not through a locator: Playwright waits there for the navigation that never comes
  await expect.poll(() => window.evaluate(() => document.querySelectorAll('form').length)).toBe(1)
  expect(await window.evaluate(() => location.origin)).toBe('app://tallylight')
  expect(await running.app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(before)
})

test('its own scheme serves nothing outside its folder, and no page of another origin', async ({ window, running }) => {
  expect(window.url()).toContain('app://tallylight/')
  const status = (url: string) =>
    running.app.evaluate(({ net }, address) => net.fetch(address).then(answer => answer.status), url)
  expect(await status('app://tallylight/index.html')).toBe(200)
  expect(await status('app://tallylight/..%2f..%2fpackage.json')).toBe(404)
  expect(await status('app://tallylight/%2e%2e/%2e%2e/electron/main.cjs')).toBe(404)
  expect(await status('app://tallylight/..%5c..%5cpackage.json')).toBe(404)
  expect(await status('app://tallylight//etc/passwd')).toBe(404)
  expect(await status('app://phone/phone.html')).toBe(404)
})

test('a page runs in the operating system’s sandbox', async ({ window, running }) => {
  test.skip(process.getuid?.() === 0, 'Chromium has no sandbox for root')
  await window.waitForLoadState()
  const pids = await running.app.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(one => one.type === 'Tab')
      .map(one => one.pid),
  )
  expect(pids.length).toBeGreaterThan(0)
  for (const pid of pids) expect(await readFile(`/proc/${pid}/status`, 'utf8')).toMatch(/Seccomp:\s+2/)
})

test('tokens and secrets appear neither in a window, nor in the log, nor in the profile', async ({
  window,
  running,
  demo,
  profile,
}) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  const { tokens, lines } = await demo.secrets()
  const hidden = [...tokens, ...lines.map(line => line.secret), demo.user('eve').password].filter(one => one.length > 4)
  expect(tokens.length).toBeGreaterThan(0)
  const snapshot = await window.evaluate(
    async () => JSON.stringify(await bridge.request('app:snapshot', undefined)) + document.documentElement.outerHTML,
  )
  const stored = await window.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }))
  const files = await readAll(profile)
  for (const secret of hidden) {
    expect(snapshot).not.toContain(secret)
    expect(stored).not.toContain(secret)
    expect(running.output()).not.toContain(secret)
    for (const [name, content] of files) expect(content.includes(secret), `${name} holds a secret`).toBe(false)
  }
})

async function readAll(folder: string): Promise<[string, Buffer][]> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = names.filter(one => one.isFile() && one.name !== 'voice.wav')
  const read = files.map(
    async one =>
      [one.name, await readFile(join(one.parentPath, one.name)).catch(() => Buffer.alloc(0))] as [string, Buffer],
  )
  return Promise.all(read)
}

test('the mini bar is a page like the window: no Node, the same policy, the same bridge', async ({
  window,
  running,
  demo,
}) => {
  await signIn(window, demo, 'eve')
  await registered(window)
  await window.evaluate(() => bridge.request('settings:change', { miniBar: 'calls' }))
  await running.app.evaluate(({ BrowserWindow }) => {
    BrowserWindow.getAllWindows()
      .find(one => one.webContents.getURL().endsWith('/index.html'))
      ?.hide()
  })
  await dial(window, '1050')
  const mini = await miniBar(running.app)
  const seen = await mini.evaluate(async () => {
    const world = globalThis as unknown as Record<string, unknown>
    const violated = new Promise<string>(resolve => {
      addEventListener('securitypolicyviolation', event => resolve(event.effectiveDirective), { once: true })
    })
    const script = document.createElement('script')
    script.textContent = 'window.hacked = true'
    document.body.append(script)
    const asPhone = await bridge.request('phone:line', undefined)
    return [
      typeof world['require'],
      typeof world['process'],
      location.origin,
      await violated,
      'hacked' in world,
      asPhone,
    ]
  })
  expect(seen).toEqual([
    'undefined',
    'undefined',
    'app://tallylight',
    'script-src-elem',
    false,
    { ok: false, failure: { code: 'forbidden' } },
  ])
})
