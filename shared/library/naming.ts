/** How a folder's files are named: the server's template, what its names tell, and samples of the folder. */
import { z } from 'zod'

/** The longest template, in UTF-16 units. */
export const Template = z.string().max(500)

/**
 * What names tell of a value. `known`: each name tells it. `sometimes`: some do. `partly`: it is in the name, but not whole.
 * `ambiguous`: some names can be read in more than one way. `absent`: it is not in the name.
 */
export const Told = z.enum(['known', 'sometimes', 'partly', 'ambiguous', 'absent'])
export type Told = z.infer<typeof Told>

export const NamesTell = z.object({
  /** The caller's number, the called one, and when. */
  srcnum: Told,
  dstnum: Told,
  moment: Told,
  /** The time is in the server's time zone, which the name does not tell. */
  zoneless: z.boolean(),
})
export type NamesTell = z.infer<typeof NamesTell>

export const NameSample = z.object({
  /** Base name: hostile input. */
  name: z.string(),
  /** Null: no pattern explains it. */
  kind: z.enum(['on-demand', 'permanent']).nullable(),
  numbers: z.array(z.string()),
  /** Milliseconds since the epoch; null = not told. */
  startedAt: z.number().nullable(),
})
export type NameSample = z.infer<typeof NameSample>

export const NamingPreview = z.object({
  /** A name that the template makes; null = there is no template. */
  example: z.string().nullable(),
  tells: NamesTell.nullable(),
  /** The newest files of the folder; empty where there is none. */
  samples: z.array(NameSample),
})
export type NamingPreview = z.infer<typeof NamingPreview>

/** What the server used where nobody chose (wazo.md 4.7): from 17.05, and from 21.03 to 21.05. */
export const usualTemplates = {
  first: 'user-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}',
  later: '{{ dest_type }}-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}-{{ side }}',
} as const

export const namingRequests = {
  /** The template in use; null = no folder is watched. */
  'naming:current': { argument: z.void(), result: z.object({ template: z.string() }).nullable() },
  /** Tries a template on the folder in use, else on the one that was picked for pairing. Throws `template-unsupported`, `template-slow`, `folder-unreadable`. */
  'naming:try': { argument: z.object({ template: Template }), result: NamingPreview },
  /** Reads the folder anew by this template. Throws as `naming:try`, and `in-call`. */
  'naming:apply': { argument: z.object({ template: Template }), result: z.void() },
} as const satisfies Record<string, { argument: z.ZodType; result: z.ZodType }>

/** What a pasted configuration of the server says about file names. */
export interface PastedNaming {
  /** Null: it does not say. */
  readonly template: string | null
  readonly extension: string | null
  /** It stands under `call-recording:`, which the server never read; `call_recording:` is right (wazo.md 4.7). */
  readonly trap: boolean
}

const SECTION = /^(?:["']?)(call[_-]recording)(?:["']?)\s*:\s*(.*)$/

/**
 * Takes template and extension out of a pasted YAML file of `/etc/wazo-agid/conf.d`. Null: it is no configuration, but
 * may be a template. Only what such files hold is understood: one section, plain or quoted values.
 */
export function readConfiguration(pasted: string): PastedNaming | null {
  let section: string | null = null
  let template: string | null = null
  let extension: string | null = null
  let trap = false
  const take = (entry: string) => {
    const found = /^\s*["']?(filename_template|filename_extension)["']?\s*:\s*(.*)$/.exec(entry)
    const value = found === null ? null : scalar(found[2] ?? '')
    if (found === null || value === null) return
    if (found[1] === 'filename_template') template = value
    else extension = value
    if (section === 'call-recording') trap = true
  }
  for (const line of pasted.split(/\r?\n/)) {
    const begins = SECTION.exec(line.trim())
    if (begins === null) {
      take(line)
      continue
    }
    section = begins[1] ?? null
    const inline = /^\{(.*)\}\s*$/.exec(begins[2] ?? '')
    if (inline !== null) for (const entry of entriesOf(inline[1] ?? '')) take(entry)
  }
  return template === null && extension === null && section === null ? null : { template, extension, trap }
}

/** Entries of `{a: "b", c: d}`: a comma inside quotes is none. */
function entriesOf(inline: string): readonly string[] {
  return inline.match(/(?:"(?:[^"\\]|\\.)*"|'[^']*'|[^,"'])+/g) ?? []
}

/** A YAML value on one line; null: a kind that such files do not hold. */
function scalar(written: string): string | null {
  const text = written.trim()
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text)
  if (double !== null) return (double[1] ?? '').replace(/\\(["\\/])/g, '$1')
  const single = /^'((?:[^']|'')*)'\s*(?:#.*)?$/.exec(text)
  if (single !== null) return (single[1] ?? '').replaceAll("''", "'")
  if (text === '' || /^[>|&*!{["']/.test(text)) return null
  return text.replace(/\s+#.*$/, '')
}
