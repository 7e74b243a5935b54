/** Every state can be told by its shape alone, on light trays and dark ones, at the smallest size. */
import { describe, expect, it } from 'vitest'
import { type LampState } from '../../shared/lamp.ts'
import { type TrayPicture } from '../../shared/tray.ts'
import { trayPixels } from './trayIcon.ts'

const LAMPS: readonly LampState[] = ['none', 'off', 'recording', 'paused', 'unknown', 'unprovable']
const pictures: TrayPicture[] = LAMPS.flatMap(lamp =>
  [null, 'start' as const].flatMap(wish =>
    [false, true].flatMap(refused => [false, true].map(alarmed => ({ lamp, wish, refused, alarmed }))),
  ),
).filter(one => one.wish === null || !one.refused)

const alphas = (pixels: Buffer) => pixels.filter((_, index) => index % 4 === 3)
const reds = (pixels: Buffer) => {
  let count = 0
  for (let at = 0; at < pixels.length; at += 4) {
    const [blue = 0, green = 0, red = 0] = pixels.subarray(at, at + 3)
    if (red > 90 && red > 1.6 * Math.max(blue, green)) count++
  }
  return count
}

describe.each([
  ['light', false],
  ['dark', true],
] as const)('on a %s tray', (_name, onDark) => {
  it.each([16, 22, 44])('each state has a shape of its own at %i pixels', size => {
    const drawn = pictures.map(picture => alphas(trayPixels(picture, size, onDark)))
    for (const [index, one] of drawn.entries())
      for (const other of drawn.slice(index + 1)) {
        const apart = one.reduce((sum, alpha, at) => sum + (Math.abs(alpha - (other[at] ?? 0)) > 60 ? 1 : 0), 0)
        expect(apart).toBeGreaterThan(size / 8)
      }
  })

  it('red is a proven recording, and nothing else', () => {
    for (const picture of pictures) expect(reds(trayPixels(picture, 22, onDark)) > 0).toBe(picture.lamp === 'recording')
  })
})

it('pixels are premultiplied, as nativeImage takes them', () => {
  for (const picture of pictures) {
    const pixels = trayPixels(picture, 22, true)
    for (let at = 0; at < pixels.length; at += 4) {
      const [blue = 0, green = 0, red = 0, alpha = 0] = pixels.subarray(at, at + 4)
      expect(Math.max(blue, green, red)).toBeLessThanOrEqual(alpha + 1)
    }
  }
})
