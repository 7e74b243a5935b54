// Draws assets/icon.png, a lit tally light: a red disc in a ring. Run it to change the icon: node tools/run.mjs tools/icon.ts
import { writeFileSync } from 'node:fs'
import { crc32, deflateSync } from 'node:zlib'
import { inRoot, runTool } from './project.ts'

type Colour = readonly [red: number, green: number, blue: number]

const SIZE = 512
const CASE: Colour = [28, 30, 34]
const RING: Colour = [232, 234, 237]
const LAMP: Colour = [214, 30, 38]

/** How far a point is inside a circle about the middle, from 0 (outside) to 1; the edge is one pixel soft. */
function inside(x: number, y: number, radius: number): number {
  const distance = Math.hypot(x - SIZE / 2 + 0.5, y - SIZE / 2 + 0.5)
  return Math.min(1, Math.max(0, radius - distance + 0.5))
}

/** How far a point is inside a square with round corners that leaves a margin. */
function insideCase(x: number, y: number): number {
  const [half, corner] = [SIZE / 2 - 16, 104]
  const dx = Math.max(0, Math.abs(x - SIZE / 2 + 0.5) - (half - corner))
  const dy = Math.max(0, Math.abs(y - SIZE / 2 + 0.5) - (half - corner))
  return Math.min(1, Math.max(0, corner - Math.hypot(dx, dy) + 0.5))
}

function mix(below: Colour, above: Colour, part: number): Colour {
  const at = (i: 0 | 1 | 2) => below[i] + (above[i] - below[i]) * part
  return [at(0), at(1), at(2)]
}

function pixel(x: number, y: number): number[] {
  const ring = Math.min(inside(x, y, 176), 1 - inside(x, y, 148))
  const colour = mix(mix(CASE, RING, ring), LAMP, inside(x, y, 120))
  return [...colour, 255 * insideCase(x, y)].map(Math.round)
}

/** A chunk of a PNG file (RFC 2083, 3.2). */
function chunk(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(data.length)
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data])
  const check = Buffer.alloc(4)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([head, body, check])
}

function png(): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(SIZE, 0)
  header.writeUInt32BE(SIZE, 4)
  header.set([8, 6, 0, 0, 0], 8)
  const rows = Array.from({ length: SIZE }, (_, y) => [
    0,
    ...Array.from({ length: SIZE }, (_, x) => pixel(x, y)).flat(),
  ])
  const data = deflateSync(Buffer.from(rows.flat()), { level: 9 })
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', data), chunk('IEND', Buffer.alloc(0))])
}

await runTool(() => {
  writeFileSync(inRoot('assets/icon.png'), png())
  return Promise.resolve(0)
})
