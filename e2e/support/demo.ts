/** The demo server as a process of its own, and its switches. It ends by its own pid. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { request } from 'node:https'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'

const Ready = z.object({
  ready: z.literal(true),
  url: z.string(),
  port: z.number(),
  fingerprint: z.string(),
  controlKey: z.string(),
  users: z.array(
    z.object({ login: z.string(), password: z.string(), extension: z.string(), name: z.string(), kind: z.string() }),
  ),
})
export type DemoReady = z.infer<typeof Ready>

const Secrets = z.object({
  tokens: z.array(z.string()),
  lines: z.array(z.object({ login: z.string(), username: z.string(), secret: z.string() })),
})

export interface DemoProcess extends DemoReady {
  /** What must never be seen outside. */
  secrets(): Promise<z.infer<typeof Secrets>>
  /** How a phone signs in on a user's line. */
  sip(
    login: string,
  ): Promise<{ server: string; uri: string; username: string; password: string; trustAnyCertificate: true }>
  /** Sends a control command (electron/demo/control.ts) and answers what it says. Throws with the server's words. */
  control(command: Record<string, unknown>): Promise<unknown>
  /** The sign-in of one of its users. */
  user(login: string): { login: string; password: string; extension: string }
  stop(): Promise<void>
}

const SCRIPT = join(import.meta.dirname, '../../out/electron/demo.cjs')

export async function startDemoProcess(options: Record<string, unknown> = {}): Promise<DemoProcess> {
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(options)], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ready = await firstLine(child)
  const secrets = async () => Secrets.parse(await control(ready, { do: 'secrets' }))
  return {
    ...ready,
    secrets,
    sip: async login => {
      const line = (await secrets()).lines.find(one => one.login === login)
      if (line === undefined) throw new Error(`${login} has no line`)
      const { username, secret } = line
      const server = `wss://127.0.0.1:${ready.port}/api/asterisk/ws`
      return { server, uri: `sip:${username}@127.0.0.1`, username, password: secret, trustAnyCertificate: true }
    },
    control: command => control(ready, command),
    user: login => {
      const user = ready.users.find(one => one.login === login)
      if (user === undefined) throw new Error(`the demo server has no user ${login}`)
      return user
    },
    stop: async () => {
      if (child.exitCode !== null) return
      const gone = once(child, 'exit')
      child.kill()
      await gone
    },
  }
}

async function firstLine(child: ChildProcess): Promise<DemoReady> {
  if (child.stdout === null) throw new Error('the demo server has no output')
  const lines = createInterface({ input: child.stdout })
  const [line] = (await Promise.race([
    once(lines, 'line'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`the demo server ended with ${String(code)}`)
    }),
  ])) as [string]
  return Ready.parse(JSON.parse(line))
}

function control(ready: DemoReady, command: Record<string, unknown>): Promise<unknown> {
  const body = JSON.stringify(command)
  return new Promise((resolve, reject) => {
    const call = request(
      `${ready.url}/demo/control`,
      // a certificate made a moment ago on this machine's loopback
      {
        method: 'POST',
        rejectUnauthorized: false,
        headers: { 'content-type': 'application/json', 'x-demo-key': ready.controlKey },
      },
      answer => {
        const parts: Buffer[] = []
        answer.on('data', (part: Buffer) => parts.push(part))
        answer.on('end', () => {
          const text = Buffer.concat(parts).toString()
          const status = answer.statusCode ?? 0
          if (status >= 300) reject(new Error(`the demo server refused ${body}: ${status} ${text}`))
          else resolve(text === '' ? null : JSON.parse(text))
        })
      },
    )
    call.on('error', reject)
    call.end(body)
  })
}
