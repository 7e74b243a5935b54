import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { brokenPolicy, OPEN_POLICY } from '../../shared/policy.ts'
import { policyPaths, policySource } from './policyFile.ts'

let folder: string
let path: string
const read = () => policySource([path], false).current()

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallylight-policy-'))
  path = join(folder, 'policy.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('the policy file', () => {
  it('that is absent locks nothing', () => {
    expect(read()).toEqual(OPEN_POLICY)
  })

  it('is read with a byte order mark and without', () => {
    writeFileSync(path, '{"selfGrant":"locked"}')
    expect(read()).toEqual({ selfGrant: 'locked', problem: null })
    writeFileSync(path, '\ufeff{"selfGrant":"allowed"}')
    expect(read()).toEqual(OPEN_POLICY)
  })

  it('that is empty, binary, or UTF-16 locks', () => {
    writeFileSync(path, '')
    expect(read()).toEqual(brokenPolicy('no-json'))
    writeFileSync(path, Buffer.from([0xff, 0xfe, 0x00, 0x80]))
    expect(read()).toEqual(brokenPolicy('no-json'))
    writeFileSync(path, '{"selfGrant":"allowed"}', 'utf16le')
    expect(read()).toEqual(brokenPolicy('no-json'))
  })

  it('that is too big locks, and is not read to its end', () => {
    writeFileSync(path, `{"selfGrant":"allowed"}${' '.repeat(65_536)}`)
    expect(read()).toEqual(brokenPolicy('too-big'))
  })

  it('whose place is taken by a folder or a file in its path locks', () => {
    mkdirSync(path)
    expect(read()).toEqual(brokenPolicy('no-file'))
    writeFileSync(join(folder, 'taken'), '')
    expect(policySource([join(folder, 'taken', 'policy.json')], false).current()).toEqual(brokenPolicy('unreadable'))
  })

  it.skipIf(process.platform === 'win32')('whose place is taken by a pipe locks, and nothing waits for it', () => {
    execFileSync('mkfifo', [path])
    expect(read()).toEqual(brokenPolicy('no-file'))
  })

  it.skipIf(process.platform === 'win32')('without end locks', () => {
    expect(policySource(['/dev/zero'], false).current()).toEqual(brokenPolicy('no-file'))
  })

  it.skipIf(process.platform === 'win32')('that is there and cannot be opened locks', () => {
    symlinkSync(path, path)
    expect(read()).toEqual(brokenPolicy('unreadable'))
  })

  it('is read anew when asked, and a launch switch only adds a lock', () => {
    const source = policySource([path], false)
    writeFileSync(path, '{"selfGrant":"locked"}')
    expect(source.current()).toEqual(OPEN_POLICY)
    expect(source.readAgain().selfGrant).toBe('locked')
    expect(source.current().selfGrant).toBe('locked')
    writeFileSync(path, '{"selfGrant":"allowed"}')
    expect(policySource([path], true).current()).toEqual({ selfGrant: 'locked', problem: null })
  })
})

describe('the place of the file', () => {
  it('is one that only an administrator writes to', () => {
    expect(policyPaths('linux', '/home/me')).toEqual(['/etc/tallylight/policy.json'])
    expect(policyPaths('darwin', undefined)).toEqual(['/Library/Application Support/Tallylight/policy.json'])
  })

  it('on Windows cannot be moved away by a variable of the user', () => {
    const usual = 'C:\\ProgramData\\Tallylight\\policy.json'
    expect(policyPaths('win32', 'C:\\ProgramData')).toEqual([usual])
    expect(policyPaths('win32', undefined)).toEqual([usual])
    expect(policyPaths('win32', 'C:\\Users\\me')).toEqual([usual, 'C:\\Users\\me\\Tallylight\\policy.json'])
  })
})
