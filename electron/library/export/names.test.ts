import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { folderWish, LONGEST_BYTES, nameKey, Names, nameValues, safeSegment } from './names.ts'
import { renderName } from '../templates/index.ts'

const piece = fc.constantFrom(
  '..', '/', '\\', 'CON', 'com1', 'LPT³', 'nul.', '.', ' ', '-', '\u202e', '\u0000', '\n', '~1', ':', '*', 'é', 'e\u0301',
  '\ud800', '😀', 'ﬁ', 'K', 'K', 'ß', '{{', '\u2028', '\u200d', '=1+1', 'ſ', '\u00a0',
) // prettier-ignore
const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 400 }),
  fc.string({ unit: 'grapheme', maxLength: 400 }),
  fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 60 }).map(pieces => pieces.join('')),
)
const ending = fc.constantFrom('', '.wav', '.gsm', ' (2).wav', ' (123456).mp3')

/** What one file system or another would not take, or take for something else. */
function wrong(name: string): string | null {
  if (name === '' || name === '.' || name === '..') return 'no name'
  if (Buffer.byteLength(name) > LONGEST_BYTES) return 'too long'
  if (/[<>:"/\\|?*~]/.test(name)) return 'a reserved letter'
  if (/[\p{Cc}\p{Cf}]/u.test(name)) return 'a character that is not seen'
  if (/[. ]$/.test(name)) return 'an end that Windows drops'
  if (/^[. -]/.test(name)) return 'hidden, or taken for an option'
  if (/^(con|prn|aux|nul|com\d|com[¹²³]|lpt\d|lpt[¹²³]|conin\$|conout\$) *(\.|$)/i.test(name)) return 'a device'
  if (name !== name.normalize('NFC')) return 'another form'
  if (Buffer.from(name).toString() !== name) return 'no UTF-8'
  return null
}

describe('a safe name', () => {
  it('is one on every file system, whatever it is made of', () => {
    fc.assert(
      fc.property(hostile, ending, (text, end) => {
        const name = safeSegment(text, end)
        expect(wrong(name)).toBe(null)
        expect(name.endsWith(end)).toBe(true)
        expect(safeSegment(name.slice(0, name.length - end.length), end)).toBe(name)
      }),
      { numRuns: 5_000 },
    )
  })

  it.each([
    ['Marie Tremblay', '', 'Marie Tremblay'],
    ['../../etc/passwd', '', '_.._etc_passwd'],
    ['CON', '.wav', '_CON.wav'],
    ['aux .x', '', '_aux .x'],
    ['gnp\u202e.exe', '.wav', 'gnp.exe.wav'],
    ['  .hidden. ', '.wav', 'hidden.wav'],
    ['', '.wav', 'recording.wav'],
    ['+1 418 555-0142', '.wav', '+1 418 555-0142.wav'],
    ['Hele\u0301ne', '', 'Hel\u00e9ne'],
  ])('of %j%s is %j', (text, end, name) => {
    expect(safeSegment(text, end)).toBe(name)
  })
})

describe('names of one export', () => {
  it('are each given once, also where case and forms of letters do not count', () => {
    const call = fc.record({ folder: fc.oneof(fc.constant(''), hostile), name: hostile, end: ending })
    fc.assert(
      fc.property(fc.array(call, { maxLength: 40 }), fc.boolean(), (calls, same) => {
        const names = new Names(['manifest.csv'])
        const paths = calls.map(({ folder, name, end }) =>
          names.file(folder === '' ? '' : names.folder(folder), same ? 'One' : name, end === '' ? '.wav' : end),
        )
        expect(new Set(paths.map(nameKey)).size).toBe(paths.length)
        for (const path of paths) {
          const segments = path.split('/')
          expect(segments.length).toBeLessThanOrEqual(2)
          expect(segments.map(wrong)).toEqual(segments.map(() => null))
        }
        // nor is any of them a folder of another, or what is ours
        const folders = new Set(paths.filter(path => path.includes('/')).map(path => nameKey(path.split('/')[0] ?? '')))
        for (const path of paths) expect(folders.has(nameKey(path)) || nameKey(path) === 'manifest.csv').toBe(false)
      }),
      { numRuns: 500 },
    )
  })

  it('count in the order of the calls, and quickly for thousands of the same', () => {
    const names = new Names([])
    const paths = Array.from({ length: 20_000 }, () => names.file('', 'Paul', '.wav'))
    expect(paths.slice(0, 3)).toEqual(['Paul.wav', 'Paul (2).wav', 'Paul (3).wav'])
    expect(new Set(paths).size).toBe(20_000)
    expect(names.file('', 'PAUL', '.WAV')).toBe('PAUL (20001).WAV')
  })

  it('put a person in one folder, however he is spelled', () => {
    const names = new Names([])
    expect(names.folder('Marie')).toBe('Marie')
    expect(names.folder('MARIE ')).toBe('Marie')
    expect(names.folder('Marie.')).toBe('Marie')
    expect(names.folder('Mari')).toBe('Mari')
  })
})

describe('a template of names', () => {
  const values = nameValues({
    startedAt: new Date(2026, 10, 23, 14, 5, 12).getTime(),
    peer: { name: '', number: '+14185550142' },
    outgoing: true,
    fileName: 'auto-1-2-3.wav',
  })

  it('takes its variables', () => {
    expect(renderName('{{date}} {{ time }} {{ name }} {{direction}} {{ file }}', values)).toBe(
      '2026-11-23 14-05-12 +14185550142 out auto-1-2-3',
    )
  })

  it.each(['{{ nobody }}', '{{ constructor }}', '{% for x in y %}', '{{ name.x }}', '{{ name', '{{ __proto__ }}'])(
    'refuses %s',
    template => {
      expect(() => renderName(template, values)).toThrow(AppFailure)
    },
  )

  it('runs nothing that a caller is named', () => {
    expect(renderName('{{ name }}', { ...values, name: '{{ number }}' })).toBe('{{ number }}')
  })

  it('folders follow day, month and person', () => {
    const facts = {
      startedAt: new Date(2026, 0, 2, 3).getTime(),
      peer: { name: 'Eve', number: '12' },
      outgoing: null,
      fileName: '',
    }
    expect((['flat', 'day', 'month', 'person'] as const).map(folders => folderWish(folders, facts))).toEqual([
      '',
      '2026-01-02',
      '2026-01',
      'Eve 12',
    ])
  })
})
