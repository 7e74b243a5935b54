/** The figures of benchmarks, for people and for machines. Pure. */
import { type Report, type Table } from './benchmark.ts'

/** Circumstances of the whole run. */
export interface Run {
  readonly processors: number
  /** Load average of the last minute, before and after. */
  readonly load: readonly [number, number]
}

const COLUMNS = ['p50', 'p95', 'p99', 'least', 'most'] as const

const ms = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(1))

/** Figures as a table, then each bar as met or missed. */
export function asText(reports: readonly Report[], run: Run): string {
  const [before, after] = run.load.map(load => load.toFixed(2))
  const circumstances = `${run.processors} processors, load average ${before ?? ''} before and ${after ?? ''} after`
  return [...reports.map(one), circumstances].join('\n\n') + '\n'
}

function one({ name, what, on, series, bars, table }: Report): string {
  const wide = Math.max(...series.map(row => row.what.length))
  const head = ['milliseconds'.padEnd(wide), ...COLUMNS.map(column => column.padStart(8)), '   count'].join('')
  const rows = series.map(row =>
    [row.what.padEnd(wide), ...COLUMNS.map(column => ms(row[column]).padStart(8)), String(row.count).padStart(8)].join(
      '',
    ),
  )
  const verdicts = bars.map(
    bar =>
      `${bar.met ? 'met   ' : 'MISSED'}  ${bar.what}: ${ms(bar.value)} ${bar.unit}, at most ${bar.most} ${bar.unit}`,
  )
  const told = table === undefined ? [] : [...tableLines(table), '']
  return [`${name}: ${what}`, `on ${on}`, '', ...told, head, ...rows, '', ...verdicts]
    .map(line => `  ${line}`.trimEnd())
    .join('\n')
}

const COLUMN = 9

function tableLines({ headings, columns, rows }: Table): string[] {
  const wide = Math.max(...rows.map(row => row.name.length))
  const heads = headings.map(heading => ` ${heading}`.padEnd(columns.length * COLUMN))
  const under = headings.flatMap(() => columns.map(column => column.padStart(COLUMN)))
  return [
    [''.padEnd(wide), ...heads].join(''),
    [''.padEnd(wide), ...under].join(''),
    ...rows.map(({ name, values }) => [name.padEnd(wide), ...values.map(value => ms(value).padStart(COLUMN))].join('')),
  ]
}

/** One JSON document; a value that could not be had is null. */
export function asJson(reports: readonly Report[], run: Run): string {
  const met = reports.every(report => report.met)
  return `${JSON.stringify({ unit: 'ms', met, run, benchmarks: reports }, null, 2)}\n`
}
