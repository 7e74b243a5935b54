/** Atoms of one folder or file name as an automaton: which letters of a name are whose, and can that be told at all? */
import { type Atom } from './outline.ts'
import { sanitize } from './variables.ts'

/** Cleaned atoms of one segment of a path: no `/` in them. */
export type Segment = readonly Atom[]

interface Letters {
  /** Indexed by the letter's code. */
  readonly has: Uint8Array
  /** The same, a bit for a code. */
  readonly bits: readonly [number, number, number]
}

interface Edge {
  readonly letters: Letters
  readonly to: number
  /** Index of the atom; -1: a letter of the template's own text. */
  readonly atom: number
}

/** States are numbers from 0, the start. */
export interface Automaton {
  readonly edges: readonly (readonly Edge[])[]
  readonly accepting: readonly boolean[]
}

/** States of one segment; beyond, a template is not read. */
const MOST_STATES = 1500

/** Null: too large. */
export function automatonOf(segment: Segment): Automaton | null {
  const direct: Edge[][] = [[]]
  const free: number[][] = [[]]
  const add = () => {
    direct.push([])
    free.push([])
    return direct.length - 1
  }
  const link = (from: number, letters: string, to: number, atom: number) => {
    direct[from]?.push({ letters: setOf(letters), to, atom })
  }
  let end = 0
  for (const [atom, it] of segment.entries()) {
    const start = end
    if (direct.length > MOST_STATES) return null
    if (it.kind === 'many') {
      const letters = sanitize(it.letters)
      // A letter that is spelled with two makes more of them.
      const most = it.most !== null && letters.length <= Array.from(it.letters).length ? it.most : null
      if (most !== null && most <= 64) {
        end = add()
        free[start]?.push(end)
        for (let at = start, count = 0; count < most; count++) {
          const next = add()
          link(at, letters, next, atom)
          free[next]?.push(end)
          at = next
        }
      } else {
        end = add()
        if (it.least === 0 || Array.from(it.letters).some(letter => sanitize(letter) === '')) free[start]?.push(end)
        link(start, letters, end, atom)
        link(end, letters, end, atom)
      }
      continue
    }
    const texts = it.kind === 'text' ? [sanitize(it.text)] : [...new Set([...it.options.values()].map(sanitize))]
    const mark = it.kind === 'text' ? -1 : atom
    end = add()
    const single = texts.filter(text => text.length === 1).join('')
    if (single !== '') link(start, single, end, mark)
    for (const text of texts) {
      if (text === '') free[start]?.push(end)
      if (text.length < 2) continue
      let at = start
      for (const [index, letter] of Array.from(text).entries()) {
        const next = index === text.length - 1 ? end : add()
        link(at, letter, next, mark)
        at = next
      }
    }
  }
  return closed(direct, free, end)
}

/** Without the steps that read nothing. */
function closed(direct: readonly (readonly Edge[])[], free: readonly (readonly number[])[], end: number): Automaton {
  const edges: Edge[][] = []
  const accepting: boolean[] = []
  // Free steps lead to later states, or to the same atom's end, which was made before: followed until none is new.
  for (let state = 0; state < direct.length; state++) {
    const reached = new Set([state])
    for (const it of reached) for (const next of free[it] ?? []) reached.add(next)
    edges.push([...reached].flatMap(it => direct[it] ?? []))
    accepting.push(reached.has(end))
  }
  return { edges, accepting }
}

function setOf(letters: string): Letters {
  const has = new Uint8Array(128)
  const bits: [number, number, number] = [0, 0, 0]
  for (const letter of letters) {
    const code = letter.charCodeAt(0)
    has[code] = 1
    // Names hold nothing before the space.
    if (code < 64) bits[0] |= 1 << (code - 32)
    else if (code < 96) bits[1] |= 1 << (code - 64)
    else bits[2] |= 1 << (code - 96)
  }
  return { has, bits }
}

export interface Reading {
  /** Atom by letter of the name; -1: the template's own text. Where readings differ, any. */
  readonly owners: readonly number[]
  /** Atoms of which it cannot be told which letters are theirs. */
  readonly uncertain: ReadonlySet<number>
}

/** A step back from a set of states that lead to the end. */
interface Back {
  readonly useful: number
  /** Atoms that the letter may belong to. */
  readonly marks: readonly number[]
}

/** Sets of states that are kept; beyond, all are forgotten and made anew. */
const MOST_SETS = 2_000
const NO_DOUBT: ReadonlySet<number> = new Set()

/**
 * Reads names by an automaton, all readings of a name at once. Sets of states that were met once are kept, with the steps
 * between them, so that hundreds of thousands of like names cost a look into a table for each letter.
 */
export class Matcher {
  readonly automaton: Automaton
  #ids = new Map<string, number>()
  #sets: (readonly number[])[] = []
  /** By set: the set after each letter, by its code; -1: none. */
  #forth: Map<number, number>[] = []
  /** By set of all states, then by useful set and letter. */
  #back: Map<number, Back>[] = []

  constructor(automaton: Automaton) {
    this.automaton = automaton
  }

  /** Null: it is no such name. */
  read(name: string): Reading | null {
    if (this.#sets.length > MOST_SETS) this.#forget()
    const steps = [this.#idOf([0])]
    for (let at = 0; at < name.length; at++) {
      const next = this.#after(steps[at] ?? 0, name.charCodeAt(at))
      if (next < 0) return null
      steps.push(next)
    }
    let useful = this.#idOf(
      (this.#sets[steps.at(-1) ?? 0] ?? []).filter(state => this.automaton.accepting[state] === true),
    )
    if ((this.#sets[useful] ?? []).length === 0) return null
    const owners: number[] = []
    let uncertain: Set<number> | null = null
    for (let at = name.length - 1; at >= 0; at--) {
      const back = this.#before(steps[at] ?? 0, useful, name.charCodeAt(at))
      owners.push(back.marks[0] ?? -1)
      if (back.marks.length > 1) {
        uncertain ??= new Set()
        for (const mark of back.marks) uncertain.add(mark)
      }
      useful = back.useful
    }
    return { owners: owners.reverse(), uncertain: uncertain ?? NO_DOUBT }
  }

  #after(set: number, code: number): number {
    const known = this.#forth[set]?.get(code)
    if (known !== undefined) return known
    const next = new Set<number>()
    for (const state of this.#sets[set] ?? [])
      for (const edge of this.automaton.edges[state] ?? []) if (edge.letters.has[code] === 1) next.add(edge.to)
    const found = next.size === 0 ? -1 : this.#idOf([...next])
    // Letters beyond our alphabet lead nowhere, and there are many.
    if (code < 128) this.#forth[set]?.set(code, found)
    return found
  }

  #before(set: number, useful: number, code: number): Back {
    const key = useful * 128 + code
    const known = this.#back[set]?.get(key)
    if (known !== undefined) return known
    const ends = new Set(this.#sets[useful])
    const before = new Set<number>()
    const marks = new Set<number>()
    for (const state of this.#sets[set] ?? []) {
      for (const edge of this.automaton.edges[state] ?? []) {
        if (edge.letters.has[code] !== 1 || !ends.has(edge.to)) continue
        before.add(state)
        marks.add(edge.atom)
      }
    }
    const back = { useful: this.#idOf([...before]), marks: [...marks] }
    this.#back[set]?.set(key, back)
    return back
  }

  #idOf(states: readonly number[]): number {
    const sorted = [...states].sort((a, b) => a - b)
    const key = sorted.join()
    const known = this.#ids.get(key)
    if (known !== undefined) return known
    const id = this.#sets.length
    this.#ids.set(key, id)
    this.#sets.push(sorted)
    this.#forth.push(new Map())
    this.#back.push(new Map())
    return id
  }

  #forget(): void {
    this.#ids = new Map()
    this.#sets = []
    this.#forth = []
    this.#back = []
  }
}

/**
 * What two ways of writing make of the names that both can write. Null: there is no such name. Else pairs of atoms (of
 * `a`, of `b`; -1: text) to which one letter belongs by one reading and by another. `budget.left` counts down; at 0 it
 * gives up and answers null for the whole (the caller looks at the budget).
 */
export function clashes(
  a: Automaton,
  b: Automaton,
  budget: { left: number },
): readonly (readonly [number, number])[] | null {
  const width = b.edges.length
  const start = 0
  const seen = new Set([start])
  const backward = new Map<number, number[]>()
  const steps: { from: number; to: number; atoms: readonly [number, number] }[] = []
  const ends: number[] = []
  for (const pair of seen) {
    const [x, y] = [Math.floor(pair / width), pair % width]
    if (a.accepting[x] === true && b.accepting[y] === true) ends.push(pair)
    for (const one of a.edges[x] ?? []) {
      for (const other of b.edges[y] ?? []) {
        if (--budget.left <= 0) return null
        if (!meet(one.letters.bits, other.letters.bits)) continue
        const to = one.to * width + other.to
        seen.add(to)
        steps.push({ from: pair, to, atoms: [one.atom, other.atom] })
        const before = backward.get(to)
        if (before === undefined) backward.set(to, [pair])
        else before.push(pair)
      }
    }
  }
  if (ends.length === 0) return null
  const useful = new Set(ends)
  for (const pair of useful) for (const before of backward.get(pair) ?? []) useful.add(before)
  return steps.filter(step => useful.has(step.to)).map(step => step.atoms)
}

function meet(one: Letters['bits'], other: Letters['bits']): boolean {
  return (one[0] & other[0]) !== 0 || (one[1] & other[1]) !== 0 || (one[2] & other[2]) !== 0
}
