/** File-name templates for the rest of the library. The server's own are in wazo.ts; here those that people write for exports. */
import { write } from './evaluate.ts'
import { parse } from './parse.ts'

export interface NameTemplate {
  /**
   * The name as written: not yet made safe for any file system. A `/` of the template stands for a folder, and so does one
   * of a value: clean values before. Throws AppFailure `template-unsupported` where these values cannot be used so.
   */
  render(values: Readonly<Record<string, string>>): string
}

/**
 * A template over variables of the caller's choice, each a text: checked once, rendered for as many names as needed. It has
 * Jinja's expressions, `if` and our lists of filters and methods (operations.ts). Throws AppFailure `template-unsupported`.
 */
export function nameTemplate(template: string, variables: readonly string[]): NameTemplate {
  const nodes = parse(template, variables)
  return { render: values => write(nodes, values) }
}

/** One name. Throws AppFailure `template-unsupported`, with the tag that cannot be used as `subject`. */
export function renderName(template: string, values: Readonly<Record<string, string>>): string {
  return nameTemplate(template, Object.keys(values)).render(values)
}
