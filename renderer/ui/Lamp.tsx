/** The one lamp of a window. Its state is a shape, a word and a live region; its red is proof, and nothing else is red. */
import { type LampState, type LampView } from '../../shared/lamp.ts'
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
        aria-hidden="true"
        focusable="false"
      >
        <Shape lamp={view.lamp} />
        {view.wish !== null && <circle cx="16" cy="16" r="14" strokeWidth="2.4" strokeDasharray="0.1 4.3" />}
        {view.refused && (
          <path d={view.lamp === 'recording' ? 'M23.5 29.5l6-6' : 'M6.5 25.5l19-19'} strokeWidth="2.6" />
        )}
      </svg>
      <span className={styles.word} role="status" aria-live="polite" aria-atomic="true">
        {view.word}
      </span>
    </div>
  )
}

function Shape({ lamp }: { lamp: LampState }) {
  switch (lamp) {
    case 'none':
      return <path d="M11 16h10" strokeWidth="2.6" />
    case 'off':
      return <circle cx="16" cy="16" r="9" strokeWidth="2.6" />
    case 'recording':
      return <circle cx="16" cy="16" r="10" fill="currentColor" stroke="none" />
    case 'paused':
      return <path d="M12 9v14M20 9v14" strokeWidth="4" />
    case 'unknown':
      return (
        <>
          <circle cx="16" cy="16" r="11" strokeWidth="2.4" strokeDasharray="11.5 5.78" strokeDashoffset="5" />
          <path d="M13.2 13.4a2.9 2.9 0 1 1 4.3 2.5c-1 .6-1.5 1.2-1.5 2.1M16 21.3v.01" strokeWidth="2.4" />
        </>
      )
    case 'unprovable':
      return (
        <>
          <circle cx="16" cy="16" r="10" strokeWidth="1.6" />
          <path d="M16 11.5v9M12.1 13.8l7.8 4.4M19.9 13.8l-7.8 4.4" strokeWidth="2" />
        </>
      )
  }
}
