/** What every part of a window needs: the snapshot, the words and the formatters of its language. */
import { createContext, use } from 'react'
import { failureText, type Format, formatOf, type Language, type Text, textFor } from '../shared/text/index.ts'
import { type Failure } from '../shared/failure.ts'
import { type Received } from './snapshot.ts'

export interface Shown extends Received {
  readonly language: Language
  readonly text: Text
  readonly format: Format
  readonly failure: (failure: Failure) => string
}

export const ShownContext = createContext<Shown | null>(null)

export function shownFrom(received: Received): Shown {
  const { language } = received.snapshot
  return {
    ...received,
    language,
    text: textFor(language),
    format: formatOf(language),
    failure: failure => failureText(language, failure),
  }
}

export function useShown(): Shown {
  const shown = use(ShownContext)
  if (shown === null) throw new Error('rendered outside of ShownContext')
  return shown
}
