import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { Settings, type SettingsChange } from '../../../shared/settings.ts'
import { failureOf } from '../testing.ts'
import { moveFile, takeMoveFile } from './move.ts'

/** An index that knows notes only, and refuses what is none. */
function computer(notes: Record<string, string>, changed: SettingsChange = {}) {
  let settings = Settings.parse(changed)
  const writes: string[] = []
  return {
    notes,
    writes,
    settings: () => settings,
    index: {
      exportNotes: () => Promise.resolve(JSON.stringify({ version: 1, notes })),
      importNotes: (json: string) => {
        const read = JSON.parse(json) as { version?: number; notes?: Record<string, string> }
        if (read.version !== 1 || read.notes === undefined) return Promise.reject(new AppFailure('notes-unreadable'))
        writes.push('notes')
        Object.assign(notes, read.notes)
        return Promise.resolve(Object.keys(read.notes).length)
      },
    },
    port: {
      current: () => settings,
      change: (change: SettingsChange) => {
        writes.push('settings')
        settings = Settings.parse({ ...settings, ...change })
      },
    },
  }
}

describe('one file for a new computer', () => {
  it('carries notes and settings over, and says what it did', async () => {
    const old = computer({ a: 'price agreed', b: 'call back' }, { permanentCode: '*27', theme: 'dark' })
    const fresh = computer({ c: 'mine' }, { theme: 'light' })
    const result = await takeMoveFile(await moveFile(old.index, old.settings()), fresh.index, fresh.port)
    expect(result).toEqual({ calls: 2, settings: 2 })
    expect(fresh.notes).toEqual({ a: 'price agreed', b: 'call back', c: 'mine' })
    expect(fresh.settings()).toEqual(old.settings())
    expect(await takeMoveFile(await moveFile(old.index, old.settings()), fresh.index, fresh.port)).toEqual({
      calls: 2,
      settings: 0,
    })
  })

  const good = { format: 'tallylight-move', version: 1, settings: {}, notes: { version: 1, notes: {} } }
  it.each([
    ['', 'nothing'],
    ['{', 'half'],
    ['[]', 'a list'],
    [JSON.stringify({ ...good, version: 2 }), 'of a later version'],
    [JSON.stringify({ ...good, format: 'other' }), 'of another program'],
    [JSON.stringify({ ...good, notes: 'x' }), 'with notes that are none'],
    [JSON.stringify({ ...good, notes: { version: 9 } }), 'with notes of a later version'],
    [JSON.stringify({ ...good, settings: { permanentCode: 'rm -rf' } }), 'with a setting that is none'],
  ])('%s (%s) changes nothing', async text => {
    const fresh = computer({ c: 'mine' })
    expect((await failureOf(takeMoveFile(text, fresh.index, fresh.port))).code).toBe('notes-unreadable')
    expect(fresh.writes).toEqual([])
  })

  it('passes over a setting that this version does not know', async () => {
    const fresh = computer({})
    const text = JSON.stringify({ ...good, settings: { newer: true, __proto__: { x: 1 }, theme: 'dark' } })
    expect(await takeMoveFile(text, fresh.index, fresh.port)).toEqual({ calls: 0, settings: 1 })
    expect(fresh.settings()).toEqual(Settings.parse({ theme: 'dark' }))
  })

  it('throws nothing but its failure, whatever the file is', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.string(), fc.json()), async text => {
        const fresh = computer({})
        expect((await failureOf(takeMoveFile(text, fresh.index, fresh.port))).code).toBe('notes-unreadable')
        expect(fresh.writes).toEqual([])
      }),
    )
  })
})
