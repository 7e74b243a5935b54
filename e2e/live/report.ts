/** What the live suite prints: steps as they end and a summary, for people, or one JSON object a line for machines. Pure. */
import { type Line, type Status, type StepResult } from './run.ts'

const STATUS: Readonly<Record<Status, string>> = {
  works: 'works',
  'not-allowed': 'not allowed',
  skipped: 'skipped',
  failed: 'FAILED',
}
const COLOUR: Readonly<Record<Status, string>> = { works: '32', 'not-allowed': '33', skipped: '2', failed: '31;1' }
const WIDE = { status: 13, title: 62, word: 14, ms: 9 } as const
const INDENT = 2 + WIDE.status + 2

export interface Report {
  step(result: StepResult): string
  summary(results: readonly StepResult[]): string
}

export const jsonReport: Report = {
  step: result => `${JSON.stringify(result)}\n`,
  summary: results => {
    const named = (status: Status) => results.filter(result => result.status === status).map(({ step }) => step)
    const failed = named('failed')
    const summary = {
      fine: failed.length === 0,
      works: named('works'),
      notAllowed: named('not-allowed'),
      skipped: named('skipped'),
      failed,
    }
    return `${JSON.stringify({ summary })}\n`
  },
}

/** @param colours for a terminal */
export function textReport(colours: boolean): Report {
  const paint = (status: Status, text: string) => (colours ? `\u001b[${COLOUR[status]}m${text}\u001b[0m` : text)
  const ms = (value: number | null) => (value === null ? '' : `${value} ms`).padStart(WIDE.ms)
  const line = ({ word, text, ms: after }: Line) => {
    const [first = '', ...rest] = wrapped(text, WIDE.title - WIDE.word)
    const pad = ' '.repeat(INDENT)
    return [
      `${pad}${word.padEnd(WIDE.word)}${first.padEnd(WIDE.title - WIDE.word)}${ms(after)}`,
      ...rest.map(more => `${pad}${' '.repeat(WIDE.word)}${more}`),
    ].map(one => one.trimEnd())
  }
  return {
    step: ({ title, status, ms: took, lines }) => {
      const head = `  ${paint(status, STATUS[status].padEnd(WIDE.status))}${title.padEnd(WIDE.title + 2)}${ms(took)}`
      return `${[head.trimEnd(), ...lines.flatMap(line)].join('\n')}\n`
    },
    summary: results => {
      const part = (status: Status, withReasons: boolean) => {
        const some = results.filter(result => result.status === status)
        if (some.length === 0) return []
        const label = `  ${paint(status, STATUS[status].padEnd(WIDE.status))}`
        if (!withReasons) {
          const titles = wrapped(some.map(({ title }) => title).join(', '), WIDE.title + WIDE.ms)
          return titles.map((text, index) => (index === 0 ? label : ' '.repeat(2 + WIDE.status)) + text)
        }
        return some.flatMap(({ title, lines }, index) => {
          const why = lines.find(({ word }) => word === 'why')?.text ?? ''
          const texts = wrapped(`${title}: ${why}`, WIDE.title + WIDE.ms)
          return texts.map(
            (text, row) => (index + row === 0 ? label : ' '.repeat(2 + WIDE.status)) + (row === 0 ? '' : '  ') + text,
          )
        })
      }
      const failed = results.some(({ status }) => status === 'failed')
      const verdict = failed ? 'Something does not work here.' : 'All that this server allows this user works.'
      return `\n${[
        ...part('works', false),
        ...part('not-allowed', true),
        ...part('skipped', true),
        ...part('failed', true),
        '',
        `  ${paint(failed ? 'failed' : 'works', verdict)}`,
      ].join('\n')}\n`
    },
  }
}

/** Lines of at most `width` letters, broken between words; a longer word stays whole. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = []
  // names and words of a server may hold anything, and a terminal obeys
  for (const word of text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(word)
  }
  return lines
}
