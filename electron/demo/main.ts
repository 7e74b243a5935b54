/**
 * The demo server as a process of its own: plain Node for tests and tools, a utility process for the app. It prints one
 * line of JSON when it is ready, and ends with its parent: on SIGTERM or SIGINT, when a piped stdin ends, or when the
 * parent's port closes.
 */
import { existsSync, fstatSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { z } from 'zod'
import { profileNames } from './profile.ts'
import { startDemo, type DemoOptions } from './server.ts'

/** The argument: a JSON object; what is left out has its default. */
const Arguments = z.strictObject({
  profile: z.enum(profileNames).optional(),
  port: z.number().int().min(0).max(65_535).optional(),
  dataFolder: z.string().min(1).optional(),
  seed: z.string().min(1).optional(),
  star26: z.boolean().optional(),
  tokenLifetimeCapS: z.number().int().min(1).optional(),
  deskPhoneUser: z.boolean().optional(),
  welcomeCall: z.boolean().optional(),
  pastCalls: z.number().int().min(0).max(1_000_000).optional(),
  cdrDelayMs: z.number().min(0).optional(),
  /** Folder with `demo.ulaw`. */
  assets: z.string().min(1).optional(),
})

/** The channel to Electron's main process, when this is a utility process. */
interface ParentPort {
  postMessage(message: unknown): void
  once(event: 'close', listener: () => void): unknown
}

function isParentPort(value: unknown): value is ParentPort {
  return (
    typeof value === 'object' &&
    value !== null &&
    'postMessage' in value &&
    typeof value.postMessage === 'function' &&
    'once' in value &&
    typeof value.once === 'function'
  )
}

/** Beside the bundle, or in the source tree. */
function greetingIn(folder: string | undefined): Uint8Array | null {
  const beside = ['../assets/', '../../assets/'].map(path => fileURLToPath(new URL(path, import.meta.url)))
  for (const candidate of folder === undefined ? beside : [folder]) {
    const file = `${candidate.replace(/[/\\]$/, '')}/demo.ulaw`
    if (existsSync(file)) return readFileSync(file)
  }
  return null
}

function stdinIsPipe(): boolean {
  try {
    const kind = fstatSync(0)
    return kind.isFIFO() || kind.isSocket()
  } catch {
    // There is no stdin at all (a process started without one).
    return false
  }
}

async function run(): Promise<void> {
  // A utility process may count its arguments differently: the options are the one that is an object.
  const argument = process.argv.slice(1).find(word => word.startsWith('{'))
  const { assets, ...given } = Arguments.parse(argument === undefined ? {} : JSON.parse(argument))
  const options: Partial<DemoOptions> = {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    greeting: greetingIn(assets),
  }
  const demo = await startDemo(options)
  const ready = {
    ready: true,
    url: demo.url,
    port: demo.port,
    fingerprint: demo.fingerprint,
    controlKey: demo.controlKey,
    users: demo.users,
  }
  let ending = false
  const end = (): void => {
    if (ending) return
    ending = true
    demo.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(error)
        process.exit(1)
      },
    )
  }
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  const port: unknown = 'parentPort' in process ? process.parentPort : undefined
  if (isParentPort(port)) {
    port.once('close', end)
    port.postMessage(ready)
  }
  if (stdinIsPipe()) {
    process.stdin.resume()
    process.stdin.once('end', end)
    process.stdin.once('close', end)
  }
  process.stdout.write(`${JSON.stringify(ready)}\n`)
}

run().catch((error: unknown) => {
  console.error(error)
  process.exitCode = 1
})
