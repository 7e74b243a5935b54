/**
 * File-name templates of Wazo 17.05 to 21.05 (`filename_template`, wazo.md 4.7), as far as they are text and plain
 * `{{ variable }}`.
 */
import { write } from './templates/evaluate.ts'
import { unsupported } from './templates/failure.ts'
import { parse } from './templates/parse.ts'
import { type Node } from './templates/tree.ts'

/** The documented variables; `dest_type` and `side` since 21.03. */
export const templateVariables = [
  'srcnum',
  'dstnum',
  'timestamp',
  'local_time',
  'utc_time',
  'base_context',
  'tenant_uuid',
  'dest_type',
  'side',
] as const
export type TemplateVariable = (typeof templateVariables)[number]

export interface TemplateValues {
  readonly srcnum: string
  readonly dstnum: string
  /** Whole seconds since the epoch. */
  readonly timestamp: number
  readonly base_context: string
  readonly tenant_uuid: string
  readonly dest_type: 'user' | 'group' | 'queue' | 'outcall'
  readonly side: 'caller' | 'callee'
}

/** A stretch of a template: text as it lies in the file's name, or a variable. */
export type Piece = { readonly text: string } | { readonly variable: TemplateVariable }

export interface Template {
  /** As Wazo writes it, without extension: a path, absolute where the template begins with `/`. */
  render(values: TemplateValues): string
  /** The path's segments, each as its pieces; text is sanitised already. */
  readonly segments: readonly (readonly Piece[])[]
}

/**
 * Reads a template. Throws AppFailure `template-unsupported`, with the expression as `subject`, for anything but text,
 * comments and the documented variables; nothing of it was compiled or run then.
 */
export function parseTemplate(source: string): Template {
  const nodes = parse(source, templateVariables)
  return {
    segments: segmentsOf(piecesOf(nodes)),
    render: values =>
      sanitize(
        write(nodes, {
          ...values,
          timestamp: BigInt(values.timestamp),
          local_time: asctime(values.timestamp, 'local'),
          utc_time: asctime(values.timestamp, 'utc'),
        }),
      ),
  }
}

/** An example of what a template makes, for the person who types it. */
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

function piecesOf(nodes: readonly Node[]): Piece[] {
  return nodes.map(node => {
    if (node.kind === 'text') return { text: sanitize(node.text) }
    if (node.kind === 'if') throw unsupported(node.condition.source)
    const { expression } = node
    const variable = templateVariables.find(name => expression.kind === 'variable' && name === expression.name)
    if (variable === undefined) throw unsupported(expression.source)
    return { variable }
  })
}

/** Splits pieces at `/`; empty segments fall out, since a path with `//` is the same path. */
function segmentsOf(pieces: readonly Piece[]): Piece[][] {
  const segments: Piece[][] = [[]]
  for (const piece of pieces) {
    if ('variable' in piece) {
      segments.at(-1)?.push(piece)
      continue
    }
    piece.text.split('/').forEach((text, index) => {
      if (index > 0) segments.push([])
      if (text !== '') join(segments.at(-1), text)
    })
  }
  return segments.filter(segment => segment.length > 0)
}

/** Two texts side by side (a comment stood between them) are one. */
function join(segment: Piece[] | undefined, text: string): void {
  const last = segment?.at(-1)
  if (segment !== undefined && last !== undefined && 'text' in last)
    segment[segment.length - 1] = { text: last.text + text }
  else segment?.push({ text })
}

/** Letters that have no base letter to fall back to, as Wazo's `unidecode` writes them. */
const letters: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  œ: 'oe',
  Œ: 'OE',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
}

/**
 * What Wazo leaves of a rendered name: ASCII letters, digits, `/`, `-`, `_` and space. Latin letters lose their accents.
 * Other scripts, which the server would spell in Latin letters, are dropped here: such a name is not recognised.
 */
export function sanitize(rendered: string): string {
  return rendered
    .replace(/[ßæÆœŒøØđĐðÐþÞłŁı]/g, letter => letters[letter] ?? '')
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9/\-_ ]/g, '')
}

const days = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
export const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** C's `asctime`, as Python writes it: `Thu Mar  6 14:05:01 2017`. */
export function asctime(seconds: number, zone: 'local' | 'utc'): string {
  const date = new Date(seconds * 1000)
  // The same clock face, read as UTC.
  const face = zone === 'utc' ? date : new Date(date.getTime() - date.getTimezoneOffset() * 60_000)
  const two = (value: number) => String(value).padStart(2, '0')
  const clock = [face.getUTCHours(), face.getUTCMinutes(), face.getUTCSeconds()].map(two).join(':')
  const day = String(face.getUTCDate()).padStart(2)
  return `${days[face.getUTCDay()] ?? ''} ${months[face.getUTCMonth()] ?? ''} ${day} ${clock} ${face.getUTCFullYear()}`
}
