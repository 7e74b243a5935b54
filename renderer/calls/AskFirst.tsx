/** A question in place, before something whose effect cannot be known. The safe answer has the focus; Escape gives it, too. */
import { useEffect, useId, useRef } from 'react'
import { Button } from '../ui/Controls.tsx'
import styles from './AskFirst.module.css'

interface AskFirstProps {
  title: string
  what: string
  yes: string
  no: string
  onYes: () => void
  onNo: () => void
}

export function AskFirst({ title, what, yes, no, onYes, onNo }: AskFirstProps) {
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const before = document.activeElement
    const here = box.current
    here?.querySelector<HTMLElement>('[data-safe]')?.focus()
    return () => {
      // where the focus was in here, it goes back to the place that asked
      const lost = document.activeElement === null || document.activeElement === document.body
      if (before instanceof HTMLElement && (lost || here?.contains(document.activeElement) === true)) before.focus()
    }
  }, [])
  return (
    <div
      ref={box}
      className={styles.ask}
      role="group"
      aria-labelledby={`${id}-title`}
      aria-describedby={`${id}-what`}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onNo()
      }}
    >
      <p id={`${id}-title`} className={styles.title}>
        {title}
      </p>
      <p id={`${id}-what`}>{what}</p>
      <div className={styles.answers}>
        <Button onClick={onYes}>{yes}</Button>
        <Button data-safe="" onClick={onNo}>
          {no}
        </Button>
      </div>
    </div>
  )
}
