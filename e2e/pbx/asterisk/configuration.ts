// Lays out the folder of one running Asterisk: its configuration, key, sounds, and where it puts what it makes.
import { existsSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { makeCertificate } from '../../../electron/demo/certificate.ts'
import { type Dialect } from '../../../shared/recording/state.ts'
import { ownModules } from './install.ts'
import { type Installation } from './installation.ts'
import { modulesConf } from './modules.ts'
import { fillTemplate } from './template.ts'

export type Settings = {
  /**
   * What *3 does. `start-stop`: Asterisk's own automixmon. `start-pause-resume`: as Wazo does it, an entry of the
   * application map, which also makes `*3` one file a call.
   */
  dialect: Dialect
  /** The dtmf_mode of all users but 1004, who has `info`. */
  dtmfMode: 'rfc4733' | 'auto' | 'auto_info' | 'info' | 'inband'
  /** Longest time between the two digits of a feature, milliseconds. */
  featureDigitTimeout: number
  /** How long a user's phone rings, seconds. */
  ringSeconds: number
  /** The file of a permanent recording; knows {{ srcnum }}, {{ dstnum }} and {{ timestamp }}. */
  fileTemplate: string
}

/** As a stock Wazo and a stock Asterisk have it. */
export const DEFAULTS: Settings = {
  dialect: 'start-stop',
  dtmfMode: 'rfc4733',
  featureDigitTimeout: 1500,
  ringSeconds: 30,
  fileTemplate: '{{ srcnum }}-{{ dstnum }}-{{ timestamp }}.wav',
}

export type Place = {
  /** The folder of this run. */
  run: string
  /** The folder of the control socket. */
  control: string
  httpPort: number
  httpsPort: number
  localAddress: string
}

/** Where things lie below a run's folder. */
export const monitorOf = (run: string): string => join(run, 'monitor')
export const logOf = (run: string): string => join(run, 'log', 'full')
export const consoleOf = (run: string): string => join(run, 'log', 'console')
export const configurationOf = (run: string): string => join(run, 'etc', 'asterisk.conf')

/** Files that Asterisk complains about when they are missing. */
const EMPTY = ['acl', 'ccss', 'extconfig', 'pjproject', 'sorcery', 'stasis', 'udptl', 'websocket_client']
const DISABLED = { cdr: 'enable = no', cel: 'enable = no', manager: 'enabled = no' }

/** Makes the folders and all that is the same on every start; returns the fingerprint of the certificate (SHA-256). */
export function prepareRun(installation: Installation, run: string): string {
  for (const name of ['etc', 'lib', 'keys/keys', 'data/sounds', 'spool', 'log', 'cache', 'monitor']) {
    mkdirSync(join(run, name), { recursive: true, mode: 0o700 })
  }
  // Asterisk puts a relative file name below spool/monitor.
  symlinkSync(monitorOf(run), join(run, 'spool', 'monitor'))
  const { shareFolder } = installation
  for (const name of ['documentation', 'rest-api', 'static-http']) {
    symlinkSync(join(shareFolder, name), join(run, 'data', name))
  }
  const sounds = globSync('sounds/en*', { cwd: shareFolder }).sort()[0]
  if (sounds === undefined) throw new Error('The installed Asterisk has no English prompts')
  symlinkSync(join(shareFolder, sounds), join(run, 'data', 'sounds', 'en'))
  const { keyPem, certificatePem, fingerprint } = makeCertificate()
  writeFileSync(join(run, 'keys', 'server.key'), keyPem, { mode: 0o600 })
  writeFileSync(join(run, 'keys', 'server.crt'), certificatePem)
  return fingerprint
}

/** Writes etc/. */
export function writeConfiguration(installation: Installation, settings: Settings, place: Place): void {
  const { moduleFolder } = installation
  const isThere = (name: string) => existsSync(join(moduleFolder, `${name}.so`))
  const own = settings.dialect === 'start-stop'
  const values = {
    RUN: place.run,
    CONTROL: place.control,
    MONITOR: monitorOf(place.run),
    MODULES: moduleFolder,
    HTTP_PORT: place.httpPort,
    HTTPS_PORT: place.httpsPort,
    LOCAL_ADDRESS: place.localAddress,
    // Asterisk looks for another port itself where one is taken.
    RTP_START: 20000,
    RTP_END: 20400,
    // Without a transcoder opus would be passed through, and never be recorded.
    CODECS: isThere('codec_opus_open_source') ? 'opus,g722,alaw,ulaw' : 'g722,alaw,ulaw',
    DTMF_MODE: settings.dtmfMode,
    RECORD_FEATURE: own ? 'automixmon' : 'togglerecord',
    AUTOMIXMON: own ? '*3' : '',
    TOGGLERECORD: own ? '*9' : '*3',
    FEATURE_DIGIT_TIMEOUT: settings.featureDigitTimeout,
    RING_SECONDS: settings.ringSeconds,
    FILE_TEMPLATE: settings.fileTemplate.replace(/\{\{\s*(\w+)\s*\}\}/g, '{{$1}}'),
  }
  const write = (name: string, text: string) => writeFileSync(join(place.run, 'etc', name), text)
  const templates = join(import.meta.dirname, 'etc')
  for (const file of globSync('*.conf', { cwd: templates })) {
    write(basename(file), fillTemplate(readFileSync(join(templates, file), 'utf8'), values))
  }
  for (const name of EMPTY) write(`${name}.conf`, '; nothing\n')
  for (const [name, line] of Object.entries(DISABLED)) write(`${name}.conf`, `[general]\n${line}\n`)
  write('modules.conf', modulesConf(ownModules(), isThere))
}
