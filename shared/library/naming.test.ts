import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readConfiguration } from './naming.ts'

const template = '{{ tenant_uuid }}/{{ utc_time }}-{{ srcnum }}-{{ dstnum }}'

test.each([
  [`call_recording:\n  filename_template: "${template}"\n`, { template, extension: null, trap: false }],
  [
    `# names\ncall_recording:\n  filename_template: '${template}' # ours\n  filename_extension: gsm`,
    { template, extension: 'gsm', trap: false },
  ],
  ['call-recording:\n  filename_extension: wav', { template: null, extension: 'wav', trap: true }],
  [
    `call_recording: {filename_template: "a,{{ srcnum }}", filename_extension: wav}`,
    { template: 'a,{{ srcnum }}', extension: 'wav', trap: false },
  ],
  [`filename_template: "it\\"s {{ srcnum }}"`, { template: 'it"s {{ srcnum }}', extension: null, trap: false }],
  [`filename_template: 'it''s'`, { template: "it's", extension: null, trap: false }],
  ['call_recording:', { template: null, extension: null, trap: false }],
])('takes what it says out of %j', (pasted, found) => {
  expect(readConfiguration(pasted)).toEqual(found)
})

test.each([template, 'user-{{ srcnum }}', '', '{{ "call_recording" }}'])('%j is no configuration', pasted => {
  expect(readConfiguration(pasted)).toBeNull()
})

test('whatever is pasted is read or not, at once', () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.oneof(
          fc.string(),
          fc.constantFrom('call_recording:', 'filename_template:', '"', "'", '{', '}', ',', '\n', '\\'),
        ),
      ),
      parts => {
        readConfiguration(parts.join(''))
        readConfiguration(`call_recording: {${parts.join('')}}`)
      },
    ),
  )
})
