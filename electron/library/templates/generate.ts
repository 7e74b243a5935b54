/** Random templates for tests: mostly such as people write, some that no one should. */
import fc from 'fast-check'

type Source = fc.Arbitrary<string>

const quoted = fc
  .oneof(
    fc.constantFrom('', '-', '_', '+', ' ', '0', '3', 'a', 'user', 'Thu', ':'),
    fc.stringMatching(/^[A-Za-z0-9 :_-]{0,4}$/),
  )
  .chain(text => fc.constantFrom(`'${text}'`, `"${text}"`))
const small = fc.integer({ min: -6, max: 30 }).map(String)
const bound = fc.oneof({ weight: 1, arbitrary: fc.constant('') }, { weight: 3, arbitrary: small })
const comparison = fc.constantFrom('==', '!=', '<', '<=', '>', '>=')

/** Expressions by their type, over the server's variables. `depth`: how far they may go into each other. */
const sources = fc.letrec<{ text: string; int: string; truth: string; list: string; wild: string }>(tie => {
  const text = tie('text')
  const int = tie('int')
  const truth = tie('truth')
  const list = tie('list')
  const any = fc.oneof(text, int, truth)
  const textVariable = fc.constantFrom(
    'srcnum',
    'dstnum',
    'local_time',
    'utc_time',
    'base_context',
    'tenant_uuid',
    'dest_type',
    'side',
  )
  const worked = (name: string, args: Source = fc.constant('')): Source =>
    fc.oneof(
      fc.tuple(text, args).map(([of, given]) => (given === '' ? `(${of})|${name}` : `(${of})|${name}(${given})`)),
      fc.tuple(textVariable, args).map(([of, given]) => `${of}.${name}(${given})`),
    )
  const pair = fc.tuple(text, text).map(([a, b]) => `${a}, ${b}`)
  return {
    text: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 6, arbitrary: textVariable },
      { weight: 2, arbitrary: quoted },
      {
        weight: 3,
        arbitrary: fc
          .tuple(
            fc.oneof(
              textVariable,
              text.map(it => `(${it})`),
            ),
            bound,
            bound,
            fc.constantFrom('', ':', ':2', ':-1'),
          )
          .map(([of, from, to, step]) => `${of}[${from}:${to}${step}]`),
      },
      { weight: 1, arbitrary: fc.tuple(textVariable, small).map(([of, at]) => `${of}[${at}]`) },
      { weight: 2, arbitrary: fc.tuple(any, any).map(([a, b]) => `${a} ~ ${b}`) },
      { weight: 1, arbitrary: fc.tuple(text, text).map(([a, b]) => `(${a} + ${b})`) },
      { weight: 1, arbitrary: fc.tuple(text, fc.integer({ min: 0, max: 3 })).map(([a, n]) => `(${a}) * ${n}`) },
      { weight: 1, arbitrary: fc.tuple(text, truth, text).map(([a, when, b]) => `(${a} if ${when} else ${b})`) },
      { weight: 1, arbitrary: fc.tuple(text, truth).map(([a, when]) => `(${a} if ${when})`) },
      { weight: 1, arbitrary: fc.tuple(text, text).map(([a, b]) => `(${a} or ${b})`) },
      { weight: 1, arbitrary: fc.tuple(text, text).map(([a, b]) => `(${a} and ${b})`) },
      {
        weight: 4,
        arbitrary: fc.oneof(
          worked('upper'),
          worked('lower'),
          worked('title'),
          worked('capitalize'),
          worked('replace', pair),
          worked(
            'replace',
            fc.tuple(pair, small).map(([a, n]) => `${a}, ${n}`),
          ),
          worked('center', small),
        ),
      },
      {
        weight: 3,
        arbitrary: fc
          .oneof(
            fc.tuple(textVariable, fc.constantFrom('strip', 'lstrip', 'rstrip'), fc.oneof(fc.constant(''), text)),
            fc.tuple(textVariable, fc.constantFrom('zfill', 'ljust', 'rjust'), small),
            fc.tuple(
              textVariable,
              fc.constantFrom('rjust', 'ljust'),
              fc.tuple(small, quoted).map(([n, c]) => `${n}, ${c}`),
            ),
            fc.tuple(quoted, fc.constant('join'), list),
          )
          .map(([of, name, args]) => `${of}.${name}(${args})`),
      },
      {
        weight: 3,
        arbitrary: fc
          .oneof(
            fc.tuple(text, fc.constantFrom('trim', 'string', 'reverse', 'first', 'last', 'd', 'truncate')),
            fc.tuple(
              text,
              quoted.map(it => `trim(${it})`),
            ),
            fc.tuple(
              text,
              text.map(it => `default(${it}, true)`),
            ),
            fc.tuple(
              text,
              text.map(it => `default(default_value=${it}, boolean=True)`),
            ),
            fc.tuple(
              text,
              small.map(it => `truncate(${it})`),
            ),
            fc.tuple(
              text,
              small.map(it => `truncate(${it}, true, '', 0)`),
            ),
            fc.tuple(
              text,
              small.map(it => `truncate(${it}, end='', leeway=0)`),
            ),
            fc.tuple(list, fc.constantFrom('first', 'last', 'join', "join('-')")),
            fc.tuple(int, fc.constantFrom('string', "replace('1', 'x')", 'upper', 'trim')),
          )
          .map(([of, filter]) => `(${of})|${filter}`),
      },
      { weight: 1, arbitrary: fc.tuple(list, small).map(([of, at]) => `${of}[${at}]`) },
    ),
    list: fc.oneof(
      fc
        .tuple(textVariable, fc.constantFrom('', "' '", "'-'", "':'", 'None', "' ', 1", "'-', 2"))
        .map(([of, by]) => `${of}.split(${by})`),
      fc.array(text, { maxLength: 3 }).map(items => `[${items.join(', ')}]`),
      fc.tuple(list, bound, bound).map(([of, from, to]) => `${of}[${from}:${to}]`),
    ),
    int: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 3, arbitrary: fc.constant('timestamp') },
      { weight: 2, arbitrary: fc.nat(100).map(String) },
      {
        weight: 2,
        arbitrary: fc.tuple(fc.oneof(text, list), fc.constantFrom('length', 'count')).map(([of, f]) => `(${of})|${f}`),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(text, fc.constantFrom('int', 'int(7)', 'int(default=-1)')).map(([of, f]) => `(${of})|${f}`),
      },
      {
        weight: 4,
        arbitrary: fc
          .tuple(int, fc.constantFrom('+', '-', '*', '//', '%', '/'), int)
          .map(([a, by, b]) => `(${a} ${by} ${b})`),
      },
      {
        weight: 2,
        arbitrary: fc.tuple(int, fc.constantFrom('+', '-', '*', '//', '%'), int).map(([a, by, b]) => `${a} ${by} ${b}`),
      },
      { weight: 1, arbitrary: int.map(it => `(-${it})|abs`) },
      { weight: 1, arbitrary: int.map(it => `-${it}`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(textVariable, fc.constantFrom('find', 'rfind', 'count'), quoted)
          .map(([of, f, q]) => `${of}.${f}(${q})`),
      },
    ),
    truth: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 2, arbitrary: text },
      { weight: 2, arbitrary: fc.tuple(text, comparison, text).map(([a, by, b]) => `${a} ${by} ${b}`) },
      { weight: 2, arbitrary: fc.tuple(int, comparison, int).map(([a, by, b]) => `${a} ${by} ${b}`) },
      { weight: 1, arbitrary: fc.tuple(int, comparison, int, comparison, int).map(parts => parts.join(' ')) },
      {
        weight: 2,
        arbitrary: fc
          .tuple(text, fc.constantFrom('in', 'not in'), fc.oneof(text, list))
          .map(([a, by, b]) => `(${a}) ${by} ${b}`),
      },
      { weight: 1, arbitrary: fc.tuple(truth, fc.constantFrom('and', 'or'), truth).map(parts => parts.join(' ')) },
      { weight: 1, arbitrary: truth.map(it => `not ${it}`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(any, fc.constantFrom('defined', 'not defined', 'none', 'string', 'number', 'undefined'))
          .map(([of, is]) => `(${of}) is ${is}`),
      },
      { weight: 1, arbitrary: fc.tuple(int, fc.constantFrom('odd', 'even')).map(([of, is]) => `(${of}) is ${is}`) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(textVariable, fc.constantFrom('startswith', 'endswith'), quoted)
          .map(([of, f, q]) => `${of}.${f}(${q})`),
      },
      {
        weight: 1,
        arbitrary: fc
          .tuple(textVariable, fc.constantFrom('isdigit', 'isalpha', 'isalnum'))
          .map(([of, f]) => `${of}.${f}()`),
      },
      { weight: 1, arbitrary: fc.constantFrom('true', 'false', 'True', 'False', 'none', 'None') },
    ),
    /** Right words in wrong places. */
    wild: fc
      .array(
        fc.oneof(
          any,
          quoted,
          small,
          comparison,
          fc.constantFrom(
            '~', '+', '-', '*', '/', '//', '%', '|', '.', ',', '(', ')', '[', ']', ':', '=', 'is', 'in', 'not', 'if', 'else',
            'and', 'or', 'upper', '|upper', '|int', 'upper()', '.upper()', '[0]', '[1:]', 'defined', 'is defined', 'is not none', '1.5', '0',
            '00', '1_000', 'null', '===', '|string', 'elif', "'\\'", 'loop', 'x',
          ), // prettier-ignore
        ),
        { minLength: 1, maxLength: 6 },
      )
      .map(parts => parts.join(' ')),
  }
})

export const anyExpression: Source = fc.oneof(sources.text, sources.text, sources.int, sources.truth)
/** Of right grammar and right types. */
export const textExpression: Source = sources.text
export const truthExpression: Source = sources.truth
export const wildExpression: Source = sources.wild

/** Whole templates with texts, tags of all kinds, and white space that is taken away. */
export function templates(expression: Source, truth: Source, text: Source): Source {
  const dash = fc.constantFrom('', '', '', '-')
  const output = fc.tuple(dash, expression, dash).map(([before, it, after]) => `{{${before} ${it} ${after}}}`)
  const flat = fc.oneof({ weight: 3, arbitrary: text }, { weight: 4, arbitrary: output })
  const some = fc.array(flat, { maxLength: 3 }).map(parts => parts.join(''))
  const branch = fc.tuple(dash, truth, some, truth, some, some, fc.nat(3)).map(([d, when, a, then, b, c, kind]) => {
    const end = `{%${d} endif %}`
    if (kind === 0) return `{%${d} if ${when} ${d}%}${a}${end}`
    if (kind === 1) return `{% if ${when} %}${a}{%${d} else ${d}%}${b}${end}`
    return `{% if ${when} %}${a}{% elif ${then} ${d}%}${b}{% else %}${c}${end}`
  })
  const comment = fc.constantFrom('{# who #}', '{#- who -#}')
  const part = fc.oneof(
    { weight: 4, arbitrary: text },
    { weight: 6, arbitrary: output },
    { weight: 2, arbitrary: branch },
    { weight: 1, arbitrary: comment },
  )
  return fc.array(part, { minLength: 1, maxLength: 6 }).map(parts => parts.join(''))
}
