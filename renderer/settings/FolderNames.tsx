/**
 * Settings, Folder, Advanced: how the server names its files, tried on the files that are there before it is applied, and how
 * fast those were recorded that do not tell it.
 */
import { useEffect, useState } from 'react'
import { usualTemplates } from '../../shared/library/naming.ts'
import { ask } from '../bridge.ts'
import { NamesField } from '../naming/NamesField.tsx'
import { Preview } from '../naming/Preview.tsx'
import { useNaming } from '../naming/useNaming.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Foreign, Notice } from '../ui/Controls.tsx'
import { RecordedAt } from '../ui/RecordedAt.tsx'
import styles from '../naming/Naming.module.css'
import group from './SettingsScreen.module.css'

/** What is typed outlives the page: applying begins the line anew, and the settings with it. For one folder. */
let kept: { readonly folder: string; readonly typed: string; readonly before: string | null } | null = null

export function FolderNames({ folder }: { folder: string }) {
  const { text } = useShown()
  const words = text.naming
  return (
    <section className={group.group}>
      <h2>{words.title}</h2>
      <p>
        <Foreign>{folder}</Foreign>
      </p>
      <details className={styles.summary} open={kept?.folder === folder}>
        <summary>{text.pairing.advanced}</summary>
        <Editor folder={folder} />
        <div className={styles.editor}>
          <RecordedAt help={words.rateHelp} />
        </div>
      </details>
    </section>
  )
}

function Editor({ folder }: { folder: string }) {
  const { snapshot, text, failure } = useShown()
  const words = text.naming
  const [current, setCurrent] = useState<string | null>(null)
  const [typed, setTyped] = useState<string | null>(kept?.folder === folder ? kept.typed : null)
  /** The template before the last one was applied; null = none was. */
  const [before, setBefore] = useState<string | null>(kept?.folder === folder ? kept.before : null)
  const action = useAction()
  const template = typed ?? current
  const tried = useNaming(template)
  useEffect(() => {
    let shown = true
    ask('naming:current', undefined)
      .then(found => {
        if (shown) setCurrent(found?.template ?? '')
      })
      .catch(console.error)
    return () => {
      shown = false
    }
  }, [])
  if (template === null || current === null) return null
  const type = (next: string) => {
    setTyped(next)
    kept = { folder, typed: next, before }
  }
  const apply = (next: string, undoTo: string | null) =>
    void action.run(async () => {
      const last = kept
      kept = { folder, typed: template, before: undoTo }
      try {
        await ask('naming:apply', { template: next })
      } catch (error) {
        kept = last
        throw error
      }
      setTyped(template)
      setCurrent(next)
      setBefore(undoTo)
    })
  const inCall = snapshot.calls.length > 0
  const usable = tried?.preview !== undefined && template !== current
  const example = tried?.preview?.example ?? null
  return (
    <div className={styles.editor}>
      <NamesField
        value={template}
        help={example === null ? text.pairing.templateHelp : text.pairing.templateExample(example)}
        wrong={tried?.failure === undefined ? null : failure(tried.failure)}
        onChange={type}
      />
      <div className={styles.row}>
        {(['first', 'later'] as const).map(which => (
          <Button key={which} kind="quiet" onClick={() => type(usualTemplates[which])}>
            {words.usual[which]}
          </Button>
        ))}
      </div>
      <div className={styles.row}>
        <Button kind="main" barred={action.busy || inCall || !usable} onClick={() => apply(template, current)}>
          {words.apply}
        </Button>
        {before !== null && (
          <Button barred={action.busy || inCall} onClick={() => apply(before, null)}>
            {words.undo}
          </Button>
        )}
        <p className={styles.help} role="status">
          {inCall ? words.inCall : template === current ? words.inUse : words.notInUse}
        </p>
      </div>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      {tried?.preview !== undefined && <Preview preview={tried.preview} />}
    </div>
  )
}
