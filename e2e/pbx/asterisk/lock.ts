// One process at a time, also when the one before was killed.
import { spawn } from 'node:child_process'
import { once } from 'node:events'

/**
 * Runs `work` while holding a lock on a file (flock(1), part of every Debian); waits for it as long as it takes.
 * A child holds the lock and ends with our end of its pipe, so no stale lock is left behind by a crash.
 */
export async function withLock<T>(file: string, work: () => Promise<T>): Promise<T> {
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held && exec cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = once(holder, 'close')
  const held = await Promise.race([once(holder.stdout, 'data').then(() => true), ended.then(() => false)])
  if (!held) throw new Error(`The lock ${file} cannot be held: flock(1) failed`)
  try {
    return await work()
  } finally {
    holder.stdin.end()
    await ended
  }
}
