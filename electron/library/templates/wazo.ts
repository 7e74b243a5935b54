/** The server's file-name templates (`filename_template` of Wazo 17.05 to 21.05, wazo.md 4.7). */
import { write } from './evaluate.ts'
import { parse } from './parse.ts'
import { templateReader, type TemplateReader } from './reader.ts'
import { pythonValues, sanitize, templateVariables, type TemplateValues } from './variables.ts'

export interface WazoTemplate {
  /**
   * As Wazo writes it, without extension: a path, absolute where it begins with `/`. An empty one is replaced by the
   * server with its time. Throws AppFailure `template-unsupported` where Python fails at these values.
   */
  render(values: TemplateValues): string
  /** The way back. Made when first asked for: it takes some milliseconds. */
  readonly reader: TemplateReader
}

/** Throws AppFailure `template-unsupported`, with the tag that cannot be used as `subject`; nothing of it was run then. */
export function parseTemplate(source: string): WazoTemplate {
  const nodes = parse(source, templateVariables)
  let reader: TemplateReader | null = null
  return {
    render: values => sanitize(write(nodes, pythonValues(values))),
    get reader() {
      return (reader ??= templateReader(nodes))
    },
  }
}

/** An example of what a template makes, for the person who types it. Throws as `parseTemplate`. */
export function templateExample(source: string, own: string): string {
  return parseTemplate(source).render({
    srcnum: own === '' ? '1001' : own,
    dstnum: '1002',
    timestamp: 1_489_673_101,
    base_context: 'default',
    tenant_uuid: 'd7e18958-e2de-48db-afd2-3b30a70a3db9',
    dest_type: 'user',
    side: 'caller',
  })
}
