// Starting other programs: to the end, with their output kept or shown, and never left behind when we are stopped.
import { spawn } from 'node:child_process'

export type Command = {
  command: string
  args: readonly string[]
  cwd?: string
  env?: NodeJS.ProcessEnv
}

export type Finished = { code: number; output: string }

/**
 * Runs a program quietly and returns its exit code and its output (stdout and stderr as they came).
 * Never rejects: a program that cannot be started, or that outlasts `limit` milliseconds, has a code that is not 0.
 */
export function capture(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; limit?: number } = {},
): Promise<Finished> {
  return new Promise(resolve => {
    let output = ''
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: options.limit ?? 0,
    })
    child.stdout.on('data', (data: Buffer) => (output += data.toString()))
    child.stderr.on('data', (data: Buffer) => (output += data.toString()))
    child.on('error', error => resolve({ code: 127, output: error.message }))
    child.on('close', (code, signal) =>
      resolve({ code: code ?? 1, output: signal ? `${output}stopped by ${signal}\n` : output }),
    )
  })
}

const stopping = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Runs a program with our own terminal, in a process group of its own, and returns its exit code (128 + n after a signal).
 * A signal to us goes to the whole group; when the program has ended, what it left behind in its group is ended too.
 */
export function show({ command, args, cwd, env }: Command, output: 'stdout' | 'stderr' = 'stdout'): Promise<number> {
  return new Promise((resolve, reject) => {
    const grouped = process.platform !== 'win32'
    const child = spawn(command, args, {
      cwd,
      env: env ?? process.env,
      stdio: ['ignore', output === 'stderr' ? 2 : 'inherit', 'inherit'],
      detached: grouped,
    })
    const pass = (signal: NodeJS.Signals) => endGroup(child.pid, signal)
    for (const signal of stopping) process.on(signal, pass)
    const forget = () => {
      for (const signal of stopping) process.off(signal, pass)
    }
    child.on('error', error => {
      forget()
      reject(new Error(`${command} cannot be run: ${error.message}`))
    })
    child.on('exit', (code, signal) => {
      forget()
      endGroup(child.pid, 'SIGTERM')
      resolve(signal ? 128 : (code ?? 1))
    })
  })
}

function endGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  if (pid === undefined) return
  try {
    process.kill(process.platform === 'win32' ? pid : -pid, signal)
  } catch (error) {
    if (!isGone(error)) throw error
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ESRCH'
}
