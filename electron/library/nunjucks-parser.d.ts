// The parser that nunjucks exports without types: as much of its tree as the check of templates reads.
declare module 'nunjucks/src/parser.js' {
  export interface TemplateNode {
    readonly typename: string
    /** Zero-based. */
    readonly lineno: number
    readonly colno: number
    readonly children?: readonly TemplateNode[]
    /** Text of `TemplateData`, name of `Symbol`. */
    readonly value?: unknown
  }
  const parser: { parse(source: string): TemplateNode }
  export default parser
}
