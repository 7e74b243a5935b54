// What is read from around: apt's sources, Asterisk's words, the machine's network, the cache folder; and the lock.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { lastLines, parseTargets, tail } from './apt.ts'
import { findInstallation, installationFolder, LAYOUT } from './installation.ts'
import { withLock } from './lock.ts'
import { freePorts, localAddress, networkWords } from './network.ts'
import { digitsIn, parseChannels, withoutGrumbling } from './reading.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tallylight-around-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

it('parseTargets finds the mirrors of main, each once, and no updates', () => {
  const targets = [
    'trixie main http://mirror.example/debian/',
    'trixie contrib http://mirror.example/debian/',
    'trixie main http://mirror.example/debian/',
    'trixie-updates main http://mirror.example/updates/',
    'stable/updates main http://mirror.example/security/',
    'stable main http://other.example/apt/',
    '',
  ]
  expect(parseTargets(targets.join('\n'))).toEqual(['http://mirror.example/debian/', 'http://other.example/apt/'])
})

it('lastLines and tail give the end of a text', () => {
  expect(lastLines('a\nb\nc\n', 2)).toBe('b\nc')
  writeFileSync(join(folder, 'log'), 'a\nb\n')
  expect(tail(join(folder, 'log'), 1)).toBe('b')
  expect(tail(join(folder, 'none'), 1)).toBe('')
})

it('withoutGrumbling leaves the answer alone', () => {
  const grumbling = 'No ethernet interface found for seeding global EID. You will have to set it manually.\n'
  expect(withoutGrumbling(`${grumbling}a\nb\n`)).toBe('a\nb\n')
  expect(withoutGrumbling('a\nb\n')).toBe('a\nb\n')
})

describe('parseChannels', () => {
  it('reads what "core show channels concise" prints', () => {
    const line =
      'PJSIP/1002-00000000!users!600!2!Up!Dial!Local/echo@ends/n,30,xX!1002!!!3!4!6a5ec3a4-9b3c-4a1e!1795441579.0'
    expect(parseChannels(`${line}\n`)).toEqual([
      { name: 'PJSIP/1002-00000000', context: 'users', extension: '600', state: 'Up', application: 'Dial' },
    ])
    expect(parseChannels('\n')).toEqual([])
  })

  it('refuses anything else', () => {
    expect(() => parseChannels('Unable to connect to remote asterisk')).toThrow('no line of')
  })
})

it('digitsIn collects the digits of one user, in order', () => {
  const log = [
    '[2026-01-01 00:00:00.000] VERBOSE[1][C-00000001] app_verbose.c: HEARD-DIGIT 1002 *',
    '[2026-01-01 00:00:00.100] VERBOSE[1][C-00000002] app_verbose.c: HEARD-DIGIT 1001 7',
    '[2026-01-01 00:00:00.200] VERBOSE[1][C-00000001] app_verbose.c: HEARD-DIGIT 1002 3',
    'Executing [620@services:3] Verbose("PJSIP/1002-00000000", "1,HEARD-DIGIT 1002 3") in new stack',
  ]
  expect(digitsIn(log.join('\n'), '1002')).toBe('*3')
})

describe('the network', () => {
  const ipv4 = { netmask: '255.255.255.0', family: 'IPv4' as const, mac: '', internal: false, cidr: null }

  it('localAddress passes over 127.* and IPv6', () => {
    const ipv6 = { ...ipv4, family: 'IPv6' as const, address: 'fd00::2', scopeid: 0 }
    const loopback = { ...ipv4, address: '127.0.0.1', internal: true }
    expect(localAddress(() => ({ lo: [loopback], eth0: [ipv6, { ...ipv4, address: '192.0.2.7' }] }))).toBe('192.0.2.7')
    expect(localAddress(() => ({ lo: [loopback] }))).toBeUndefined()
  })

  it('networkWords are none where there is an address', () => {
    expect(networkWords(true)).toEqual([])
    expect(networkWords(false)[0]).toBe('unshare')
  })

  it('freePorts gives ports that nobody listens at', async () => {
    const ports = await freePorts(3)
    expect(new Set(ports).size).toBe(3)
    for (const port of ports) {
      const socket = connect(port, '127.0.0.1')
      await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    }
  })
})

describe('the installation', () => {
  it('lies where the environment says', () => {
    expect(installationFolder({ TALLYLIGHT_ASTERISK: '/a', XDG_CACHE_HOME: '/c' })).toBe('/a')
    expect(installationFolder({ XDG_CACHE_HOME: '/c' })).toBe('/c/tallylight/asterisk')
    expect(installationFolder({})).toMatch(/\/\.cache\/tallylight\/asterisk$/)
  })

  function pretend(note: string): void {
    for (const name of ['usr/lib/x86_64-linux-gnu/asterisk/modules', 'usr/sbin', 'usr/share/asterisk']) {
      mkdirSync(join(folder, 'root', name), { recursive: true })
    }
    writeFileSync(join(folder, 'root/usr/sbin/asterisk'), '')
    writeFileSync(join(folder, 'root/usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'), '')
    writeFileSync(join(folder, 'installed.json'), note)
  }

  it('is found with its parts', () => {
    pretend(JSON.stringify({ layout: LAYOUT, suite: 'sid', version: 'Asterisk 22' }))
    const root = join(folder, 'root')
    const loader = join(root, 'usr/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2')
    const libraries = `${root}/usr/lib/x86_64-linux-gnu:${root}/usr/lib`
    expect(findInstallation(folder)).toMatchObject({
      suite: 'sid',
      version: 'Asterisk 22',
      command: [loader, '--library-path', libraries, join(root, 'usr/sbin/asterisk')],
      moduleFolder: join(root, 'usr/lib/x86_64-linux-gnu/asterisk/modules'),
    })
  })

  it.each([
    ['of another layout', JSON.stringify({ layout: 0, suite: 'sid', version: 'Asterisk 22' })],
    ['with a note cut short', '{"layout":'],
  ])('is not found when it is one %s', (_, note) => {
    pretend(note)
    expect(findInstallation(folder)).toBeUndefined()
  })

  it('is not found when a part is missing, or all of it', () => {
    expect(findInstallation(folder)).toBeUndefined()
    pretend(JSON.stringify({ layout: LAYOUT, suite: 'sid', version: 'Asterisk 22' }))
    rmSync(join(folder, 'root/usr/sbin/asterisk'))
    expect(findInstallation(folder)).toBeUndefined()
  })
})

describe.runIf(process.platform === 'linux')('withLock', () => {
  it('lets one at a time in', async () => {
    const file = join(folder, 'lock')
    const steps = join(folder, 'steps')
    const work = (name: string) => async () => {
      writeFileSync(steps, `${name} in\n`, { flag: 'a' })
      await freePorts(1)
      writeFileSync(steps, `${name} out\n`, { flag: 'a' })
    }
    await Promise.all(['a', 'b', 'c'].map(name => withLock(file, work(name))))
    expect(readFileSync(steps, 'utf8')).toMatch(/^((\w) in\n\2 out\n){3}$/)
  })

  it('is free again after a failure', async () => {
    const file = join(folder, 'lock')
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await withLock(file, () => Promise.resolve(1))).toBe(1)
  })
})
