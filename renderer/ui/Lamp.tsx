/** The one lamp of a window. Its state is a shape, a word and a live region; its red is proof, and nothing else is red. */
import { type LampView } from '../../shared/lamp.ts'
import { SHAPE_SIZE, shapeOf, type Stroke } from '../../shared/lampShape.ts'
import styles from './Lamp.module.css'

export function Lamp({ view, label }: { view: LampView; label: string }) {
  return (
    <div
      className={styles.lamp}
      role="group"
      aria-label={label}
      data-lamp={view.lamp}
      data-wish={view.wish ?? undefined}
      data-refused={view.refused ? '' : undefined}
    >
      <svg
        className={styles.shape}
        viewBox="0 0 32 32"
        fill="none"
        stroke="currentColor"
        strokeLinecap="round"
        strokeLinejoin="round"
        aria-hidden="true"
        focusable="false"
      >
        {shapeOf(view).map((stroke, at) => (
          <Drawn key={at} stroke={stroke} />
        ))}
      </svg>
      <span className={styles.word} role="status" aria-live="polite" aria-atomic="true">
        {view.word}
      </span>
    </div>
  )
}

function Drawn({ stroke }: { stroke: Stroke }) {
  const middle = SHAPE_SIZE / 2
  switch (stroke.kind) {
    case 'disc':
      return <circle cx={middle} cy={middle} r={stroke.radius} fill="currentColor" stroke="none" />
    case 'circle':
      return (
        <circle
          cx={middle}
          cy={middle}
          r={stroke.radius}
          strokeWidth={stroke.width}
          strokeDasharray={stroke.dash?.join(' ')}
          strokeDashoffset={stroke.from === undefined ? undefined : -stroke.from}
        />
      )
    case 'line':
      return <polyline points={stroke.points.map(point => point.join(',')).join(' ')} strokeWidth={stroke.width} />
  }
}
