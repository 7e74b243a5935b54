/** What an export will write, decided once: after a crash the same names are given to the same recordings. Pure. */
import { z } from 'zod'
import { ExportForm, type ExportPreview, type ExportWish } from '../../../shared/exporting.ts'
import { type FailureCode, FailureCode as FailureCodes } from '../../../shared/failure.ts'
import { type Entry, type Part } from '../../../shared/library/entry.ts'
import { type NameTemplate, nameTemplate } from '../templates/index.ts'
import { folderWish, NAME_VARIABLES, Names, nameValues } from './names.ts'

export const PlanItem = z.object({
  part: z.string(),
  /** Where it is written, relative, with `/`; null: it cannot be had, and `reason` says why. */
  path: z.string().nullable(),
  reason: FailureCodes.nullable(),
  startedAt: z.number(),
  durationMs: z.number().nullable(),
  outgoing: z.boolean().nullable(),
  name: z.string(),
  number: z.string(),
  tags: z.array(z.string()),
  note: z.string(),
  favourite: z.boolean(),
  original: z.string(),
})
export type PlanItem = z.infer<typeof PlanItem>

export const PlanHead = z.object({
  format: z.literal('tallylight-export-plan'),
  version: z.literal(1),
  form: ExportForm,
  /** Milliseconds since the epoch. */
  exportedAt: z.number(),
  items: z.number().int().nonnegative(),
})
export type PlanHead = z.infer<typeof PlanHead>

export interface Plan {
  readonly form: ExportForm
  readonly exportedAt: number
  readonly items: readonly PlanItem[]
}

/** What lies in the root of an export beside the files. */
export const OURS = { csv: 'recordings.csv', json: 'recordings.json', work: '.tallylight-export' } as const

const reasons: Partial<Record<Part['hearing'], FailureCode>> = {
  finishing: 'recording-unfinished',
  growing: 'recording-unfinished',
  deleted: 'recording-deleted',
  'no-media': 'recording-no-media',
  empty: 'recording-empty',
  missing: 'recording-missing',
}

/** Why it cannot be had so; null: it can. */
const reasonOf = (hearing: Part['hearing'], form: ExportForm): FailureCode | null =>
  hearing === 'format' && form === 'wav' ? 'recording-format' : (reasons[hearing] ?? null)

/** Decides names, entry by entry, in the order in which they are given. */
export class Planner {
  readonly #wish: Pick<ExportWish, 'form' | 'folders' | 'names'>
  readonly #template: NameTemplate
  readonly #names = new Names(Object.values(OURS))
  readonly items: PlanItem[] = []

  /** Throws AppFailure `template-unsupported` where the pattern of names cannot be used. */
  constructor(wish: Pick<ExportWish, 'form' | 'folders' | 'names'>) {
    this.#wish = wish
    this.#template = nameTemplate(wish.names, NAME_VARIABLES)
    this.#template.render(nameValues({ startedAt: 0, peer: { name: '', number: '' }, outgoing: null, fileName: '' }))
  }

  add(entry: Entry): void {
    for (const part of entry.parts) this.items.push(this.#item(entry, part))
  }

  #item(entry: Entry, part: Part): PlanItem {
    // a copy on this computer outlives what the server has
    const reason = part.kept ? null : reasonOf(part.hearing, this.#wish.form)
    const { peer, outgoing, tags, note, favourite } = entry
    const facts = { startedAt: part.startedAt, peer, outgoing, fileName: part.fileName }
    return {
      part: part.id,
      path: reason === null ? this.#path(facts) : null,
      reason,
      startedAt: part.startedAt,
      durationMs: part.durationMs,
      outgoing,
      name: peer.name,
      number: peer.number,
      tags,
      note,
      favourite,
      original: part.fileName,
    }
  }

  #path(facts: Parameters<typeof nameValues>[0]): string {
    const { form, folders } = this.#wish
    const wanted = folderWish(folders, facts)
    const folder = folders === 'flat' ? '' : this.#names.folder(wanted)
    const ending = form === 'wav' ? '.wav' : endingOf(facts.fileName)
    return this.#names.file(folder, this.#template.render(nameValues(facts)), ending)
  }
}

/** The ending of a file's name where it is a plain one. */
function endingOf(fileName: string): string {
  return /\.[A-Za-z0-9]{1,8}$/.exec(fileName)?.[0] ?? '.wav'
}

/** Telephone sound as WAV: 8 kHz, 16 bits. */
const BYTES_PER_MS = 16

export function previewOf(items: readonly PlanItem[]): ExportPreview {
  const written = items.filter(item => item.path !== null)
  const lengths = written.flatMap(item => (item.durationMs === null ? [] : [item.durationMs]))
  const known = lengths.reduce((sum, ms) => sum + ms, 0)
  return {
    files: written.length,
    without: items.length - written.length,
    // those of unknown length are taken for as long as the others
    bytes: lengths.length === 0 ? null : Math.round((known / lengths.length) * written.length * BYTES_PER_MS),
    examples: written.slice(0, 3).flatMap(item => (item.path === null ? [] : [item.path])),
  }
}

/** A line of JSON each, the head first. */
export const writePlan = ({ form, exportedAt, items }: Plan): string => {
  const head: PlanHead = { format: 'tallylight-export-plan', version: 1, form, exportedAt, items: items.length }
  return [head, ...items].map(line => `${JSON.stringify(line)}\n`).join('')
}

/** Null: it is none of ours, or not whole. Its paths lead nowhere but into the export's folder. */
export function readPlan(text: string): Plan | null {
  const [first = '', ...lines] = text.split('\n')
  const head = PlanHead.safeParse(parsed(first))
  if (!head.success || lines.at(-1) !== '' || lines.length !== head.data.items + 1) return null
  const items: PlanItem[] = []
  for (const line of lines.slice(0, -1)) {
    const item = PlanItem.safeParse(parsed(line))
    if (!item.success || !isInside(item.data.path)) return null
    items.push(item.data)
  }
  return { form: head.data.form, exportedAt: head.data.exportedAt, items }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch (error) {
    // cut in the middle, or not ours: the reader says so
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

const isInside = (path: string | null) =>
  path === null ||
  (!path.includes('\\') && path.split('/').every(segment => segment !== '' && !segment.startsWith('.')))
