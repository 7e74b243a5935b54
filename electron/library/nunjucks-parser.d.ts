// Parts that nunjucks exports without types: as much of them as our parser of templates builds on.
declare module 'nunjucks/src/lexer.js' {
  interface Lexer {
    lex(source: string): Tokens
    readonly TOKEN_STRING: string
    readonly TOKEN_INT: string
    readonly TOKEN_FLOAT: string
    readonly TOKEN_BOOLEAN: string
    readonly TOKEN_NONE: string
    readonly TOKEN_SYMBOL: string
    readonly TOKEN_OPERATOR: string
    readonly TOKEN_LEFT_PAREN: string
    readonly TOKEN_RIGHT_PAREN: string
    readonly TOKEN_LEFT_BRACKET: string
    readonly TOKEN_RIGHT_BRACKET: string
    readonly TOKEN_LEFT_CURLY: string
    readonly TOKEN_COMMA: string
    readonly TOKEN_COLON: string
    readonly TOKEN_PIPE: string
  }
  /** A stream of tokens, read by the parser alone. */
  export interface Tokens {
    nextToken(): unknown
  }
  const lexer: Lexer
  export default lexer
}

declare module 'nunjucks/src/parser.js' {
  import { type Tokens } from 'nunjucks/src/lexer.js'
  export interface Token {
    readonly type: string
    readonly value: unknown
    /** Zero-based. */
    readonly lineno: number
    readonly colno: number
  }
  interface NodeList {
    readonly children: readonly unknown[]
  }
  interface Parser {
    /** Words of tags at which the block that is read ends; null = none. */
    readonly breakOnBlocks: readonly string[] | null
    nextToken(): Token | null
    peekToken(): Token | null
    advanceAfterBlockEnd(name?: string): void
    parseUntilBlocks(...names: readonly string[]): NodeList
    parseAsRoot(): NodeList
    /** What it answers stands in the tree as it is. */
    parseExpression(): unknown
    /** Null: a tag of `breakOnBlocks`. */
    parseStatement(): unknown
  }
  const nunjucks: { readonly Parser: new (tokens: Tokens) => Parser }
  export default nunjucks
}
