// Pairs the app with the real Asterisk as a person does.
import { type ElectronApplication, type Page } from '@playwright/test'
import { type Dialect } from '../../shared/recording/state.ts'
import { expect } from '../support/app.ts'
import { account, type Asterisk } from './asterisk/asterisk.ts'
import { type User } from './fixtures.ts'

export interface Pairing {
  readonly server?: string
  readonly hint?: string
  /** Default: where Asterisk records; null: none. */
  readonly folder?: string | null
  readonly template?: string
  readonly password?: string
  readonly dialect?: Dialect
}

/** Only main's own folder dialog is answered for the person. */
export async function pair(
  window: Page,
  app: ElectronApplication,
  asterisk: Asterisk,
  user: User,
  options: Pairing = {},
): Promise<void> {
  const { username, password } = account(user)
  const { folder = asterisk.monitorFolder, dialect = 'start-stop' } = options
  await window.getByText('A bare Asterisk').click()
  await window.getByLabel('WebSocket address').fill(options.server ?? asterisk.ws)
  await window.getByLabel('Extension').fill(username)
  await window.getByLabel('Password', { exact: true }).fill(options.password ?? password)
  if (folder !== null) {
    await app.evaluate(({ dialog }, path) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [path] })
    }, folder)
    await window.getByText('Advanced').click()
    await window.getByLabel('What *3 does here').selectOption(dialect)
    await window.getByRole('button', { name: 'Choose a folder...' }).click()
    await expect(window.getByRole('checkbox')).toBeChecked()
    await window.getByLabel('File names').fill(options.template ?? '{{ srcnum }}-{{ dstnum }}-{{ timestamp }}')
    await window.getByLabel('Number that shows automatic recording').fill(options.hint ?? '')
  }
  await window.getByRole('button', { name: 'Connect', exact: true }).click()
}
