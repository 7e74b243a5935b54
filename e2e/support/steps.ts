/** What a person does in the app, in the words on screen. Shared by the journeys. */
import { expect, type Page } from '@playwright/test'
import { type DemoProcess } from './demo.ts'

/** Fills the sign-in form and sends it. */
export async function fillSignIn(window: Page, server: string, login: string, password: string): Promise<void> {
  await window.getByLabel('Server', { exact: true }).fill(server)
  await window.getByLabel('User name', { exact: true }).fill(login)
  await window.getByLabel('Password', { exact: true }).fill(password)
  await window.getByRole('button', { name: 'Sign in', exact: true }).click()
}

/** Signs in at a demo server, accepting its certificate, and answers "Where do you talk?". */
export async function signIn(
  window: Page,
  demo: DemoProcess,
  login: string,
  use: 'phone' | 'companion' = 'phone',
): Promise<void> {
  const { password } = demo.user(login)
  await fillSignIn(window, `127.0.0.1:${demo.port}`, login, password)
  await expect(window.getByText(demo.fingerprint)).toBeVisible()
  await window.getByRole('button', { name: 'Accept this certificate' }).click()
  await choose(window, use)
}

export async function choose(window: Page, use: 'phone' | 'companion'): Promise<void> {
  await expect(window.getByRole('heading', { name: 'Where do you talk?' })).toBeVisible()
  await window.getByRole('radio', { name: use === 'phone' ? /On this computer/ : /On my desk phone/ }).check()
  await window.getByRole('button', { name: 'Continue' }).click()
}

/** The phone is registered: the app may call. */
export async function registered(window: Page): Promise<void> {
  await expect(window.getByText('Phone connected')).toBeVisible({ timeout: 20_000 })
}

export async function dial(window: Page, number: string): Promise<void> {
  await window.getByLabel('Number', { exact: true }).fill(number)
  await window.getByRole('button', { name: 'Call', exact: true }).click()
}

/** The one lamp of a window. */
export const lamp = (window: Page) => window.locator('[data-lamp]').first()

/** Waits until the lamp shows a state. */
export async function lampShows(window: Page, state: string): Promise<void> {
  await expect(lamp(window)).toHaveAttribute('data-lamp', state, { timeout: 15_000 })
}

/** Presses a recording place once it takes a press. */
export async function press(window: Page, name: string): Promise<void> {
  const place = window.getByRole('button', { name, exact: true })
  await expect(place).toBeEnabled()
  await place.click()
}

/** Signed in with a phone here, and in a call with the support desk that is not recorded. */
export async function inCall(window: Page, demo: DemoProcess, login = 'eve'): Promise<void> {
  await signIn(window, demo, login)
  await registered(window)
  await dial(window, '1050')
  await lampShows(window, 'off')
}

export async function hangUp(window: Page): Promise<void> {
  await window.getByRole('button', { name: 'Hang up' }).click()
  await lampShows(window, 'none')
}
