import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { z } from 'zod'

const Ready = z.object({
  ready: z.literal(true),
  url: z.string().regex(/^https:\/\/127\.0\.0\.1:\d+$/),
  port: z.number(),
  fingerprint: z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
  controlKey: z.string().min(20),
  users: z.array(z.object({ login: z.string(), password: z.string(), extension: z.string() })),
})

const main = fileURLToPath(new URL('./main.ts', import.meta.url))

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  let text = ''
  for await (const chunk of stream) {
    text += String(chunk)
    if (text.includes('\n')) break
  }
  return text
}

test.each([
  ['its stdin ends', (child: ReturnType<typeof spawn>) => child.stdin?.end()],
  ['it is told to', (child: ReturnType<typeof spawn>) => child.kill('SIGTERM')],
])('says in one line that it is ready, and goes when %s', async (_when, end) => {
  const child = spawn(process.execPath, [main, '{"profile":"24.06"}'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const exited = once(child, 'exit')
  const line = await firstLine(child.stdout)
  expect(line.trim().split('\n')).toHaveLength(1)
  const ready = Ready.parse(JSON.parse(line))
  expect(ready.users.map(user => user.login)).toContain('eve')
  end(child)
  expect(await exited).toEqual([0, null])
})

test('refuses an option that it does not know', async () => {
  const child = spawn(process.execPath, [main, '{"colour":"red"}'], { stdio: ['ignore', 'ignore', 'pipe'] })
  let complaint = ''
  child.stderr.on('data', chunk => (complaint += String(chunk)))
  expect(await once(child, 'close')).toEqual([1, null])
  expect(complaint).toContain('colour')
})
