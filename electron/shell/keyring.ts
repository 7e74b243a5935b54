/** Secrets at rest, sealed by the operating system's keyring; without one nothing is kept. */
import { app, safeStorage } from 'electron'
import { keyringIsReal } from './runtime.ts'

export interface SystemKeyring {
  /** True: what is sealed can be opened after a restart, by this user alone. */
  durable(): boolean
  /** Base64 of the sealed text. */
  seal(text: string): string
  /** Null when it cannot be opened: another user, another machine, a keyring that was reset. */
  open(sealed: string): string | null
}

export const systemKeyring: SystemKeyring = {
  durable: () => keyringIsReal(app.commandLine.getSwitchValue('password-store')),
  seal: text => safeStorage.encryptString(text).toString('base64'),
  open: sealed => {
    try {
      return safeStorage.decryptString(Buffer.from(sealed, 'base64'))
    } catch {
      return null
    }
  },
}
