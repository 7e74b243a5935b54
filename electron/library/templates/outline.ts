/**
 * What a template may write, without any values: for each way through its ifs a row of atoms, each with the letters that
 * it can become and the variable it tells. Where that is not followed exactly, an atom may become more than in truth, and
 * tells nothing: whoever reads names by it may overlook a value, but never takes one for another.
 */
import { AppFailure } from '../../../shared/failure.ts'
import { applied, type Applied } from './evaluate.ts'
import { type Expression, type Node } from './tree.ts'
import { isTrue, sliceIndexes, toText, Unusable, UNDEFINED, type Value } from './value.ts'
import { choices, fixed, nameLetters, open, sanitize, type TemplateVariable, templateVariables } from './variables.ts'

/** One letter of a variable of fixed length: the letter as the server has it, and what is written for it. */
export interface Letter {
  readonly kind: 'letter'
  readonly of: TemplateVariable
  readonly at: number
  readonly options: ReadonlyMap<string, string>
}

/** Any letters of these, so many. */
export interface Many {
  readonly kind: 'many'
  readonly letters: string
  readonly least: 0 | 1
  readonly most: number | null
  /** The variable whose whole value it is; null = it tells nothing. */
  readonly of: TemplateVariable | null
  /** Small letters and capitals became the same: only a value without letters is told. */
  readonly caseless: boolean
  /** The variable as the server has it; else it lost signs, which no name shows, or its case. */
  readonly raw: boolean
}

export type Atom = { readonly kind: 'text'; readonly text: string } | Letter | Many

/** One way through a template. */
export interface Way {
  readonly atoms: readonly Atom[]
  /** What the way itself tells: it is taken only with these values. */
  readonly given: ReadonlyMap<TemplateVariable, string>
  /** Letters of variables of fixed length that are so on this way, whatever is written. */
  readonly facts: readonly { readonly of: TemplateVariable; readonly at: number; readonly letter: string }[]
}

/** More ways are not followed. */
const MOST_WAYS = 128

/** All ways through a template; null: too many, or a value may hold a `/`, so that folders cannot be told apart. */
export function outline(nodes: readonly Node[]): readonly Way[] | null {
  const ways: Way[] = []
  let path: number[] | null = []
  for (let count = 0; path !== null; count++) {
    if (count >= MOST_WAYS) return null
    const walk: Walk = new Walk(path)
    const way = walk.through(nodes)
    if (walk.lost) return null
    if (way !== null) ways.push(way)
    path = walk.nextPath()
  }
  return ways
}

/** A value as far as it is known: `number`: the timestamp itself, which prints as its digits. */
type Sketch =
  | { readonly kind: 'known'; readonly value: Value }
  | { readonly kind: 'atoms'; readonly atoms: readonly Atom[] }
  | { readonly kind: 'number'; readonly atoms: readonly Atom[] }
  | { readonly kind: 'list'; readonly items: readonly Sketch[] }
  | { readonly kind: 'truth' }
  /** What it prints holds no other letters (before they are cleaned). */
  | { readonly kind: 'hidden'; readonly letters: string; readonly most: number | null }

const known = (value: Value): Sketch => ({ kind: 'known', value })
const numeric = '0123456789-+.eE'
const everything = `${nameLetters}+*#.:`

class Walk {
  /** A value may hold a `/`. */
  lost = false
  readonly #path: readonly number[]
  readonly #taken: { chosen: number; of: number }[] = []
  readonly #given = new Map<TemplateVariable, string>()
  /** Known not to be empty. */
  readonly #there = new Set<TemplateVariable>()
  /** Letters of variables of fixed length, as far as this way says more of them. */
  readonly #narrowed = new Map<string, { of: TemplateVariable; at: number; letters: string }>()

  constructor(path: readonly number[]) {
    this.#path = path
  }

  through(nodes: readonly Node[]): Way | null {
    try {
      const atoms = this.#nodes(nodes)
      const facts = [...this.#narrowed.values()].flatMap(({ of, at, letters }) =>
        letters.length === 1 ? [{ of, at, letter: letters }] : [],
      )
      return { atoms, given: this.#given, facts }
    } catch (error) {
      // Nothing is written on this way: Python fails there, as we do.
      if (error instanceof Unusable || error instanceof AppFailure) return null
      throw error
    }
  }

  /** The choices of the way after this one; null = this was the last. */
  nextPath(): number[] | null {
    const taken = [...this.#taken]
    for (let last = taken.pop(); last !== undefined; last = taken.pop()) {
      if (last.chosen + 1 < last.of) return [...taken.map(it => it.chosen), last.chosen + 1]
    }
    return null
  }

  #choose(of: number): number {
    const chosen = this.#path[this.#taken.length] ?? 0
    this.#taken.push({ chosen, of })
    return chosen
  }

  #nodes(nodes: readonly Node[]): Atom[] {
    return nodes.flatMap((node): readonly Atom[] => {
      if (node.kind === 'text') return [{ kind: 'text', text: node.text }]
      if (node.kind === 'output') return this.#written(this.#sketch(node.expression))
      return this.#nodes(this.#isTrue(node.condition) ? node.then : node.otherwise)
    })
  }

  /** What a value prints. */
  #written(sketch: Sketch): readonly Atom[] {
    switch (sketch.kind) {
      case 'known':
        return [{ kind: 'text', text: toText(sketch.value) }]
      case 'atoms':
      case 'number':
        return sketch.atoms.map(atom => this.#plain(atom))
      case 'truth':
        return [{ kind: 'text', text: this.#choose(2) === 0 ? 'True' : 'False' }]
      case 'hidden':
        return [this.#plain(hidden(sketch.letters, sketch.most))]
      case 'list':
        throw new Unusable('a list is no text')
    }
  }

  /** An atom that may become a `/` for one letter and not for another is taken apart into ways. */
  #plain(atom: Atom): Atom {
    if (atom.kind === 'many' && sanitize(atom.letters).includes('/')) this.lost = true
    if (atom.kind !== 'letter') return atom
    const written = [...atom.options.values()]
    if (!written.some(text => sanitize(text).includes('/'))) return atom
    const kinds = [...new Set(written)]
    const text = kinds[this.#choose(kinds.length)] ?? ''
    this.#narrow(atom, it => it === text)
    return { kind: 'text', text }
  }

  /** From now on this letter is one of those that are written so. */
  #narrow({ of, at, options }: Letter, holds: (written: string) => boolean): void {
    const letters = [...options].flatMap(([letter, written]) => (holds(written) ? [letter] : [])).join('')
    this.#narrowed.set(`${of} ${at}`, { of, at, letters })
  }

  #isTrue(expression: Expression): boolean {
    return this.#truth(this.#sketch(expression))
  }

  #truth(sketch: Sketch): boolean {
    switch (sketch.kind) {
      case 'known':
        return isTrue(sketch.value)
      case 'number':
        return true
      case 'list':
        return sketch.items.length > 0
      case 'truth':
      case 'hidden':
        return this.#choose(2) === 0
      case 'atoms':
        break
    }
    if (sketch.atoms.some(isSurelyThere)) return true
    const [only, ...others] = sketch.atoms
    if (only?.kind !== 'many' || only.of === null || !only.raw || others.length > 0) return this.#choose(2) === 0
    const there = this.#choose(2) === 0
    if (there) this.#there.add(only.of)
    else this.#given.set(only.of, '')
    return there
  }

  #sketch(node: Expression): Sketch {
    switch (node.kind) {
      case 'constant':
        return known(node.value)
      case 'variable':
        return this.#variable(node.name)
      case 'and': {
        const left = this.#sketch(node.left)
        return this.#truth(left) ? this.#sketch(node.right) : this.#asFalse(left)
      }
      case 'or': {
        const left = this.#sketch(node.left)
        if (!this.#truth(left)) return this.#sketch(node.right)
        // Seen again, it is known not to be empty.
        return node.left.kind === 'variable' ? this.#sketch(node.left) : left
      }
      case 'choose':
        if (this.#isTrue(node.condition)) return this.#sketch(node.then)
        return node.otherwise === null ? known(UNDEFINED) : this.#sketch(node.otherwise)
      default:
        return this.#applied(node)
    }
  }

  /** A value that turned out false on this way. */
  #asFalse(sketch: Sketch): Sketch {
    return sketch.kind === 'atoms' ? known('') : sketch.kind === 'truth' ? known(false) : sketch
  }

  #variable(name: string): Sketch {
    const variable = templateVariables.find(it => it === name)
    if (variable === undefined) throw new Unusable(name)
    const given = this.#given.get(variable)
    if (given !== undefined) return known(given)
    const values = choices[variable]
    if (values !== undefined) {
      const value = values[this.#choose(values.length)] ?? ''
      this.#given.set(variable, value)
      return known(value)
    }
    const places = fixed[variable]
    if (places !== undefined) {
      const atoms = places.map((all, at): Atom => {
        const letters = this.#narrowed.get(`${variable} ${at}`)?.letters ?? all
        return { kind: 'letter', of: variable, at, options: new Map(Array.from(letters, it => [it, it])) }
      })
      return { kind: variable === 'timestamp' ? 'number' : 'atoms', atoms }
    }
    const { letters = everything, least = 0 } = open[variable] ?? {}
    const whole: Many = { kind: 'many', letters, least, most: null, of: variable, caseless: false, raw: true }
    return { kind: 'atoms', atoms: [this.#there.has(variable) ? { ...whole, least: 1 } : whole] }
  }

  #applied(node: Applied): Sketch {
    const parts = new Map<Expression, Sketch>()
    for (const part of partsOf(node)) parts.set(part, this.#sketch(part))
    const of = (part: Expression): Sketch => parts.get(part) ?? known(UNDEFINED)
    if ([...parts.values()].every(part => part.kind === 'known')) {
      const value = applied(node, part => {
        const sketch = of(part)
        return sketch.kind === 'known' ? sketch.value : UNDEFINED
      })
      return known(value)
    }
    const sketch = this.#followed(node, of)
    // A constant with a `/` may have come to stand anywhere in what is not followed.
    return sketch.kind === 'hidden' && holdsFolder(node) ? { ...sketch, letters: `${sketch.letters}/` } : sketch
  }

  /** An expression of which some part is not known. */
  #followed(node: Applied, of: (part: Expression) => Sketch): Sketch {
    switch (node.kind) {
      case 'operate':
        return this.#operated(node.operator, of(node.left), of(node.right))
      case 'not':
        return known(!this.#truth(of(node.of)))
      case 'sign':
        return node.sign === '+' && of(node.of).kind === 'number' ? of(node.of) : numbers
      case 'test': {
        const sketch = of(node.of)
        // A letter that may not be there is undefined.
        if (sketch.kind === 'hidden') return { kind: 'truth' }
        if (node.name === 'defined') return known(true)
        if (node.name === 'undefined' || node.name === 'none') return known(false)
        if (node.name === 'string' && sketch.kind === 'atoms') return known(true)
        return { kind: 'truth' }
      }
      case 'item':
        return itemSketch(of(node.of), of(node.index))
      case 'slice':
        return sliceSketch(of(node.of), [of(node.start), of(node.stop), of(node.step)])
      case 'list':
        return { kind: 'list', items: node.items.map(of) }
      case 'filter':
      case 'method': {
        const args = node.args.map(arg => (arg === null ? null : of(arg)))
        return this.#worked(node.name, of(node.of), args)
      }
    }
  }

  #operated(operator: string, left: Sketch, right: Sketch): Sketch {
    if (operator === '~' || (operator === '+' && isText(left) && isText(right))) {
      const [a, b] = [atomsOf(left), atomsOf(right)]
      return a === null || b === null ? hiddenOf([left, right]) : { kind: 'atoms', atoms: [...a, ...b] }
    }
    if (operator === '==' || operator === '!=') return this.#compared(operator === '==', left, right)
    if (['<', '<=', '>', '>=', 'in', 'not in'].includes(operator)) return { kind: 'truth' }
    return isNumeric(left) && isNumeric(right) ? numbers : hiddenOf([left, right])
  }

  /** Compared with a text, a variable has that value, or may have any other. */
  #compared(same: boolean, left: Sketch, right: Sketch): Sketch {
    const [sketch, other] = left.kind === 'known' ? [right, left] : [left, right]
    const atom = sketch.kind === 'atoms' && sketch.atoms.length === 1 ? sketch.atoms[0] : undefined
    if (other.kind !== 'known' || atom?.kind !== 'many' || atom.of === null || !atom.raw) return { kind: 'truth' }
    const { value } = other
    if (typeof value !== 'string') return known(!same)
    if (this.#choose(2) === 1) return known(!same)
    this.#given.set(atom.of, value)
    return known(same)
  }

  #worked(name: string, sketch: Sketch, args: readonly (Sketch | null)[]): Sketch {
    if (name === 'default' || name === 'd') {
      const whenFalse = args[1]
      if (sketch.kind === 'known' && sketch.value === UNDEFINED) return args[0] ?? known('')
      if (sketch.kind === 'hidden') return this.#choose(2) === 0 ? sketch : (args[0] ?? known(''))
      const asked = whenFalse !== undefined && whenFalse !== null && this.#truth(whenFalse)
      return !asked || this.#truth(sketch) ? sketch : (args[0] ?? known(''))
    }
    if (truths.includes(name)) return { kind: 'truth' }
    if (name === 'int' && sketch.kind === 'number') return sketch
    if (name === 'string') return isText(sketch) ? sketch : textOf(sketch)
    if (name === 'first') return itemSketch(sketch, known(0n))
    if (name === 'last') return itemSketch(sketch, known(-1n))
    if (name === 'length' || name === 'count') return args.length === 0 ? lengthOf(sketch) : numbers
    if (name === 'int' && args.some(arg => arg !== null && !isNumeric(arg))) return hiddenOf([sketch])
    if (['int', 'abs', 'find', 'rfind'].includes(name)) return numbers
    const text = textOf(sketch)
    const units = text.kind === 'atoms' ? unitsOf(text.atoms) : null
    if (units !== null) {
      if (name === 'upper' || name === 'lower') return { kind: 'atoms', atoms: units.map(unit => cased(unit, name)) }
      if ((name === 'trim' || name === 'strip') && args.length === 0 && !hasOuterSpace(units)) return text
      if (name === 'replace' && args.length === 2) {
        const replaced = replacedIn(units, args[0], args[1])
        if (replaced !== null) return { kind: 'atoms', atoms: replaced }
      }
      if (name === 'split') {
        const pieces = this.#split(units, args)
        if (pieces !== null) return { kind: 'list', items: pieces }
      }
    }
    return hiddenOf([sketch, ...args.filter(arg => arg !== null)])
  }

  /** Words of a text of which every letter is known to be a separator or not; where it may be either, ways part. */
  #split(units: readonly Atom[], args: readonly (Sketch | null)[]): readonly Sketch[] | null {
    const by = args[0]?.kind === 'known' ? args[0].value : args.length === 0 ? null : undefined
    const separator = by === null ? ' ' : by
    if (typeof separator !== 'string' || separator.length !== 1 || args.length > 1) return null
    if (units.some(unit => unit.kind === 'many' && (by === null || unit.letters.includes(separator)))) return null
    if (by === null && /[^\S ]/.test(lettersOf(units))) return null
    const pieces: Atom[][] = [[]]
    for (const unit of units) {
      const apart = this.#separates(unit, separator)
      if (apart === true) pieces.push([])
      else pieces.at(-1)?.push(apart === false ? unit : apart)
    }
    const words = by === null ? pieces.filter(piece => piece.length > 0) : pieces
    return words.map(atoms => ({ kind: 'atoms', atoms }))
  }

  /** True or false, or the letter as it is where it is no separator. */
  #separates(unit: Atom, separator: string): boolean | Atom {
    if (unit.kind === 'text') return unit.text === separator
    if (unit.kind === 'many') return false
    const others = new Map([...unit.options].filter(([, written]) => written !== separator))
    if (others.size === unit.options.size) return false
    if (others.size === 0) return true
    const apart = this.#choose(2) === 0
    this.#narrow(unit, written => (written === separator) === apart)
    return apart ? true : { ...unit, options: others }
  }
}

const numbers: Sketch = { kind: 'hidden', letters: numeric, most: null }
const truths = ['startswith', 'endswith', 'isdigit', 'isalpha', 'isalnum']

function hidden(letters: string, most: number | null): Many {
  return { kind: 'many', letters, least: 0, most, of: null, caseless: false, raw: false }
}

/** Some text of these values, which may have become any. */
function hiddenOf(sketches: readonly Sketch[]): Sketch {
  return { kind: 'hidden', letters: sketches.every(isNumeric) ? numeric : everything, most: null }
}

/** Prints as a number, whatever is done to it by numbers. */
function isNumeric(sketch: Sketch): boolean {
  if (sketch.kind === 'known') return typeof sketch.value === 'bigint' || typeof sketch.value === 'number'
  return sketch.kind === 'number' || (sketch.kind === 'hidden' && sketch.letters === numeric)
}

/** A constant of the expression holds a `/`, which may come to stand anywhere in what is written. */
function holdsFolder(node: Expression): boolean {
  if (node.kind === 'constant') return typeof node.value === 'string' && sanitize(node.value).includes('/')
  return childrenOf(node).some(holdsFolder)
}

function childrenOf(node: Expression): readonly Expression[] {
  switch (node.kind) {
    case 'constant':
    case 'variable':
      return []
    case 'and':
    case 'or':
      return [node.left, node.right]
    case 'choose':
      return [node.condition, node.then, ...(node.otherwise === null ? [] : [node.otherwise])]
    default:
      return partsOf(node)
  }
}

function partsOf(node: Applied): readonly Expression[] {
  switch (node.kind) {
    case 'operate':
      return [node.left, node.right]
    case 'item':
      return [node.of, node.index]
    case 'slice':
      return [node.of, node.start, node.stop, node.step]
    case 'filter':
    case 'method':
      return [node.of, ...node.args.filter(arg => arg !== null)]
    case 'list':
      return node.items
    default:
      return [node.of]
  }
}

function isText(sketch: Sketch): boolean {
  return sketch.kind === 'atoms' || (sketch.kind === 'known' && typeof sketch.value === 'string')
}

/** What a value prints, where that is followed. */
function atomsOf(sketch: Sketch): readonly Atom[] | null {
  if (sketch.kind === 'known') return [{ kind: 'text', text: toText(sketch.value) }]
  if (sketch.kind === 'atoms' || sketch.kind === 'number') return sketch.atoms
  return sketch.kind === 'hidden' ? [hidden(sketch.letters, sketch.most)] : null
}

function textOf(sketch: Sketch): Sketch {
  const atoms = atomsOf(sketch)
  return atoms === null ? sketch : { kind: 'atoms', atoms }
}

function isSurelyThere(atom: Atom): boolean {
  if (atom.kind === 'text') return atom.text !== ''
  if (atom.kind === 'many') return atom.least > 0
  return [...atom.options.values()].every(written => written !== '')
}

/** One atom for each letter of the text before it is cleaned; only `many` holds more, or fewer. Null: not so. */
function unitsOf(atoms: readonly Atom[]): readonly Atom[] | null {
  const units = atoms.flatMap((atom): readonly Atom[] =>
    atom.kind === 'text' ? Array.from(atom.text, text => ({ kind: 'text' as const, text })) : [atom],
  )
  const single = units.every(unit => unit.kind !== 'letter' || [...unit.options.values()].every(it => it.length === 1))
  return single ? units : null
}

function countOf(sketch: Sketch): number | null {
  return sketch.kind === 'known' && typeof sketch.value === 'bigint' ? Number(sketch.value) : null
}

function itemSketch(sketch: Sketch, index: Sketch): Sketch {
  const at = countOf(index)
  if (sketch.kind === 'number') throw new Unusable('a number has no letters')
  if (sketch.kind === 'list') {
    if (at === null) return hiddenOf(sketch.items)
    return sketch.items[at < 0 ? at + sketch.items.length : at] ?? known(UNDEFINED)
  }
  const units = sketch.kind === 'atoms' ? unitsOf(sketch.atoms) : null
  if (units === null) return hiddenOf([sketch])
  if (at !== null) {
    // From the side that it is counted from, nothing of unknown length may come before.
    const before = at < 0 ? units.slice(Math.max(units.length + at, 0)) : units.slice(0, at + 1)
    if (!before.some(unit => unit.kind === 'many')) {
      const found = units[at < 0 ? at + units.length : at]
      if (found !== undefined) return { kind: 'atoms', atoms: [found] }
      if (!units.some(unit => unit.kind === 'many')) return known(UNDEFINED)
    }
  }
  return { kind: 'hidden', letters: lettersOf(units), most: 1 }
}

function sliceSketch(sketch: Sketch, bounds: readonly Sketch[]): Sketch {
  const numbersGiven = bounds.map(bound => (bound.kind === 'known' && bound.value === null ? null : countOf(bound)))
  const exact = bounds.every(
    (bound, index) => numbersGiven[index] !== null || (bound.kind === 'known' && bound.value === null),
  )
  const [start = null, stop = null, step = null] = numbersGiven
  if (sketch.kind === 'number') throw new Unusable('a number has no letters')
  if (sketch.kind === 'list') {
    if (!exact) return hiddenOf(sketch.items)
    return { kind: 'list', items: picked(sketch.items, sliceIndexes(sketch.items.length, start, stop, step)) }
  }
  const units = sketch.kind === 'atoms' ? unitsOf(sketch.atoms) : null
  if (units === null) return hiddenOf([sketch])
  if (exact && !units.some(unit => unit.kind === 'many'))
    return { kind: 'atoms', atoms: picked(units, sliceIndexes(units.length, start, stop, step)) }
  if (exact && (start === null || start === 0) && stop === null && (step === null || step === 1)) return sketch
  return { kind: 'hidden', letters: lettersOf(units), most: exact && (step ?? 1) > 0 ? mostOf(start, stop) : null }
}

/** Most letters of a slice of a text of any length, forwards. */
function mostOf(start: number | null, stop: number | null): number | null {
  const from = start ?? 0
  if (stop === null) return from < 0 ? -from : null
  return from < 0 === stop < 0 ? Math.max(stop - from, 0) : from < 0 ? Math.min(-from, stop) : null
}

function picked<T>(items: readonly T[], indexes: readonly number[]): readonly T[] {
  return indexes.flatMap(at => {
    const item = items[at]
    return item === undefined ? [] : [item]
  })
}

function lettersOf(units: readonly Atom[]): string {
  return units
    .map(unit =>
      unit.kind === 'text' ? unit.text : unit.kind === 'many' ? unit.letters : [...unit.options.values()].join(''),
    )
    .join('')
}

function lengthOf(sketch: Sketch): Sketch {
  if (sketch.kind === 'list') return known(BigInt(sketch.items.length))
  const units = sketch.kind === 'atoms' ? unitsOf(sketch.atoms) : null
  return units === null || units.some(unit => unit.kind === 'many') ? numbers : known(BigInt(units.length))
}

function cased(unit: Atom, name: 'upper' | 'lower'): Atom {
  const change = (text: string) => (name === 'upper' ? text.toUpperCase() : text.toLowerCase())
  if (unit.kind === 'text') return { kind: 'text', text: change(unit.text) }
  if (unit.kind === 'many') return { ...unit, letters: change(unit.letters), caseless: true, raw: false }
  return { ...unit, options: new Map([...unit.options].map(([letter, written]) => [letter, change(written)])) }
}

/** Could white space be taken away at either end? */
function hasOuterSpace(units: readonly Atom[]): boolean {
  if (units.some(unit => unit.kind === 'many' && /\s/.test(unit.letters))) return true
  const maySpace = (unit: Atom | undefined) => unit !== undefined && /\s/.test(lettersOf([unit]))
  if (maySpace(units[0]) || maySpace(units.at(-1))) return true
  // A text that is empty lays open what is beside it.
  return units.some(unit => unit.kind === 'many') && units.some(maySpace)
}

/** Every `from` replaced by `to`, where it is one letter; null: not followed. */
function replacedIn(
  units: readonly Atom[],
  fromSketch: Sketch | null | undefined,
  toSketch: Sketch | null | undefined,
): readonly Atom[] | null {
  const from = fromSketch?.kind === 'known' && typeof fromSketch.value === 'string' ? fromSketch.value : null
  const to = toSketch?.kind === 'known' && typeof toSketch.value === 'string' ? toSketch.value : null
  if (from === null || to === null || Array.from(from).length !== 1) return null
  return units.map((unit): Atom => {
    if (unit.kind === 'text') return unit.text === from ? { kind: 'text', text: to } : unit
    if (unit.kind === 'letter')
      return {
        ...unit,
        options: new Map([...unit.options].map(([letter, written]) => [letter, written === from ? to : written])),
      }
    if (!unit.letters.includes(from)) return unit
    // Neither is seen in a name.
    if (sanitize(from) === '' && sanitize(to) === '') return { ...unit, letters: unit.letters + to, raw: false }
    return hidden(unit.letters + to, null)
  })
}
