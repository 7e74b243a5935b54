/** A process that writes to the vault is killed at any moment: nothing is half, nothing is lost, and everything opens. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, it } from 'vitest'
import { privateFolder } from '../testing.ts'
import { PASSPHRASE, soundOf } from './kill.testing.ts'
import { keysIn, vaultIn } from './testing.ts'

/** Each takes a second or two; for more, say how many. */
const KILLS = Number(process.env['TALLYLIGHT_KILLS'] ?? 8)
const SCRIPT = join(import.meta.dirname, 'kill.testing.ts')

interface Said {
  readonly kept: Set<number>
  /** Begun, and not told to be done. */
  readonly maybe: Set<number>
  listed: number
  key: string
  next: number
}

/** Lets it write until it has said so many lines more, then kills it. Takes what it said into `said`. */
async function writeAndKill(folder: string, lines: number, said: Said): Promise<void> {
  const child = spawn(process.execPath, [SCRIPT, folder, String(said.next)], { stdio: ['ignore', 'pipe', 'inherit'] })
  let heard = 0
  const reader = createInterface({ input: child.stdout })
  reader.on('line', line => {
    const [word = '', value = ''] = line.split(' ')
    const index = Number(value)
    if (word === 'open') {
      if (said.key !== '') expect(value).toBe(said.key)
      said.key = value
      return
    }
    if (++heard === lines) child.kill('SIGKILL')
    said.next = Math.max(said.next, index + 1)
    if (word === 'step') said.maybe.add(index)
    if (word === 'kept') {
      said.kept.add(index)
      said.maybe.delete(index)
      said.maybe.add(index + 1)
    }
    if (word === 'listed') said.listed = index
    if (word === 'wrapped' && index % 3 === 0) {
      said.kept.delete(index)
      said.maybe.add(index)
    }
    if (word === 'dropped') said.maybe.delete(index)
  })
  const closed = once(reader, 'close')
  const [, signal] = (await once(child, 'exit')) as [number | null, string | null]
  await closed
  expect(signal).toBe('SIGKILL')
}

it('nothing half, nothing lost, and everything opens', { timeout: KILLS * 10_000 }, async () => {
  const folder = await privateFolder()
  const said: Said = { kept: new Set(), maybe: new Set(), listed: 0, key: '', next: 1 }
  for (let kill = 0; kill < KILLS; kill++) {
    await writeAndKill(folder.path, 1 + Math.floor(Math.random() * 25), said)
    const { vault, keys, damaged } = await vaultIn(folder.path, keysIn(folder.path))
    if (keys.state === 'locked') await keys.unlock(PASSPHRASE)
    expect(Buffer.from(keys.derive('copies') ?? []).toString('hex')).toBe(said.key)
    let copies = 0
    for (const index of new Set([...said.kept, ...said.maybe, said.next])) {
      const copy = await vault.open(`copy ${index}`)
      if (copy === null) {
        expect(said.kept.has(index), `copy ${index} is lost`).toBe(false)
        continue
      }
      copies++
      const wanted = soundOf(index)
      const size = await copy.size()
      expect(size).toBe(wanted.length)
      if (size > 0) expect(Buffer.compare(await copy.read(0, size), wanted)).toBe(0)
      await copy.close()
    }
    const list = Number(Buffer.from((await vault.openBytes('list')) ?? []).toString())
    expect(list).toBeGreaterThanOrEqual(said.listed)
    expect(damaged).toEqual([])
    expect(vault.copies).toBe(copies)
    const names = await readdir(folder.path, { recursive: true })
    expect(names.filter(name => /\.(part|damaged)$/.test(name))).toEqual([])
  }
  await folder.remove()
})
