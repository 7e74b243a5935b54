/** Settings and other plain facts on disk (electron-store: atomic writes). Never a secret in clear. */
import Store from 'electron-store'
import { z } from 'zod'
import { Settings, SettingsChange } from '../../shared/settings.ts'

export interface PlainStore {
  get(key: string): unknown
  set(key: string, value: unknown): void
  delete(key: string): void
}

/** A file of its own in the profile; one that cannot be read is begun anew. */
export function openStore(name: string): PlainStore {
  const store = new Store<Record<string, unknown>>({
    name,
    clearInvalidConfig: true,
    accessPropertiesByDotNotation: false,
  })
  return {
    get: key => store.get(key),
    set: (key, value) => store.set(key, value),
    delete: key => store.delete(key),
  }
}

export interface SettingsStore {
  current(): Settings
  change(change: SettingsChange): void
}

/** The user's settings; a value that the schema does not allow falls back to its default. */
export function openSettings(store: PlainStore): SettingsStore {
  const read = (): Settings => {
    const kept = z.record(z.string(), z.unknown()).safeParse(store.get('settings'))
    const valid = Object.entries(kept.success ? kept.data : {}).filter(
      ([key, value]) => SettingsChange.safeParse({ [key]: value }).success,
    )
    return Settings.parse(Object.fromEntries(valid))
  }
  let settings = read()
  return {
    current: () => settings,
    change: change => {
      settings = Settings.parse({ ...settings, ...change })
      store.set('settings', settings)
    },
  }
}
