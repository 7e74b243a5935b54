/**
 * The tray's picture, drawn from the shapes of the window's lamp, at any size and for light and dark trays. Where it is not
 * known which one it is, an edge of the other tone keeps it readable. Pure: pixels as nativeImage takes them.
 */
import { SHAPE_SIZE, shapeOf, type Stroke } from '../../shared/lampShape.ts'
import { type TrayPicture } from '../../shared/tray.ts'

type Colour = readonly [red: number, green: number, blue: number]

const DARK: Colour = [27, 29, 32]
const LIGHT: Colour = [236, 238, 239]
/** The red of the window's lamp in both looks; for a proven recording alone. */
const RED_ON_LIGHT: Colour = [200, 16, 46]
const RED_ON_DARK: Colour = [255, 90, 99]

/** Beside the shape: something is to be answered. */
const ALARM: readonly Stroke[] = [
  {
    kind: 'line',
    width: 4.4,
    points: [
      [28.5, 3.5],
      [28.5, 9.5],
    ],
  },
  {
    kind: 'line',
    width: 4.4,
    points: [
      [28.5, 16],
      [28.5, 16.01],
    ],
  },
]
/** How far the edge of the other tone reaches, in units of the shape, and how dense it is. */
const EDGE = 1.6
const EDGE_DENSITY = 0.5

/** `size`: pixels of a side. Answers rows of BGRA, premultiplied. */
export function trayPixels(picture: TrayPicture, size: number, onDark: boolean): Buffer {
  const ink = onDark ? LIGHT : DARK
  const shape = shapeOf(picture)
  const colour = picture.lamp === 'recording' ? (onDark ? RED_ON_DARK : RED_ON_LIGHT) : ink
  const edge = onDark ? DARK : LIGHT
  const alarm = picture.alarmed ? ALARM : []
  const pixels = Buffer.alloc(size * size * 4)
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const [u, v] = [((x + 0.5) * SHAPE_SIZE) / size, ((y + 0.5) * SHAPE_SIZE) / size]
      const cover = (strokes: readonly Stroke[], wider = 0) => {
        const nearest = Math.min(...strokes.map(stroke => distance(stroke, u, v)), Infinity)
        return clamp(0.5 - ((nearest - wider) * size) / SHAPE_SIZE)
      }
      const layers: readonly (readonly [Colour, number])[] = [
        [edge, EDGE_DENSITY * cover(shape, EDGE)],
        [colour, cover(shape)],
        [edge, cover(alarm, EDGE)],
        [ink, cover(alarm)],
      ]
      put(pixels, (y * size + x) * 4, layers)
    }
  }
  return pixels
}

const clamp = (part: number) => Math.min(1, Math.max(0, part))

function put(pixels: Buffer, at: number, layers: readonly (readonly [Colour, number])[]): void {
  let [red, green, blue, alpha] = [0, 0, 0, 0]
  for (const [colour, part] of layers) {
    red = colour[0] * part + red * (1 - part)
    green = colour[1] * part + green * (1 - part)
    blue = colour[2] * part + blue * (1 - part)
    alpha = part + alpha * (1 - part)
  }
  pixels.set([blue, green, red, alpha * 255].map(Math.round), at)
}

/** From a point to the edge of a stroke; less than 0 inside. Ends are round. */
function distance(stroke: Stroke, x: number, y: number): number {
  const middle = SHAPE_SIZE / 2
  const [dx, dy] = [x - middle, y - middle]
  switch (stroke.kind) {
    case 'disc':
      return Math.hypot(dx, dy) - stroke.radius
    case 'circle': {
      const across = Math.abs(Math.hypot(dx, dy) - stroke.radius)
      return Math.hypot(across, gap(stroke, Math.atan2(dy, dx))) - stroke.width / 2
    }
    case 'line':
      return (
        Math.min(
          ...stroke.points.slice(1).map((to, index) => {
            const [fromX, fromY] = stroke.points[index] ?? to
            const [lengthX, lengthY] = [to[0] - fromX, to[1] - fromY]
            const square = lengthX ** 2 + lengthY ** 2
            const along = square === 0 ? 0 : clamp(((x - fromX) * lengthX + (y - fromY) * lengthY) / square)
            return Math.hypot(x - fromX - along * lengthX, y - fromY - along * lengthY)
          }),
        ) -
        stroke.width / 2
      )
  }
}

/** How far along the circle the next dash is; 0 within one. `angle`: radians from three o'clock, clockwise. */
function gap({ radius, dash, from = 0 }: Extract<Stroke, { kind: 'circle' }>, angle: number): number {
  if (dash === undefined) return 0
  const [on, off] = dash
  const period = on + off
  const way = (((angle + 2 * Math.PI) % (2 * Math.PI)) * radius - from + period) % period
  return way <= on ? 0 : Math.min(way - on, period - way)
}
