/** "Try it without a server": the embedded demo server, as a utility process of its own. */
import { utilityProcess, type UtilityProcess } from 'electron'
import { z } from 'zod'
import { AppFailure } from '../../shared/failure.ts'
import { log } from './log.ts'

const Ready = z.object({
  ready: z.literal(true),
  url: z.string(),
  fingerprint: z.string(),
  users: z.array(z.object({ login: z.string(), password: z.string() })).min(1),
})
export type DemoReady = z.infer<typeof Ready>

/** It makes a certificate and reads its audio; a slow machine needs a few seconds. */
const READY_WITHIN_MS = 20_000

export class DemoServer {
  readonly #script: string
  #process: UtilityProcess | null = null

  /** `script`: path of the bundled demo server. */
  constructor(script: string) {
    this.#script = script
  }

  /** Starts it, and answers once it listens. */
  async start(dataFolder: string): Promise<DemoReady> {
    this.stop()
    const child = utilityProcess.fork(this.#script, [JSON.stringify({ dataFolder, welcomeCall: true })], {
      serviceName: 'Tallylight demo server',
      stdio: 'ignore',
    })
    this.#process = child
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => fail('it did not start in time'), READY_WITHIN_MS)
      const fail = (why: string) => {
        clearTimeout(late)
        log(`the demo server: ${why}`)
        // another one may have taken its place
        if (this.#process === child) this.#process = null
        child.kill()
        reject(new AppFailure('unexpected'))
      }
      const early = (code: number) => fail(`it ended with ${code}`)
      child.once('exit', early)
      child.on('message', (message: unknown) => {
        const ready = Ready.safeParse(message)
        if (!ready.success) return
        clearTimeout(late)
        child.off('exit', early)
        resolve(ready.data)
      })
    })
  }

  stop(): void {
    this.#process?.kill()
    this.#process = null
  }
}
