import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nameReader, onlyAutomatic } from './names.ts'

test('reads the names of *3', () => {
  const reader = nameReader('')
  expect(reader.read('tenant/auto-1489673101-1001-1002.wav')).toEqual({
    kind: 'on-demand',
    numbers: ['1001', '1002'],
    both: true,
    startedAt: 1_489_673_101_000,
  })
  expect(reader.read('auto-1489673101-a talk with Bob.wav')).toMatchObject({ kind: 'on-demand', numbers: [] })
  expect(reader.read('1001-1002-1489673101.wav')).toBeNull()
})

test('reads the names of a template, wherever the folder lies on its path', () => {
  const template = '/var/calls/{{ tenant_uuid }}/{{ utc_time }}-{{ srcnum }}-{{ dstnum }}'
  const name = 'Thu Mar 16 140501 2017-1001-1002.wav'
  const told = { kind: 'permanent', numbers: ['1001', '1002'], both: true, startedAt: Date.UTC(2017, 2, 16, 14, 5, 1) }
  const uuid = 'd7e18958-e2de-48db-afd2-3b30a70a3db9'
  const reader = nameReader(template)
  expect(reader.read(name)).toEqual(told)
  expect(reader.read(`${uuid}/${name}`)).toEqual(told)
  expect(reader.read(`mnt/var/calls/${uuid}/${name}`)).toEqual(told)
  expect(reader.read(`elsewhere/${uuid}/${name}`)).toBeNull()
  expect(reader.read('notes.wav')).toBeNull()
})

test('a name that tells one side only is nobody else’s for sure', () => {
  expect(nameReader('{{ srcnum }}-{{ timestamp }}').read('1001-1489673101.wav')).toMatchObject({
    numbers: ['1001'],
    both: false,
  })
  expect(nameReader('{{ srcnum }}{{ dstnum }}').read('10011002.wav')).toEqual({
    kind: 'permanent',
    numbers: [],
    both: false,
    startedAt: null,
  })
})

test('a template’s name is of an automatic recording only where *3 never used the template', () => {
  const versions = [null, '17.05', '20.16', '20.17', '21.05', '26.08', 'dev']
  expect(versions.map(onlyAutomatic)).toEqual([false, true, true, false, false, false, false])
})

test('hostile names neither throw nor take long', () => {
  const reader = nameReader('{{ base_context }}-{{ srcnum }}-{{ dstnum }}-{{ timestamp }}')
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), name => {
      reader.read(name)
    }),
  )
})
