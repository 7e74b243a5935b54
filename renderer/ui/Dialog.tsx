/** A modal panel: the browser's own dialog keeps the focus in, and Escape or a press beside it closes it. */
import { type ReactNode, useEffect, useId, useRef } from 'react'
import { useShown } from '../shown.ts'
import { CloseIcon } from './icons.tsx'
import styles from './Dialog.module.css'

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
  useEffect(() => {
    const { current } = dialog
    current?.showModal()
    return () => current?.close()
  }, [])
  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={id}
      onCancel={onClose}
      onClick={event => {
        if (event.target === event.currentTarget) onClose()
      }}
    >
      <div className={styles.body}>
        <div className={styles.head}>
          <h2 id={id}>
            {title} {note !== undefined && <span className={styles.note}>{note}</span>}
          </h2>
          <button type="button" className={styles.close} aria-label={text.app.close} onClick={onClose}>
            <CloseIcon />
          </button>
        </div>
        {children}
      </div>
    </dialog>
  )
}
