/** The one failure of templates, which names the tag that cannot be used. */
import { AppFailure } from '../../../shared/failure.ts'

export function unsupported(subject: string, cause?: unknown): AppFailure {
  return new AppFailure({ code: 'template-unsupported', subject: clip(subject) }, { cause })
}

function clip(text: string): string {
  return text.length <= 80 ? text : `${text.slice(0, 79)}…`
}
