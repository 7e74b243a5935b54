/** Which language is spoken: the user's choice, else the computer's. */
import { app } from 'electron'
import { type Settings } from '../../shared/settings.ts'
import { type Snapshot } from '../../shared/snapshot.ts'

export function language(wanted: Settings['language']): Snapshot['language'] {
  const tag = wanted === 'system' ? app.getLocale() : wanted
  if (tag.startsWith('fr')) return tag === 'fr-CA' ? 'fr-CA' : 'fr'
  return 'en'
}
