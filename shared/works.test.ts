import { describe, expect, it } from 'vitest'
import { type AccountView, type Capabilities } from './account.ts'
import { EVERYTHING } from './snapshots.testing.ts'
import { textFor } from './text/index.ts'
import { askAdministrator, missingRights, worksHere } from './works.ts'

const account = (capabilities: Capabilities | null): AccountView => ({
  kind: 'wazo',
  server: 'voice.example.com',
  name: 'Eve Gagnon',
  extension: '1042',
  use: 'phone',
  phonePossible: true,
  remembered: true,
  capabilities,
  folder: null,
})
const text = textFor('en')
const marks = (change: Partial<Capabilities>) => worksHere({ ...EVERYTHING, ...change }, text).map(line => line.works)

describe('what works here', () => {
  it('is told in three lines', () => {
    expect(marks({})).toEqual(['yes', 'yes', 'yes'])
    expect(marks({ mayRecord: false })).toEqual(['no', 'yes', 'yes'])
    expect(marks({ pauseApi: false, playRecordings: false })).toEqual(['partly', 'yes', 'partly'])
    expect(marks({ recordApi: false, permanentWrite: false, listRecordings: false })).toEqual([
      'partly',
      'partly',
      'no',
    ])
    expect(marks({ permanentRead: false, permanentWrite: false })[1]).toBe('no')
  })
})

describe('the text for the administrator', () => {
  it('names who, where, and each right in terms of the server', () => {
    const letter = askAdministrator(account({ ...EVERYTHING, mayRecord: false, permanentWrite: false }), text)
    expect(letter).toContain('Eve Gagnon (1042) on voice.example.com')
    expect(letter).toContain('online_call_record_enabled')
    expect(letter).toContain('confd.users.me.update')
  })

  it('asks for nothing that is there, or that only a newer server has', () => {
    expect(askAdministrator(account(EVERYTHING), text)).toBeNull()
    expect(askAdministrator(account(null), text)).toBeNull()
    expect(missingRights({ ...EVERYTHING, version: '24.06', playRecordings: false })).toEqual([])
    expect(missingRights({ ...EVERYTHING, version: '24.12', playRecordings: false })).toHaveLength(1)
  })
})
