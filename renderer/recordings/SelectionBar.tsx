/** What can be done with all that is selected. */
import { useState } from 'react'
import { type Annotation } from '../../shared/library/notes.ts'
import { type Selection } from '../../shared/library/query.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { useAction } from '../useAction.ts'
import { ExportDialog } from '../exporting/ExportDialog.tsx'
import { type Copies } from '../vault/copies.ts'
import { KeepButton } from '../vault/KeepButton.tsx'
import { TagField } from './details/TagField.tsx'
import { MOST_SELECTED } from './list/selection.ts'
import styles from './SelectionBar.module.css'

interface Props {
  readonly selection: Selection
  readonly count: number
  /** Of the filter. */
  readonly total: number
  /** More was to be selected one by one than can be. */
  readonly tooMany: boolean
  /** The list shows hidden ones. */
  readonly hidden: boolean
  readonly copies: Copies
  readonly onAll: () => void
  /** All that was selected has left the list. */
  readonly onHidden: () => void
  readonly onNone: () => void
}

export function SelectionBar(props: Props) {
  const { selection, count, total, tooMany, hidden, copies, onAll, onHidden, onNone } = props
  const { text, format, failure } = useShown()
  const words = text.recordings.selection
  const action = useAction()
  const [done, setDone] = useState(false)
  const [exporting, setExporting] = useState(false)
  const run = (work: () => Promise<void>) => {
    setDone(false)
    void action.run(work).then(setDone)
  }
  const change = (part: Annotation) => ask('library:annotate', { selection, change: part })
  return (
    <div className={styles.bar} role="toolbar" aria-label={words.label}>
      <span className={styles.count} role="status">
        {words.count(format.count(count), count)}
        {done && ` · ${words.done}`}
      </span>
      {selection.kind === 'entries' && count < total && (
        <Button kind="quiet" onClick={onAll}>
          {words.all(format.count(total))}
        </Button>
      )}
      <div className={styles.acts}>
        <TagField label={words.tag} onTag={tag => run(() => ask('library:addTag', { selection, tag }))} />
        <Button barred={action.busy} onClick={() => run(() => change({ favourite: true }))}>
          {words.favourite}
        </Button>
        <Button
          barred={action.busy}
          onClick={() => void action.run(() => change({ hidden: !hidden })).then(went => went && onHidden())}
        >
          {hidden ? words.unhide : words.hide}
        </Button>
        <KeepButton key={JSON.stringify(selection)} selection={selection} copies={copies} />
        <Button aria-haspopup="dialog" onClick={() => setExporting(true)}>
          {text.exporting.export}
        </Button>
      </div>
      <Button kind="quiet" onClick={onNone}>
        {words.clear}
      </Button>
      {exporting && <ExportDialog selection={selection} onClose={() => setExporting(false)} />}
      {tooMany && <Notice role="alert">{words.tooMany(format.count(MOST_SELECTED))}</Notice>}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}
