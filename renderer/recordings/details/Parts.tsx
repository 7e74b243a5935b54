/** The recordings of a call: the player, and what takes one of them out of the app. */
import { useState } from 'react'
import { type Entry } from '../../../shared/library/entry.ts'
import { ExportDialog } from '../../exporting/ExportDialog.tsx'
import { SendDialog } from '../../exporting/SendDialog.tsx'
import { Player, type PlayerOpening } from '../../player/Player.tsx'
import { type Span } from '../../player/quiet.ts'
import { useShown } from '../../shown.ts'
import { Button } from '../../ui/Controls.tsx'
import styles from './Details.module.css'

/** What is sent: a part, or a span of it. */
interface Sending {
  readonly part: string
  readonly span: { readonly fromMs: number; readonly toMs: number } | null
}

export function Parts({ entry, opening }: { entry: Entry; opening: PlayerOpening }) {
  const { text } = useShown()
  const [sending, setSending] = useState<Sending | null>(null)
  const [exporting, setExporting] = useState(false)
  const hand = (part: string, span: Span | null) => (
    <div className={styles.hand}>
      <Button
        aria-haspopup="dialog"
        onClick={() => setSending({ part, span: span === null ? null : { fromMs: span.from, toMs: span.to } })}
      >
        {text.exporting.send}
      </Button>
      <Button aria-haspopup="dialog" onClick={() => setExporting(true)}>
        {text.exporting.export}
      </Button>
    </div>
  )
  return (
    <div className={styles.sound}>
      <Player entry={entry} opening={opening} hand={hand} />
      {sending !== null && (
        <SendDialog key={sending.part} part={sending.part} span={sending.span} onClose={() => setSending(null)} />
      )}
      {exporting && (
        <ExportDialog selection={{ kind: 'entries', ids: [entry.id] }} onClose={() => setExporting(false)} />
      )}
    </div>
  )
}
