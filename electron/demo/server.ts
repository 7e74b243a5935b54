/** The embedded demo server: Wazo's REST, event stream and SIP socket behind one self-signed TLS port on loopback. */
import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type WebSocket } from 'ws'
import { authService } from './auth.ts'
import { Bus, message } from './bus.ts'
import { calldService } from './calld.ts'
import { callLogdService } from './callLogd.ts'
import { makeCertificate, type Certificate } from './certificate.ts'
import { confdService } from './confd.ts'
import { control, type ControlRequest, type SeenRequest } from './control.ts'
import { Faults } from './faults.ts'
import { Front } from './front.ts'
import { Platform } from './platform.ts'
import { profiles, type ProfileName } from './profile.ts'
import { seedCallLog, seedManyCalls } from './pastCalls.ts'
import { demoPassword, seedUsers, stableUuid } from './seed.ts'
import { melody } from './sound.ts'
import { encodeMulaw } from './pbx/g711.ts'
import { type Pbx, type PbxOptions } from './telephony.ts'
import { upgradeHandler } from './upgrade.ts'
import { welcomeCall } from './welcome.ts'
import { fullName, World } from './world.ts'

export interface DemoOptions {
  readonly profile: ProfileName
  /** 0: any free one. Always on 127.0.0.1. */
  readonly port: number
  /** Where recordings are written (`monitor/`); null: a temporary folder, removed at the end. */
  readonly dataFolder: string | null
  /** Ids of users and past recordings follow from it. */
  readonly seed: string
  /** Users and calls of the demo company are there from the start. */
  readonly seeded: boolean
  /** `*26` is switched on. A default Wazo installation has it off. */
  readonly star26: boolean
  /** No token lives longer. Seconds; null: as asked for. */
  readonly tokenLifetimeCapS: number | null
  /** One user has a plain desk phone; false: he has a browser's line like the others. */
  readonly deskPhoneUser: boolean
  /** Somebody calls the first phone that registers: a visitor has a call to take. */
  readonly welcomeCall: boolean
  /** What the demo extension says: mu-law, 8 kHz, mono. Null: a melody. */
  readonly greeting: Uint8Array | null
  /** So many calls besides, over years: a log that takes time to be read. */
  readonly pastCalls: number
  /** From the end of a conversation to its line in the call log. Milliseconds. */
  readonly cdrDelayMs: number
  readonly tenantUuid: string
  readonly wazoUuid: string
  readonly context: string
  /** Null: made anew. */
  readonly certificate: Certificate | null
  readonly createPbx: (options: PbxOptions) => Pbx | Promise<Pbx>
  readonly now: () => number
  /** Something went wrong inside the demo itself. */
  readonly onError: (error: unknown) => void
}

export interface DemoUser {
  readonly login: string
  readonly password: string
  readonly extension: string
  readonly name: string
  readonly kind: 'webrtc' | 'desk'
}

export interface Demo {
  /** `https://127.0.0.1:<port>`, without a slash at the end. */
  readonly url: string
  readonly port: number
  /** SHA-256 of the certificate: `AA:BB:…`. */
  readonly fingerprint: string
  readonly certificatePem: string
  /** Secret of `POST /demo/control`. */
  readonly controlKey: string
  readonly users: readonly DemoUser[]
  readonly faults: Faults
  readonly world: World
  readonly pbx: Pbx
  readonly bus: Bus
  control(request: ControlRequest): Promise<unknown>
  close(): Promise<void>
}

/** wazo-auth's job that warns of sessions about to end: how often, and how long before. */
const sessionJobMs = 10_000
const sessionWarningMs = 45_000

const defaultPbx = async (options: PbxOptions): Promise<Pbx> => {
  const { createPbx } = await import('./pbx/pbx.ts')
  return createPbx(options)
}

/** Starts a demo; resolves when it listens. Rejects when the port is taken or the folder cannot be written. */
export async function startDemo(given: Partial<DemoOptions> = {}): Promise<Demo> {
  const seed = given.seed ?? 'tallylight'
  const options: DemoOptions = {
    profile: '26.08',
    port: 0,
    dataFolder: null,
    seed,
    seeded: true,
    star26: true,
    tokenLifetimeCapS: null,
    deskPhoneUser: true,
    welcomeCall: false,
    greeting: null,
    pastCalls: 0,
    cdrDelayMs: 1200,
    tenantUuid: stableUuid(seed, 'tenant'),
    wazoUuid: stableUuid(seed, 'wazo'),
    context: `ctx-demo-internal-${stableUuid(seed, 'context')}`,
    certificate: null,
    createPbx: defaultPbx,
    now: Date.now,
    onError: error => console.error(error),
    ...given,
  }
  const temporary = options.dataFolder === null ? await mkdtemp(join(tmpdir(), 'tallylight-demo-')) : null
  try {
    return await start(options, options.dataFolder ?? temporary ?? tmpdir(), temporary)
  } catch (error) {
    if (temporary !== null) await rm(temporary, { recursive: true, force: true })
    throw error
  }
}

async function start(options: DemoOptions, folder: string, temporary: string | null): Promise<Demo> {
  const profile = profiles[options.profile]
  const monitorFolder = join(folder, 'monitor')
  await mkdir(monitorFolder, { recursive: true })
  const world = new World({
    profile,
    tenantUuid: options.tenantUuid,
    wazoUuid: options.wazoUuid,
    context: options.context,
    permanentCode: options.star26 ? '*26' : null,
    onDemandCode: '*3',
    tokenLifetimeCapS: options.tokenLifetimeCapS,
    now: options.now,
  })
  if (options.seeded) {
    seedUsers(world, options.seed, options.deskPhoneUser)
    await seedManyCalls(world, options.seed, monitorFolder, options.pastCalls)
    await seedCallLog(world, options.seed, monitorFolder, options.greeting)
  }
  const faults = new Faults()
  const bus = new Bus(faults.events)
  const greeting = options.greeting ?? encodeMulaw(melody(330))
  let platform: Platform | null = null
  const directory = world.directory()
  const pbx = await options.createPbx({
    directory: {
      ...directory,
      recordsAutomatically: (...asked) => faults.automatic === 'normal' && directory.recordsAutomatically(...asked),
    },
    monitorFolder,
    greeting,
    featureDigitTimeoutMs: 1500,
    onEvent: event => platform?.on(event),
  })
  const { cdrDelayMs, onError } = options
  const made = new Platform({ world, bus, faults, find: id => pbx.channel(id), cdrDelayMs, onError })
  platform = made

  const noWelcome = options.welcomeCall ? welcomeCall(pbx, world.directory()) : () => undefined

  const certificate = options.certificate ?? makeCertificate()
  const controlKey = randomBytes(24).toString('base64url')
  const seen: SeenRequest[] = []
  const eventSockets = new Set<WebSocket>()
  const closeEventSockets = (code: number, reason: string): number => {
    const open = [...eventSockets]
    for (const socket of open) socket.close(code, reason)
    return open.length
  }
  const parts = { world, pbx, faults, platform: made, monitorFolder, greeting, seen, closeEventSockets }
  const services = [
    authService,
    confdService(event => bus.publish(event)),
    calldService(pbx, faults, profile),
    callLogdService(profile),
  ]
  const front = new Front({
    services,
    world,
    faults,
    seen,
    controlKey,
    onError,
    control: request => control(request, parts),
  })
  const server = createServer({ key: certificate.keyPem, cert: certificate.certificatePem }, (request, response) => {
    front.answer(request, response).catch((error: unknown) => {
      onError(error)
      response.destroy()
    })
  })
  // Recordings may be fetched slowly, and events may be rare.
  server.requestTimeout = 0
  server.keepAliveTimeout = 75_000
  const upgrades = upgradeHandler({ world, bus, faults, pbx, eventSockets })
  server.on('upgrade', (request, socket, head) => upgrades.handle(request, socket, head))
  const sessionJob = warnOfEndingSessions(world, bus)
  const port = await listen(server, options.port)

  return {
    url: `https://127.0.0.1:${port}`,
    port,
    fingerprint: certificate.fingerprint,
    certificatePem: certificate.certificatePem,
    controlKey,
    users: world.users.flatMap(user =>
      user.line === null
        ? []
        : [
            {
              login: user.logins[0] ?? user.uuid,
              password: demoPassword,
              extension: user.line.extension,
              name: fullName(user),
              kind: user.line.kind,
            },
          ],
    ),
    faults,
    world,
    pbx,
    bus,
    control: request => control(request, parts),
    async close() {
      clearInterval(sessionJob)
      noWelcome()
      made.close()
      bus.close()
      await pbx.close()
      upgrades.close()
      await new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      if (temporary !== null) await rm(temporary, { recursive: true, force: true })
    },
  }
}

/** Rejects when the port cannot be had. */
function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      const address = server.address()
      if (address === null || typeof address === 'string') reject(new Error('The demo server has no port'))
      else resolve(address.port)
    })
  })
}

function warnOfEndingSessions(world: World, bus: Bus): NodeJS.Timeout {
  const warned = new Set<string>()
  const job = setInterval(() => {
    for (const token of world.tokens.values()) {
      const left = token.expiresAt - world.now()
      if (left <= 0 || left > sessionWarningMs || warned.has(token.id)) continue
      warned.add(token.id)
      const { user, session } = token
      const acl = `events.auth.users.${user.uuid}.sessions.${session}.expire_soon`
      const data = { uuid: session, user_uuid: user.uuid, tenant_uuid: world.options.tenantUuid }
      bus.publish(message(world, 'auth_session_expire_soon', user.uuid, acl, data, { session_uuid: session }))
    }
  }, sessionJobMs)
  job.unref()
  return job
}
