/** The shapes of the lamp, one source for the windows (SVG) and the tray (pixels). A box of 32 by 32, line ends round. */
import { type LampState, type LampView } from './lamp.ts'

type Point = readonly [x: number, y: number]

export type Stroke =
  /** `dash`: lengths of line and gap along the circle, which begins at three o'clock and goes clockwise; `from`: shifted so far. */
  | {
      readonly kind: 'circle'
      readonly radius: number
      readonly width: number
      readonly dash?: readonly [number, number]
      readonly from?: number
    }
  | { readonly kind: 'disc'; readonly radius: number }
  | { readonly kind: 'line'; readonly points: readonly Point[]; readonly width: number }

export const SHAPE_SIZE = 32

/** Points on a circle's arc, in degrees clockwise from three o'clock. */
function arc(x: number, y: number, radius: number, from: number, to: number): Point[] {
  const steps = 10
  return Array.from({ length: steps + 1 }, (_, step) => {
    const angle = ((from + ((to - from) * step) / steps) * Math.PI) / 180
    return [round(x + radius * Math.cos(angle)), round(y + radius * Math.sin(angle))] as const
  })
}
const round = (n: number) => Math.round(n * 100) / 100

const line = (width: number, ...points: readonly Point[]): Stroke => ({ kind: 'line', points, width })

const SHAPES: Readonly<Record<LampState, readonly Stroke[]>> = {
  none: [line(2.6, [11, 16], [21, 16])],
  off: [{ kind: 'circle', radius: 9, width: 2.6 }],
  recording: [{ kind: 'disc', radius: 10 }],
  paused: [line(4, [12, 9], [12, 23]), line(4, [20, 9], [20, 23])],
  unknown: [
    { kind: 'circle', radius: 11, width: 2.4, dash: [11.5, 5.78], from: -5 },
    line(2.4, ...arc(16, 13.4, 2.9, -180, 62), [16.2, 16.7], [16, 18]),
    line(2.4, [16, 21.3], [16, 21.31]),
  ],
  unprovable: [
    { kind: 'circle', radius: 10, width: 1.6 },
    line(2, [16, 11.5], [16, 20.5]),
    line(2, [12.1, 13.8], [19.9, 18.2]),
    line(2, [19.9, 13.8], [12.1, 18.2]),
  ],
}

/** Dotted ring: asked for, not yet proven. */
const WISH: Stroke = { kind: 'circle', radius: 14, width: 2.4, dash: [0.1, 4.3] }

/** The proven shape, with a dotted ring around it for a wish and a slash for a refusal. */
export function shapeOf({ lamp, wish, refused }: Pick<LampView, 'lamp' | 'wish' | 'refused'>): readonly Stroke[] {
  const slash = lamp === 'recording' ? line(2.6, [23.5, 29.5], [29.5, 23.5]) : line(2.6, [6.5, 25.5], [25.5, 6.5])
  return [...SHAPES[lamp], ...(wish === null ? [] : [WISH]), ...(refused ? [slash] : [])]
}
