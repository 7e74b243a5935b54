/** A checked template: all that is in it is on our lists, so it can be evaluated, and there is nothing to break out with. */
import { type Operator } from './operations.ts'
import { type Value } from './value.ts'

/** `source`: the whole tag, for messages. */
export type Expression = { readonly source: string } & (
  | { readonly kind: 'constant'; readonly value: Value }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'operate'; readonly operator: Operator; readonly left: Expression; readonly right: Expression }
  | { readonly kind: 'sign'; readonly sign: '-' | '+'; readonly of: Expression }
  | { readonly kind: 'not'; readonly of: Expression }
  | { readonly kind: 'and' | 'or'; readonly left: Expression; readonly right: Expression }
  | {
      readonly kind: 'choose'
      readonly condition: Expression
      readonly then: Expression
      /** Null: nothing, which prints as nothing. */
      readonly otherwise: Expression | null
    }
  | { readonly kind: 'item'; readonly of: Expression; readonly index: Expression }
  | {
      readonly kind: 'slice'
      readonly of: Expression
      readonly start: Expression
      readonly stop: Expression
      readonly step: Expression
    }
  | { readonly kind: 'test'; readonly name: string; readonly of: Expression }
  | {
      readonly kind: 'filter' | 'method'
      readonly name: string
      readonly of: Expression
      readonly args: readonly (Expression | null)[]
    }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
)

export type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output'; readonly expression: Expression }
  | {
      readonly kind: 'if'
      readonly condition: Expression
      readonly then: readonly Node[]
      readonly otherwise: readonly Node[]
    }
