/**
 * From text to a checked tree. Words and tags are found by nunjucks' parser; inside the tags its grammar differs from
 * Jinja's (slices, precedence, tests), so expressions are read here by the rules of Jinja 3 (jinja2/parser.py). What is on
 * no list of ours is refused, with the tag that it stands in.
 */
import nunjucks, { type Token } from 'nunjucks/src/parser.js'
import lexer from 'nunjucks/src/lexer.js'
import { AppFailure } from '../../../shared/failure.ts'
import { unsupported } from './failure.ts'
import { filters, methods, tests, type Operation, type Operator } from './operations.ts'
import { type Expression, type Node } from './tree.ts'
import { type Value } from './value.ts'

/** Longest template, in UTF-16 units (the bridge allows as many). */
export const LONGEST_TEMPLATE = 500
/** How deep brackets, signs and ifs may lie in each other. */
const DEEPEST = 30

/**
 * Reads a template that knows these variables and no others. Throws AppFailure `template-unsupported`, with the tag as
 * `subject`, for anything that is not on our lists; nothing of it was run then.
 */
export function parse(template: string, variables: readonly string[]): readonly Node[] {
  if (template.length > LONGEST_TEMPLATE) throw unsupported(template)
  const source = normalized(template)
  // Escapes of other letters, and this comment, mean other things to nunjucks than to Jinja.
  const strange = source.search(/\\(?![\\'"])|\{#-#\}/)
  if (strange >= 0) throw unsupported(tagAround(source, strange))
  const parser = new TemplateParser(source, variables)
  try {
    return parser.parseAsRoot().children.flatMap(nodesOf)
  } catch (error) {
    if (error instanceof AppFailure) throw error
    throw unsupported(brokenPart(source), error)
  }
}

/** Jinja's reading of line ends: the last one does not count. */
function normalized(template: string): string {
  return template.replace(/\r\n?/g, '\n').replace(/\n$/, '')
}

/** What our parser leaves in nunjucks' tree: its outputs around texts and our own expressions, and our ifs. */
function nodesOf(node: unknown): readonly Node[] {
  if (node instanceof Branch) return [node.node]
  const { children } = node as { readonly children: readonly unknown[] }
  return children.map(child => {
    if (child instanceof Written) return { kind: 'output', expression: child.expression }
    return { kind: 'text', text: String((child as { readonly value: unknown }).value) }
  })
}

/** Marks of ours in nunjucks' tree. */
class Written {
  readonly expression: Expression
  constructor(expression: Expression) {
    this.expression = expression
  }
}
class Branch {
  readonly node: Node
  constructor(node: Node) {
    this.node = node
  }
}

const comparisons = ['==', '!=', '<', '<=', '>', '>='] as const

class TemplateParser extends nunjucks.Parser {
  readonly #source: string
  readonly #variables: readonly string[]
  #depth = 0
  /** The tag that is read now. */
  #tag = ''

  constructor(source: string, variables: readonly string[]) {
    super(lexer.lex(source))
    this.#source = source
    this.#variables = variables
  }

  /** Called by nunjucks inside `{{`. */
  override parseExpression(): unknown {
    this.#enter()
    return new Written(this.#expression())
  }

  /** Called by nunjucks after `{%`. Of all statements there is only `if`. */
  override parseStatement(): unknown {
    this.#enter()
    const token = this.#peek()
    if (token.type === lexer.TOKEN_SYMBOL && this.breakOnBlocks?.includes(String(token.value)) === true) return null
    if (token.type !== lexer.TOKEN_SYMBOL || token.value !== 'if') throw this.#refuse()
    return new Branch(this.#deeper(() => this.#branch()))
  }

  /** From `if` or `elif` on, to the end of `endif`. */
  #branch(): Node {
    this.#next()
    const condition = this.#expression()
    this.advanceAfterBlockEnd('if')
    const then = this.#body('elif', 'else', 'endif')
    this.#enter()
    const token = this.#peek()
    if (token.value === 'elif') return { kind: 'if', condition, then, otherwise: [this.#deeper(() => this.#branch())] }
    this.advanceAfterBlockEnd()
    if (token.value === 'endif') return { kind: 'if', condition, then, otherwise: [] }
    const otherwise = this.#body('endif')
    this.advanceAfterBlockEnd()
    return { kind: 'if', condition, then, otherwise }
  }

  #body(...ends: readonly string[]): readonly Node[] {
    const children = this.parseUntilBlocks(...ends).children.flatMap(nodesOf)
    // At the end of the template there is no such tag.
    this.#peek()
    return children
  }

  #expression(): Expression {
    return this.#deeper(() => this.#choice())
  }

  #choice(): Expression {
    let node = this.#or()
    while (this.#takeWord('if')) {
      const condition = this.#or()
      const otherwise = this.#takeWord('else') ? this.#expression() : null
      node = { kind: 'choose', condition, then: node, otherwise, source: this.#tag }
    }
    return node
  }

  #or(): Expression {
    let left = this.#and()
    while (this.#takeWord('or')) left = { kind: 'or', left, right: this.#and(), source: this.#tag }
    return left
  }

  #and(): Expression {
    let left = this.#not()
    while (this.#takeWord('and')) left = { kind: 'and', left, right: this.#not(), source: this.#tag }
    return left
  }

  #not(): Expression {
    if (!this.#takeWord('not')) return this.#comparison()
    return this.#deeper(() => ({ kind: 'not', of: this.#not(), source: this.#tag }))
  }

  /** `a < b < c` is `a < b and b < c`. */
  #comparison(): Expression {
    const source = this.#tag
    let left = this.#sum()
    let whole: Expression | null = null
    for (let operator = this.#comparator(); operator !== null; operator = this.#comparator()) {
      const right = this.#sum()
      const step: Expression = { kind: 'operate', operator, left, right, source }
      whole = whole === null ? step : { kind: 'and', left: whole, right: step, source }
      left = right
    }
    return whole ?? left
  }

  #comparator(): Operator | null {
    const token = this.peekToken()
    if (token?.type === lexer.TOKEN_OPERATOR) {
      const operator = comparisons.find(it => it === token.value)
      if (operator !== undefined) this.#next()
      return operator ?? null
    }
    if (this.#takeWord('in')) return 'in'
    if (!this.#takeWord('not')) return null
    if (!this.#takeWord('in')) throw this.#refuse()
    return 'not in'
  }

  #sum(): Expression {
    return this.#chain(['+', '-'], () => this.#concatenation())
  }

  #concatenation(): Expression {
    return this.#chain(['~'], () => this.#product())
  }

  #product(): Expression {
    return this.#chain(['*', '/', '//', '%'], () => this.#signed(true))
  }

  #chain(operators: readonly Operator[], part: () => Expression): Expression {
    let left = part()
    for (;;) {
      const token = this.peekToken()
      const operator = operators.find(it => it === token?.value)
      if (operator === undefined || token?.type === lexer.TOKEN_STRING) return left
      this.#next()
      left = { kind: 'operate', operator, left, right: part(), source: this.#tag }
    }
  }

  #signed(filtered: boolean): Expression {
    const token = this.#peek()
    const sign =
      token.type === lexer.TOKEN_OPERATOR && (token.value === '-' || token.value === '+') ? token.value : null
    let node: Expression
    if (sign === null) {
      node = this.#primary()
    } else {
      this.#next()
      node = this.#deeper(() => ({ kind: 'sign', sign, of: this.#signed(false), source: this.#tag }))
    }
    node = this.#postfix(node)
    return filtered ? this.#filtered(node) : node
  }

  #primary(): Expression {
    const token = this.#next()
    const source = this.#tag
    const constant = (value: Value): Expression => ({ kind: 'constant', value, source })
    switch (token.type) {
      case lexer.TOKEN_STRING:
        // Two texts side by side are one to Jinja; nobody writes that.
        if (this.peekToken()?.type === lexer.TOKEN_STRING) throw this.#refuse()
        return constant(String(token.value))
      case lexer.TOKEN_INT:
        if (!/^(?:0|[1-9]\d{0,14})$/.test(String(token.value))) throw this.#refuse()
        return constant(BigInt(String(token.value)))
      case lexer.TOKEN_FLOAT:
        if (!/^(?:0|[1-9]\d{0,14})\.\d{1,15}$/.test(String(token.value))) throw this.#refuse()
        return constant(Number(token.value))
      case lexer.TOKEN_BOOLEAN:
        return constant(token.value === 'true')
      case lexer.TOKEN_NONE:
        // `null` is a name to Jinja.
        if (token.value !== 'none') throw this.#refuse()
        return constant(null)
      case lexer.TOKEN_LEFT_PAREN: {
        const inner = this.#expression()
        this.#expect(lexer.TOKEN_RIGHT_PAREN)
        return inner
      }
      case lexer.TOKEN_LEFT_BRACKET:
        return { kind: 'list', items: this.#items(), source }
      case lexer.TOKEN_SYMBOL:
        return this.#named(String(token.value))
      default:
        throw this.#refuse()
    }
  }

  #named(name: string): Expression {
    const source = this.#tag
    if (name === 'True' || name === 'False') return { kind: 'constant', value: name === 'True', source }
    if (name === 'None') return { kind: 'constant', value: null, source }
    if (!this.#variables.includes(name)) throw this.#refuse()
    return { kind: 'variable', name, source }
  }

  #items(): readonly Expression[] {
    const items: Expression[] = []
    while (!this.#take(lexer.TOKEN_RIGHT_BRACKET)) {
      if (items.length > 0) this.#expect(lexer.TOKEN_COMMA)
      items.push(this.#expression())
    }
    return items
  }

  #postfix(start: Expression): Expression {
    let node = start
    for (;;) {
      const token = this.peekToken()
      if (token?.type === lexer.TOKEN_OPERATOR && token.value === '.') {
        this.#next()
        node = this.#method(node)
      } else if (token?.type === lexer.TOKEN_LEFT_BRACKET) {
        this.#next()
        node = this.#subscript(node)
      } else if (token?.type === lexer.TOKEN_LEFT_PAREN) {
        throw this.#refuse()
      } else {
        return node
      }
    }
  }

  #method(of: Expression): Expression {
    const name = this.#word()
    const operation = own(methods, name)
    if (operation === null || this.peekToken()?.type !== lexer.TOKEN_LEFT_PAREN) throw this.#refuse()
    return { kind: 'method', name, of, args: this.#args(operation), source: this.#tag }
  }

  /** After `[`: an index, or `start:stop:step`. */
  #subscript(of: Expression): Expression {
    const source = this.#tag
    const first = this.#bound()
    if (this.#take(lexer.TOKEN_RIGHT_BRACKET)) {
      if (first === null) throw this.#refuse()
      return { kind: 'item', of, index: first, source }
    }
    this.#expect(lexer.TOKEN_COLON)
    const stop = this.#bound()
    const step = this.#take(lexer.TOKEN_COLON) ? this.#bound() : null
    this.#expect(lexer.TOKEN_RIGHT_BRACKET)
    const left: Expression = { kind: 'constant', value: null, source }
    return { kind: 'slice', of, start: first ?? left, stop: stop ?? left, step: step ?? left, source }
  }

  #bound(): Expression | null {
    const { type } = this.#peek()
    return type === lexer.TOKEN_COLON || type === lexer.TOKEN_RIGHT_BRACKET ? null : this.#expression()
  }

  #filtered(start: Expression): Expression {
    let node = start
    for (;;) {
      if (this.#take(lexer.TOKEN_PIPE)) {
        const name = this.#word()
        const operation = own(filters, name)
        if (operation === null) throw this.#refuse()
        const args = this.peekToken()?.type === lexer.TOKEN_LEFT_PAREN ? this.#args(operation) : []
        node = { kind: 'filter', name, of: node, args, source: this.#tag }
        if (args.length < operation.least) throw this.#refuse()
      } else if (this.#takeWord('is')) {
        node = this.#tested(node)
      } else if (this.peekToken()?.type === lexer.TOKEN_LEFT_PAREN) {
        throw this.#refuse()
      } else {
        return node
      }
    }
  }

  #tested(of: Expression): Expression {
    const not = this.#takeWord('not')
    const name = this.#word()
    if (own(tests, name) === null) throw this.#refuse()
    const next = this.peekToken()
    // Whatever may begin an argument, Jinja takes for one: even `if`.
    if (next !== null && startsArgument(next)) throw this.#refuse()
    const test: Expression = { kind: 'test', name, of, source: this.#tag }
    return not ? { kind: 'not', of: test, source: this.#tag } : test
  }

  /** From `(` to `)`, in order; null = left out, by naming a later one. */
  #args({ least, most, names = [] }: Operation): readonly (Expression | null)[] {
    this.#expect(lexer.TOKEN_LEFT_PAREN)
    const args: (Expression | null)[] = []
    let byName = false
    for (let first = true; !this.#take(lexer.TOKEN_RIGHT_PAREN); first = false) {
      if (!first) this.#expect(lexer.TOKEN_COMMA)
      const name = this.#argumentName(names)
      if (name === null && byName) throw this.#refuse()
      byName = name !== null
      const at = name ?? args.length
      while (args.length < at) args.push(null)
      if (args[at] !== undefined && args[at] !== null) throw this.#refuse()
      args[at] = this.#expression()
    }
    if (args.length < least || args.length > most || args.slice(0, least).includes(null)) throw this.#refuse()
    return args
  }

  /** `name=` before an argument: its place. */
  #argumentName(names: readonly string[]): number | null {
    const token = this.peekToken()
    const at = token?.type === lexer.TOKEN_SYMBOL ? names.indexOf(String(token.value)) : -1
    if (at < 0) return null
    this.#next()
    const equals = this.#next()
    if (equals.type !== lexer.TOKEN_OPERATOR || equals.value !== '=') throw this.#refuse()
    return at
  }

  #word(): string {
    const token = this.#next()
    if (token.type !== lexer.TOKEN_SYMBOL && token.type !== lexer.TOKEN_NONE) throw this.#refuse()
    return String(token.value)
  }

  #takeWord(word: string): boolean {
    const token = this.peekToken()
    if (token?.type !== lexer.TOKEN_SYMBOL || token.value !== word) return false
    this.#next()
    return true
  }

  #take(type: string): boolean {
    if (this.#peek().type !== type) return false
    this.#next()
    return true
  }

  #expect(type: string): void {
    if (!this.#take(type)) throw this.#refuse()
  }

  #peek(): Token {
    const token = this.peekToken()
    if (token === null) throw this.#refuse()
    return token
  }

  #next(): Token {
    const token = this.nextToken()
    if (token === null) throw this.#refuse()
    return token
  }

  #deeper<T>(read: () => T): T {
    if (++this.#depth > DEEPEST) throw this.#refuse()
    const result = read()
    this.#depth--
    return result
  }

  /** Notes the tag that the next token lies in. */
  #enter(): void {
    const token = this.peekToken()
    if (token !== null) this.#tag = tagAt(this.#source, token)
  }

  #refuse(): AppFailure {
    return unsupported(this.#tag === '' ? this.#source : this.#tag)
  }
}

function startsArgument({ type, value }: Token): boolean {
  if (type === lexer.TOKEN_SYMBOL) return value !== 'else' && value !== 'or' && value !== 'and'
  const starts: readonly string[] = [
    lexer.TOKEN_STRING,
    lexer.TOKEN_INT,
    lexer.TOKEN_FLOAT,
    lexer.TOKEN_BOOLEAN,
    lexer.TOKEN_NONE,
    lexer.TOKEN_LEFT_PAREN,
    lexer.TOKEN_LEFT_BRACKET,
    lexer.TOKEN_LEFT_CURLY,
  ]
  return starts.includes(type)
}

/** An entry of a table, and nothing that the table inherits. */
function own<T>(table: Readonly<Record<string, T>>, name: string): T | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null
}

function tagAt(source: string, { lineno, colno }: Token): string {
  const before = source.split('\n').slice(0, lineno)
  return tagAround(source, before.reduce((sum, line) => sum + line.length + 1, 0) + colno)
}

/** The `{{ ... }}` or `{% ... %}` in which a place lies. */
function tagAround(source: string, offset: number): string {
  const opening = Math.max(source.lastIndexOf('{{', offset), source.lastIndexOf('{%', offset), 0)
  const ends = ['}}', '%}'].map(end => source.indexOf(end, opening)).filter(end => end >= 0)
  return source.slice(opening, ends.length === 0 ? undefined : Math.min(...ends) + 2).trim()
}

/** Of a template that does not parse: its first tag that is not a plain variable. */
function brokenPart(source: string): string {
  const tags = source.match(/\{\{.*?(\}\}|$)|\{%.*?(%\}|$)|\{#.*?(#\}|$)/gs) ?? []
  return tags.find(tag => !/^\{\{-?\s*\w+\s*-?\}\}$/.test(tag)) ?? source
}
