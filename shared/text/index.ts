/** The words of a language, for both processes: the windows, and main's tray, notifications and dialogs. */
import { en, type Text } from './en.ts'
import { fr } from './fr.ts'
import { frCA } from './frCA.ts'
import { type Language } from './language.ts'

const texts: Readonly<Record<Language, Text>> = { en, fr, 'fr-CA': frCA }

export const textFor = (language: Language): Text => texts[language]

export { type Language, type Text }
export { failureText } from './failures.ts'
export { formatFor, formatOf, type Format } from './format.ts'
