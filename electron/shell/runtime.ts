/** What differs between Electron versions: the shipped one, and the stand-by runtime of the tests (25.1.1). */
import { nativeTheme, safeStorage } from 'electron'

/**
 * Does the operating system itself keep secrets here? On Linux without a keyring Chromium falls back to a fixed
 * password (`basic_text`), which is no protection. Electron 25 cannot name its backend: there the answer of
 * `isEncryptionAvailable` counts, which is false without a keyring unless plain text was asked for by a switch.
 */
export function keyringIsReal(passwordStore: string): boolean {
  if (!safeStorage.isEncryptionAvailable()) return false
  if (process.platform !== 'linux') return true
  const runtime: Partial<Pick<typeof safeStorage, 'getSelectedStorageBackend'>> & object = safeStorage
  const backend = runtime.getSelectedStorageBackend?.()
  return backend === undefined ? passwordStore !== 'basic' : backend !== 'basic_text'
}

/**
 * Is the tray dark? Where the system tells of its own parts apart from the windows (Electron 36 and later), that counts; else
 * the look of the windows has to do.
 */
export function trayIsDark(): boolean {
  const theme: { readonly shouldUseDarkColorsForSystemIntegratedUI?: boolean } = nativeTheme
  return theme.shouldUseDarkColorsForSystemIntegratedUI ?? nativeTheme.shouldUseDarkColors
}
