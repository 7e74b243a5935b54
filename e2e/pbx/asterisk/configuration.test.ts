import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DEFAULTS, type Settings, writeConfiguration } from './configuration.ts'
import { ownModules } from './install.ts'
import { type Installation, LAYOUT } from './installation.ts'
import { modulesConf, parseModules } from './modules.ts'
import { fillTemplate } from './template.ts'

describe('parseModules', () => {
  it('tells the required from the others, and skips comments', () => {
    expect(parseModules('# all\n!app_dial\n\ncodec_g722 # wide band\n')).toEqual([
      { name: 'app_dial', required: true },
      { name: 'codec_g722', required: false },
    ])
  })

  it.each([
    ['app dial', 'Line 1 of the module list is no module: app dial'],
    ['a\n!!b', 'Line 2 of the module list is no module: !!b'],
    ['app_dial.so', 'no module'],
    ['app_dial\n!app_dial', 'names app_dial twice'],
  ])('refuses %j', (text, reason) => {
    expect(() => parseModules(text)).toThrow(reason)
  })

  it('reads our own list', () => {
    const modules = ownModules()
    expect(modules).toContainEqual({ name: 'app_mixmonitor', required: true })
    expect(modules).toContainEqual({ name: 'codec_opus_open_source', required: false })
  })
})

it('modulesConf keeps the required ones, and of the others those that are there', () => {
  const modules = parseModules('!must_be\nis_there\nis_not')
  expect(modulesConf(modules, name => name === 'is_there')).toBe(
    '[modules]\nautoload = no\nrequire = must_be.so\nload = is_there.so\n',
  )
})

describe('fillTemplate', () => {
  it('puts values in, as often as they are asked for, and leaves the rest alone', () => {
    expect(fillTemplate('a=@A@ b=@B_C@ @A@\nuser@host ${X} @', { A: 1, B_C: '$&' })).toBe(
      'a=1 b=$& 1\nuser@host ${X} @',
    )
  })

  it('refuses a name without a value, and a value that would end its line', () => {
    expect(() => fillTemplate('@NONE@', {})).toThrow('NONE')
    expect(() => fillTemplate('@A@', { A: 'x ; y' })).toThrow('A holds a character')
    expect(() => fillTemplate('@A@', { A: 'x\ny' })).toThrow('A holds a character')
  })
})

describe('writeConfiguration', () => {
  let run: string
  let installation: Installation

  beforeEach(() => {
    run = mkdtempSync(join(tmpdir(), 'tallylight-conf-'))
    mkdirSync(join(run, 'etc'))
    mkdirSync(join(run, 'modules'))
    writeFileSync(join(run, 'modules', 'codec_g722.so'), '')
    const command = ['loader'] as const
    const parts = { command, loader: command, moduleFolder: join(run, 'modules'), shareFolder: run }
    installation = { layout: LAYOUT, suite: 'none', version: 'none', ...parts }
  })
  afterEach(() => rmSync(run, { recursive: true }))

  function write(settings: Partial<Settings> = {}): (name: string) => string {
    const place = { run, control: '/tmp/c', httpPort: 1088, httpsPort: 1089, localAddress: '192.0.2.7' }
    writeConfiguration(installation, { ...DEFAULTS, ...settings }, place)
    return name => readFileSync(join(run, 'etc', name), 'utf8')
  }

  it('fills every template', () => {
    const read = write()
    const files = globSync('*.conf', { cwd: join(run, 'etc') })
    expect(files).toContain('modules.conf')
    for (const file of files) expect(read(file), file).not.toMatch(/@[A-Z_]+@/)
    expect(read('http.conf')).toContain('bindport = 1088\n')
    expect(read('http.conf')).toContain('tlsbindaddr = 127.0.0.1:1089\n')
    expect(read('rtp.conf')).toContain('192.0.2.7 => 127.0.0.1\n')
    expect(read('asterisk.conf')).toContain('astrundir => /tmp/c\n')
  })

  it('gives *3 to automixmon, or as Wazo does to the application map', () => {
    const own = write()
    expect(own('features.conf')).toContain('automixmon => *3\n')
    expect(own('pjsip.conf')).toContain('record_on_feature = automixmon\n')
    const wazo = write({ dialect: 'start-pause-resume' })
    expect(wazo('features.conf')).toMatch(/automixmon => *\n/)
    expect(wazo('features.conf')).toContain('togglerecord => *3,self,')
    expect(wazo('pjsip.conf')).toContain('record_on_feature = togglerecord\n')
  })

  it('takes times, digits and file names from the settings', () => {
    const read = write({ featureDigitTimeout: 500, dtmfMode: 'info', fileTemplate: '{{ dstnum }}_{{timestamp}}.wav' })
    expect(read('features.conf')).toContain('featuredigittimeout = 500\n')
    expect(read('pjsip.conf')).toMatch(/^dtmf_mode = info /m)
    expect(read('extensions.conf')).toContain('FILE_TEMPLATE = {{dstnum}}_{{timestamp}}.wav\n')
  })

  it('offers opus only where it can be recorded', () => {
    expect(write()('pjsip.conf')).toMatch(/^allow = g722,alaw,ulaw /m)
    writeFileSync(join(run, 'modules', 'codec_opus_open_source.so'), '')
    expect(write()('pjsip.conf')).toMatch(/^allow = opus,g722,alaw,ulaw /m)
  })
})
