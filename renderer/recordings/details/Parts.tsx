/** The recordings of a call, and the player of the one that is chosen. */
import { useState } from 'react'
import { type Entry } from '../../../shared/library/entry.ts'
import { ExportDialog } from '../../exporting/ExportDialog.tsx'
import { SendDialog } from '../../exporting/SendDialog.tsx'
import { useShown } from '../../shown.ts'
import { Button, Notice } from '../../ui/Controls.tsx'
import { AudioControls } from '../AudioControls.tsx'
import styles from './Details.module.css'

export function Parts({ entry, atOnce }: { entry: Entry; atOnce: boolean }) {
  const { text, format } = useShown()
  const words = text.recordings
  const [chosen, setChosen] = useState(0)
  const [dialog, setDialog] = useState<'send' | 'export' | null>(null)
  const part = entry.parts[chosen] ?? entry.parts[0]
  if (part === undefined) return null
  const close = () => setDialog(null)
  return (
    <div className={styles.sound}>
      {entry.parts.length > 1 && (
        <div className={styles.parts} role="group" aria-label={words.parts(entry.parts.length)}>
          {entry.parts.map((each, at) => (
            <Button key={each.id} aria-pressed={each === part} onClick={() => setChosen(at)}>
              {words.part(at + 1)}
              <span className={styles.soft}>
                {format.time(each.startedAt)}
                {each.durationMs !== null && `, ${format.duration(each.durationMs)}`}
              </span>
            </Button>
          ))}
          {entry.parts.some(({ maybeOthers }) => maybeOthers) && (
            <span className={styles.soft}>{words.maybeOthers}</span>
          )}
        </div>
      )}
      <div className={styles.player}>
        {part.kept || part.hearing === 'yes' ? (
          <>
            <AudioControls key={part.id} part={part} atOnce={atOnce && chosen === 0} />
            <div className={styles.hand}>
              <Button aria-haspopup="dialog" onClick={() => setDialog('send')}>
                {text.exporting.send}
              </Button>
              <Button aria-haspopup="dialog" onClick={() => setDialog('export')}>
                {text.exporting.export}
              </Button>
            </div>
          </>
        ) : (
          <Notice>{words.hearing[part.hearing]}</Notice>
        )}
      </div>
      {dialog === 'send' && <SendDialog key={part.id} part={part.id} span={null} onClose={close} />}
      {dialog === 'export' && <ExportDialog selection={{ kind: 'entries', ids: [entry.id] }} onClose={close} />}
    </div>
  )
}
