import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { failureOf, privateFolder } from '../testing.ts'
import { folderDisk, newFolder } from './disk.ts'
import { beginIn, exportInto } from './kill.testing.ts'
import { OURS } from './plan.ts'

/** A process takes its time to start; more are for who wants to wait. */
const KILLS = Number(process.env['TALLYLIGHT_KILLS'] ?? 12)

let home: Awaited<ReturnType<typeof privateFolder>>
beforeAll(async () => {
  home = await privateFolder()
})
afterAll(() => home.remove())

/** Every file of a folder with the checksum of its bytes. */
async function contents(root: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (entry.isFile())
      found[path.slice(root.length + 1)] = createHash('sha256')
        .update(await readFile(path))
        .digest('hex')
  }
  return found
}

/** Runs the export in a process of its own, which is killed so many milliseconds after it began. True: it came to its end. */
const exportUntilKilled = (root: string, afterMs: number) =>
  new Promise<boolean>((resolve, reject) => {
    const child = spawn(process.execPath, [join(import.meta.dirname, 'kill.testing.ts'), root], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    let said = ''
    child.stdout.on('data', (bytes: Buffer) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs)
      said += bytes.toString()
    })
    child.on('error', reject)
    child.on('exit', () => resolve(said.includes('done')))
  })

// Windows has no SIGKILL: it ends a process the same way, and the same test is worth as much there
it('killed again and again, and taken up each time, the folder equals that of an undisturbed run, byte for byte', async () => {
  const calm = join(home.path, 'calm')
  await mkdir(calm)
  await beginIn(calm)
  const began = performance.now()
  await exportInto(calm)
  const whole = performance.now() - began
  const wanted = await contents(calm)
  expect(Object.keys(wanted).filter(path => path.startsWith(OURS.work))).toEqual([])
  let kills = 0
  for (let round = 0; kills < KILLS; round++) {
    const root = join(home.path, `round-${round}`)
    await mkdir(root)
    await beginIn(root)
    while (!(await exportUntilKilled(root, Math.random() * Math.max(20, whole)))) kills++
    expect(await contents(root)).toEqual(wanted)
    await rm(root, { recursive: true })
  }
}, 300_000)

it('tells a folder that is gone, or may not be written, from any other trouble', async () => {
  const root = await newFolder(home.path, 'gone')
  await beginIn(root)
  await rm(root, { recursive: true })
  expect((await failureOf(exportInto(root))).code).toBe('target-gone')
  expect((await failureOf(folderDisk(root).makeFolder('x'))).code).toBe('target-gone')
  expect((await failureOf(newFolder(join(home.path, 'nowhere'), 'x'))).code).toBe('target-gone')
  expect((await readdir(home.path)).includes('gone')).toBe(false)
})

it('makes a folder that was not there', async () => {
  const made = [await newFolder(home.path, 'x'), await newFolder(home.path, 'x'), await newFolder(home.path, 'x')]
  expect(made.map(path => path.slice(home.path.length + 1))).toEqual(['x', 'x (2)', 'x (3)'])
})
