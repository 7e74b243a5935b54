/**
 * A panel beside its button. It is not modal: what is behind a modal dialog is dimmed and silent for screen readers,
 * and the lamp must be neither. Escape closes it, and the focus goes back to where it was.
 */
import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'
import { useShown } from '../shown.ts'
import styles from './Dialog.module.css'
import { CloseIcon } from './icons.tsx'

export function Dialog({
  title,
  note,
  onClose,
  children,
}: {
  title: string
  note?: string
  onClose: () => void
  children: ReactNode
}) {
  const { text } = useShown()
  const dialog = useRef<HTMLDialogElement>(null)
  const id = useId()
  // a layout effect, since the focus can only go back while the dialog is still in the document
  useLayoutEffect(() => {
    const { current } = dialog
    current?.show()
    return () => current?.close()
  }, [])
  useLayoutEffect(() => keepInside(dialog.current), [])
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={id}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        onClose()
      }}
    >
      <div className={styles.head}>
        <h2 id={id}>
          {title} {note !== undefined && <span className={styles.note}>{note}</span>}
        </h2>
        <button type="button" className={styles.close} aria-label={text.app.close} onClick={onClose}>
          <CloseIcon />
        </button>
      </div>
      {children}
    </dialog>
  )
}

/** Space below the panel, CSS pixels. */
const BELOW = 12

/** The bar above grows and shrinks with the calls in it, so what is left below it is measured. Answers the way to stop. */
function keepInside(panel: HTMLDialogElement | null): () => void {
  const above = panel?.offsetParent
  if (panel === null || !above) return () => undefined
  const fit = () => {
    panel.style.maxBlockSize = `${Math.max(0, window.innerHeight - panel.getBoundingClientRect().top - BELOW)}px`
  }
  const observer = new ResizeObserver(fit)
  observer.observe(above)
  window.addEventListener('resize', fit)
  return () => {
    observer.disconnect()
    window.removeEventListener('resize', fit)
  }
}
