import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvField, manifestCsv, manifestJson, type ManifestRow } from './manifest.ts'

/** A reader of RFC 4180 of its own. */
function readCsv(text: string): string[][] {
  const rows: string[][] = []
  let [row, field, quoted, at] = [[] as string[], '', false, text.startsWith('\ufeff') ? 1 : 0]
  const end = () => {
    row.push(field.startsWith("'") ? field.slice(1) : field)
    field = ''
  }
  for (; at < text.length; at++) {
    const letter = text.charAt(at)
    if (quoted && letter === '"' && text.charAt(at + 1) === '"') field += text.charAt(at++)
    else if (letter === '"') quoted = !quoted
    else if (!quoted && letter === ',') end()
    else if (!quoted && letter === '\r' && text.charAt(at + 1) === '\n') {
      at++
      end()
      rows.push(row)
      row = []
    } else field += letter
  }
  return rows
}

const words = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.array(fc.constantFrom('=', '+', '-', '@', "'", '"', ',', '\r\n', '\n', ' ', ';', 'x', '\t', '＝', 'HYPERLINK("http://x")'), { maxLength: 8 }).map(all => all.join('')), // prettier-ignore
)
const row = fc.record<ManifestRow>({
  file: fc.option(words),
  bytes: fc.option(fc.nat()),
  sha256: fc.option(fc.constant('ab12')),
  startedAt: fc.integer({ min: 0, max: 4e12 }),
  durationMs: fc.option(fc.nat()),
  outgoing: fc.option(fc.boolean()),
  name: words,
  number: words,
  tags: fc.array(words, { maxLength: 3 }),
  note: words,
  favourite: fc.boolean(),
  original: words,
  reason: fc.option(fc.constant('recording-deleted' as const)),
  words,
})

describe('the list of an export', () => {
  it('as CSV is read back as it was written', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 6 }), rows => {
        const [head, ...lines] = readCsv(manifestCsv(rows))
        expect(head).toHaveLength(13)
        expect(lines.map(line => [line[0], line[6], line[7], line[8], line[9], line[11], line[12]])).toEqual(
          rows.map(one => [
            one.file ?? '',
            one.name,
            one.number,
            one.tags.join(', '),
            one.note,
            one.original,
            one.words,
          ]),
        )
      }),
      { numRuns: 1_000 },
    )
  })

  it('holds no formula for a spreadsheet', () => {
    fc.assert(
      fc.property(words, text => {
        const field = csvField(text)
        const shown = field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field
        expect(/^\s*[=+\-@＝＋－＠\t\r]/.test(shown)).toBe(false)
      }),
      { numRuns: 2_000 },
    )
    expect(csvField('+14185550142')).toBe("'+14185550142")
    expect(csvField('=HYPERLINK("http://x","y")')).toBe('"\'=HYPERLINK(""http://x"",""y"")"')
  })

  it('as JSON holds the values themselves', () => {
    fc.assert(
      fc.property(fc.array(row, { maxLength: 4 }), rows => {
        const read = JSON.parse(manifestJson(rows, 0)) as { recordings: ManifestRow[] }
        const kept = ({ file, bytes, sha256, name, number, tags, note, original, reason }: ManifestRow) => [
          file, bytes, sha256, name, number, tags, note, original, reason,
        ] // prettier-ignore
        // a lone surrogate is written as an escape, and read as one
        expect(read.recordings.map(kept)).toEqual(rows.map(kept))
      }),
    )
  })
})
