/**
 * What a checked template makes of values. It is interpreted: nothing of it is compiled, it has no loops, and every
 * operation is bounded, so the work is bounded by the template's length.
 */
import { unsupported } from './failure.ts'
import { filters, itemOf, methods, negative, operate, positive, sliceOf, tests, type Operation } from './operations.ts'
import { type Expression, type Node } from './tree.ts'
import { bounded, isTrue, list, toText, Unusable, UNDEFINED, type Value } from './value.ts'

export type Values = Readonly<Record<string, Value>>

/** Throws AppFailure `template-unsupported` where Python fails at these values, or where a text gets too long. */
export function write(nodes: readonly Node[], values: Values): string {
  let text = ''
  for (const node of nodes) {
    if (node.kind === 'text') text += node.text
    else if (node.kind === 'output') text += named(node.expression, () => toText(evaluate(node.expression, values)))
    else text += write(truth(node.condition, values) ? node.then : node.otherwise, values)
  }
  return named(null, () => bounded(text))
}

/** Throws AppFailure `template-unsupported`. */
export function evaluate(expression: Expression, values: Values): Value {
  return named(expression, () => valueOf(expression, values))
}

function truth(expression: Expression, values: Values): boolean {
  return isTrue(evaluate(expression, values))
}

function valueOf(node: Expression, values: Values): Value {
  const of = (expression: Expression) => valueOf(expression, values)
  switch (node.kind) {
    case 'constant':
      return node.value
    case 'variable':
      return values[node.name] ?? UNDEFINED
    case 'and': {
      const left = of(node.left)
      return isTrue(left) ? of(node.right) : left
    }
    case 'or': {
      const left = of(node.left)
      return isTrue(left) ? left : of(node.right)
    }
    case 'choose':
      if (isTrue(of(node.condition))) return of(node.then)
      return node.otherwise === null ? UNDEFINED : of(node.otherwise)
    default:
      return applied(node, of)
  }
}

/** Every expression that needs all of its parts. `of` gives the value of a part. */
export type Applied = Exclude<Expression, { kind: 'constant' | 'variable' | 'and' | 'or' | 'choose' }>

export function applied(node: Applied, of: (expression: Expression) => Value): Value {
  switch (node.kind) {
    case 'operate':
      return operate(node.operator, of(node.left), of(node.right))
    case 'sign':
      return node.sign === '-' ? negative(of(node.of)) : positive(of(node.of))
    case 'not':
      return !isTrue(of(node.of))
    case 'item':
      return itemOf(of(node.of), of(node.index))
    case 'slice':
      return sliceOf(of(node.of), of(node.start), of(node.stop), of(node.step))
    case 'test':
      return entry(tests, node.name)(of(node.of))
    case 'filter':
    case 'method': {
      const { run }: Operation = entry(node.kind === 'filter' ? filters : methods, node.name)
      return run(of(node.of), ...node.args.map(arg => (arg === null ? undefined : of(arg))))
    }
    case 'list':
      return list(node.items.map(of))
  }
}

/** What a table of operations holds of this name; the parser saw to it that it is there. */
function entry<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined
  if (found === undefined) throw new Unusable(name)
  return found
}

function named<T>(expression: Expression | null, run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof Unusable) throw unsupported(expression?.source ?? error.message, error)
    throw error
  }
}
