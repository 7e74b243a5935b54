/**
 * The way back from names to values. A value is told only where every reading of the name agrees on it, for all values that
 * variables may have (variables.ts); whether a template always lets one do so is found out before, for all names at once.
 */
import { type NamesTell, type Told } from '../../../shared/library/naming.ts'
import { automatonOf, clashes, Matcher, type Segment } from './match.ts'
import { outline, type Atom, type Way } from './outline.ts'
import { type Expression, type Node } from './tree.ts'
import { fixed, momentOf, momentPlaces, sanitize, type TemplateVariable } from './variables.ts'

export interface NameValues {
  /** Whole values that are certain, as a name shows them: without signs such as `+`. */
  readonly values: ReadonlyMap<TemplateVariable, string>
  /** Milliseconds since the epoch; null = not told. */
  readonly startedAt: number | null
}

export interface TemplateReader {
  readonly verdict: NamesTell
  /**
   * `path` is relative to the watched folder, with `/`, without extension. Only as many folders of the template are
   * compared as the path has: the watched folder may lie anywhere on it. Null: not a name of this template.
   */
  read(path: string): NameValues | null
}

/** A way with each of its folders, and those that may be empty there or not. */
interface Variant {
  readonly segments: readonly Segment[]
  readonly matchers: readonly Matcher[]
  readonly decoders: readonly (readonly Decoder[])[]
  readonly labels: readonly (readonly (string | null)[])[]
  /** Cleaned. */
  readonly given: ReadonlyMap<TemplateVariable, string>
  readonly facts: Way['facts']
}

const MOST_VARIANTS = 256
/** Steps of comparing variants; beyond, a template counts as ambiguous. */
const BUDGET = 400_000

export function templateReader(nodes: readonly Node[]): TemplateReader {
  const variants = variantsOf(nodes)
  const mentioned = new Set(nodes.flatMap(variablesOf))
  if (variants === null) {
    const told = (...names: readonly string[]): Told =>
      names.some(name => mentioned.has(name)) ? 'ambiguous' : 'absent'
    const moment = told('timestamp', 'utc_time', 'local_time')
    return {
      verdict: { srcnum: told('srcnum'), dstnum: told('dstnum'), moment, zoneless: false },
      read: () => null,
    }
  }
  return { verdict: judge(variants, mentioned), read: path => read(variants, path) }
}

function variantsOf(nodes: readonly Node[]): readonly Variant[] | null {
  const variants: Variant[] = []
  for (const way of outline(nodes) ?? [null]) {
    if (way === null) return null
    const all = segmentsOf(way.atoms)
    const empties = all.flatMap((segment, index) => (segment.every(mayBeEmpty) ? [index] : []))
    if (empties.length > 4) return null
    for (let choice = 0; choice < 2 ** empties.length; choice++) {
      const away = empties.filter((_, bit) => (choice & (1 << bit)) !== 0)
      const segments = all.filter((_, index) => !away.includes(index))
      if (segments.length === 0) continue
      const matchers: Matcher[] = []
      for (const segment of segments) {
        const automaton = automatonOf(segment)
        if (automaton === null) return null
        matchers.push(new Matcher(automaton))
      }
      const given = new Map([...way.given].map(([name, value]) => [name, sanitize(value)]))
      for (const atom of away.flatMap(index => all[index] ?? []))
        if (atom.kind === 'many' && atom.of !== null) given.set(atom.of, '')
      const decoders = segments.map(segment => segment.map(decoderOf))
      variants.push({ segments, matchers, decoders, labels: labelsOf(segments), given, facts: way.facts })
    }
    if (variants.length > MOST_VARIANTS) return null
  }
  return variants
}

/** Folders and file; a path with `//` is the same path. */
function segmentsOf(atoms: readonly Atom[]): readonly Segment[] {
  const segments: Atom[][] = [[]]
  for (const atom of atoms) {
    if (atom.kind !== 'text') {
      segments.at(-1)?.push(atom)
      continue
    }
    for (const [index, text] of sanitize(atom.text).split('/').entries()) {
      if (index > 0) segments.push([])
      if (text !== '') segments.at(-1)?.push({ kind: 'text', text })
    }
  }
  return segments.filter(segment => segment.length > 0)
}

function mayBeEmpty(atom: Atom): boolean {
  if (atom.kind === 'text') return sanitize(atom.text) === ''
  if (atom.kind === 'letter') return [...atom.options.values()].some(written => sanitize(written) === '')
  return atom.least === 0 || Array.from(atom.letters).some(letter => sanitize(letter) === '')
}

/** What each atom tells: a whole variable by its place among such, or one letter. */
function labelsOf(segments: readonly Segment[]): readonly (readonly (string | null)[])[] {
  const counts = new Map<string, number>()
  return segments.map(segment =>
    segment.map(atom => {
      const label = labelOf(atom)
      if (label === null) return null
      const count = counts.get(label) ?? 0
      counts.set(label, count + 1)
      return `${label} #${count}`
    }),
  )
}

/**
 * Null: it tells nothing for sure, or what is written may stand for several letters. Letters that are written alike have
 * one label.
 */
function labelOf(atom: Atom): string | null {
  if (atom.kind === 'text') return null
  if (atom.kind === 'many') return atom.of === null || atom.caseless ? null : wholeLabel(atom.of)
  const { of, at, options } = atom
  const written = [...options.values()].map(sanitize)
  if (new Set(written).size < written.length) return null
  const changed = [...options].filter(([letter, text]) => letter !== text).map(pair => pair.join(''))
  return [letterLabel(of, at), ...changed].join(' ')
}

const letterLabel = (of: TemplateVariable, at: number) => `letter ${of} ${at}`
const factLabel = (of: TemplateVariable, at: number) => `${letterLabel(of, at)} always`
const wholeLabel = (of: TemplateVariable) => `whole ${of}`
const givenLabel = (of: TemplateVariable) => `given ${of}`

/** All that a variant tells, by label. */
function tellsOf({ labels, given, facts }: Variant): ReadonlySet<string> {
  return new Set([
    ...labels.flat().filter(label => label !== null),
    ...[...given.keys()].map(givenLabel),
    ...facts.map(({ of, at }) => factLabel(of, at)),
  ])
}

function judge(variants: readonly Variant[], mentioned: ReadonlySet<string>): NamesTell {
  const tells = variants.map(tellsOf)
  const doubtful = doubtsOf(variants, tells)
  const sure = (label: string, index: number) => tells[index]?.has(label) === true && doubtful?.has(label) !== true
  const verdictOf = (names: readonly TemplateVariable[], told: (index: number) => boolean): Told => {
    if (!names.some(name => mentioned.has(name))) return 'absent'
    if (doubtful === null) return 'ambiguous'
    const indexes = variants.map((_, index) => index)
    if (indexes.every(told)) return 'known'
    if ([...doubtful].some(label => names.some(name => label.split(' ')[1] === name))) return 'ambiguous'
    return indexes.some(told) ? 'sometimes' : 'partly'
  }
  const whole = (name: TemplateVariable) => (index: number) =>
    sure(givenLabel(name), index) ||
    [...(tells[index] ?? [])].some(label => label.startsWith(`${wholeLabel(name)} `) && sure(label, index))
  const seconds = (fixed.timestamp ?? []).map((_, at) => at)
  const places = (name: TemplateVariable, needed: readonly number[]) => (index: number) =>
    needed.every(at => {
      const start = `${letterLabel(name, at)} `
      return [...(tells[index] ?? [])].some(label => label.startsWith(start) && sure(label, index))
    })
  const zoned = (index: number) => places('timestamp', seconds)(index) || places('utc_time', momentPlaces)(index)
  const local = places('local_time', momentPlaces)
  const moment = verdictOf(['timestamp', 'utc_time', 'local_time'], index => zoned(index) || local(index))
  return {
    srcnum: verdictOf(['srcnum'], whole('srcnum')),
    dstnum: verdictOf(['dstnum'], whole('dstnum')),
    moment,
    zoneless: variants.some((_, index) => local(index) && !zoned(index)),
  }
}

/** Labels of what some name does not tell, since it can be read otherwise; null: that takes too long to find out. */
function doubtsOf(variants: readonly Variant[], tells: readonly ReadonlySet<string>[]): ReadonlySet<string> | null {
  const budget = { left: BUDGET }
  const doubtful = new Set<string>()
  const doubt = (label: string | null | undefined) => {
    if (typeof label === 'string') doubtful.add(label)
  }
  for (const [i, a] of variants.entries()) {
    for (const [j, b] of variants.slice(i).entries()) {
      const depth = Math.min(a.segments.length, b.segments.length)
      const met: [string | null | undefined, string | null | undefined][] = []
      let both = true
      for (let back = 1; back <= depth && both; back++) {
        const [one, other] = [a.matchers.at(-back)?.automaton, b.matchers.at(-back)?.automaton]
        const found = one === undefined || other === undefined ? null : clashes(one, other, budget)
        if (budget.left <= 0) return null
        if (found === null) both = false
        else for (const [x, y] of found) met.push([a.labels.at(-back)?.[x], b.labels.at(-back)?.[y]])
      }
      if (!both) continue
      for (const [one, other] of met) {
        if ((one ?? null) === (other ?? null)) continue
        doubt(one)
        doubt(other)
      }
      if (j === 0) continue
      // What one tells and the other does not, and what both tell by themselves but not alike.
      const [mine, theirs] = [tells[i], tells[i + j]]
      for (const label of mine ?? []) if (theirs?.has(label) !== true) doubtful.add(label)
      for (const label of theirs ?? []) if (mine?.has(label) !== true) doubtful.add(label)
      for (const [name, value] of a.given) if (b.given.get(name) !== value) doubtful.add(givenLabel(name))
      for (const fact of [...a.facts, ...b.facts]) {
        const same = (it: Variant) =>
          it.facts.some(other => other.of === fact.of && other.at === fact.at && other.letter === fact.letter)
        if (!same(a) || !same(b)) doubtful.add(factLabel(fact.of, fact.at))
      }
      if (a.segments.length !== b.segments.length)
        for (const labels of [...a.labels.slice(0, -depth), ...b.labels.slice(0, -depth)]) labels.forEach(doubt)
    }
  }
  return doubtful
}

function read(variants: readonly Variant[], path: string): NameValues | null {
  const found = path.split('/')
  const readings = variants.flatMap(variant => {
    const reading = readVariant(variant, found)
    return reading === null ? [] : [reading]
  })
  const [first, ...others] = readings
  if (first === undefined) return null
  const values = new Map([...first.values].filter(([name, value]) => others.every(it => it.values.get(name) === value)))
  const agreed = first.times.filter((time, at) => others.every(it => it.times[at] === time))
  return { values, startedAt: agreed.find(time => time !== null) ?? null }
}

/** What an atom's part of a name says. */
type Decoder =
  | { readonly kind: 'text' }
  | { readonly kind: 'many'; readonly of: TemplateVariable | null; readonly caseless: boolean }
  /** `letters`: by what is written; null = it may be one of several. */
  | { readonly kind: 'letter'; readonly place: number; readonly letters: ReadonlyMap<string, string | null> }

/** Letters of all variables of fixed length lie in one row. */
const fixedNames = ['timestamp', 'utc_time', 'local_time', 'tenant_uuid'] as const
type FixedName = (typeof fixedNames)[number]
const lengthOf = (name: FixedName) => fixed[name]?.length ?? 0
const begins = new Map<TemplateVariable, number>()
let rowLength = 0
for (const name of fixedNames) {
  begins.set(name, rowLength)
  rowLength += lengthOf(name)
}
const placeOf = (name: TemplateVariable, at: number) => (begins.get(name) ?? 0) + at

function decoderOf(atom: Atom): Decoder {
  if (atom.kind === 'text') return { kind: 'text' }
  if (atom.kind === 'many') return { kind: 'many', of: atom.of, caseless: atom.caseless }
  const letters = new Map<string, string | null>()
  for (const [letter, written] of atom.options) {
    const text = sanitize(written)
    letters.set(text, letters.has(text) ? null : letter)
  }
  return { kind: 'letter', place: placeOf(atom.of, atom.at), letters }
}

/** Null: no value of any variable makes this variant write this path. */
function readVariant({ matchers, decoders, given, facts }: Variant, found: readonly string[]): VariantValues | null {
  const values = new Map(given)
  const row = new Array<string | undefined>(rowLength).fill(undefined)
  for (const { of, at, letter } of facts) row[placeOf(of, at)] = letter
  for (let back = 1; back <= Math.min(found.length, matchers.length); back++) {
    const [all, matcher, name] = [decoders.at(-back) ?? [], matchers.at(-back), found.at(-back) ?? '']
    const reading = matcher?.read(name) ?? null
    if (reading === null) return null
    const texts: string[] = all.map(() => '')
    reading.owners.forEach((owner, at) => {
      if (owner >= 0) texts[owner] = (texts[owner] ?? '') + name.charAt(at)
    })
    for (const [index, decoder] of all.entries()) {
      if (decoder.kind === 'text' || reading.uncertain.has(index)) continue
      const text = texts[index] ?? ''
      if (decoder.kind === 'letter') {
        const letter = decoder.letters.get(text)
        if (letter === undefined) return null
        if (letter === null) continue
        const before = row[decoder.place]
        if (before !== undefined && before !== letter) return null
        row[decoder.place] = letter
      } else if (decoder.of !== null && !(decoder.caseless && /[A-Za-z]/.test(text))) {
        const before = values.get(decoder.of)
        if (before !== undefined && before !== text) return null
        values.set(decoder.of, text)
      }
    }
  }
  return wholeValues(values, row)
}

/** What a name tells, if it was written by this variant. */
interface VariantValues {
  readonly values: ReadonlyMap<TemplateVariable, string>
  /** By timestamp, UTC and local time, the best first: milliseconds since the epoch; null = not told. */
  readonly times: readonly (number | null)[]
}

/** Puts letters together; null: there is no such moment. */
function wholeValues(
  values: Map<TemplateVariable, string>,
  row: readonly (string | undefined)[],
): VariantValues | null {
  const times: (number | null)[] = []
  for (const name of fixedNames) {
    const letters = row.slice(placeOf(name, 0), placeOf(name, lengthOf(name)))
    const whole = letters.every(letter => letter !== undefined)
    if (whole) values.set(name, letters.join(''))
    if (name === 'tenant_uuid') continue
    let time: number | null = null
    if (name === 'timestamp') time = whole ? Number(letters.join('')) * 1000 : null
    else if (momentPlaces.every(at => letters[at] !== undefined)) {
      time = momentOf(letters.map(letter => letter ?? ' ').join(''), name === 'utc_time' ? 'utc' : 'local')
      if (time === null) return null
    }
    times.push(time)
  }
  const [seconds = null, utc = null] = times
  return seconds !== null && utc !== null && seconds !== utc ? null : { values, times }
}

function variablesOf(node: Node): readonly string[] {
  if (node.kind === 'text') return []
  if (node.kind === 'output') return namesIn(node.expression)
  return [...namesIn(node.condition), ...[...node.then, ...node.otherwise].flatMap(variablesOf)]
}

function namesIn(expression: Expression): readonly string[] {
  if (expression.kind === 'variable') return [expression.name]
  return Object.values(expression).flatMap((part: unknown) =>
    [part].flat().flatMap(it => (isExpression(it) ? namesIn(it) : [])),
  )
}

function isExpression(part: unknown): part is Expression {
  return typeof part === 'object' && part !== null && 'kind' in part
}
