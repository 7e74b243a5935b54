/** What became of a link that was opened, where it does not lead to a recording. */
import { useEffect, useRef } from 'react'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Notice } from '../ui/Controls.tsx'
import styles from './Exporting.module.css'

export function LinkNotice() {
  const { snapshot, text } = useShown()
  const { opened } = snapshot.exporting
  if (opened === null || opened.kind === 'found') return null
  return (
    <div className={styles.link}>
      <Notice role="alert" onClose={() => void ask('link:taken', undefined)}>
        {text.exporting.link[opened.kind]}
      </Notice>
    </div>
  )
}

/** Shows the recording of a link, once. */
export function useLink(
  show: (entry: string, moment: { readonly part: string; readonly atMs: number | null }) => void,
): void {
  const { opened } = useShown().snapshot.exporting
  const latest = useRef(show)
  useEffect(() => {
    latest.current = show
  })
  const isFound = opened?.kind === 'found'
  const entry = isFound ? opened.entry : null
  const part = isFound ? opened.part : ''
  const atMs = isFound ? opened.atMs : null
  useEffect(() => {
    if (entry === null) return
    latest.current(entry, { part, atMs })
    ask('link:taken', undefined).catch(console.error)
  }, [entry, part, atMs])
}
