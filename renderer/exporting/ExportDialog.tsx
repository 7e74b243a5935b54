/** What to export, and how: the names that will be written are shown before anything is. */
import { useEffect, useState } from 'react'
import {
  ExportFolders,
  ExportForm,
  type ExportPreview,
  type ExportWish,
  NAME_PATTERNS,
} from '../../shared/exporting.ts'
import { type Failure } from '../../shared/failure.ts'
import { type Selection } from '../../shared/library/query.ts'
import { ask, failureOf } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Foreign, Notice, Select } from '../ui/Controls.tsx'
import { useAction } from '../useAction.ts'
import { Anchored } from './Anchored.tsx'
import styles from './Exporting.module.css'

interface Props {
  readonly selection: Selection
  /** What is offered first. */
  readonly form?: ExportForm
  readonly onClose: () => void
}

export function ExportDialog({ selection, form = 'wav', onClose }: Props) {
  const { text, failure } = useShown()
  const words = text.exporting
  const [choice, setChoice] = useState<Omit<ExportWish, 'selection'>>({
    form,
    folders: 'flat',
    names: NAME_PATTERNS[0],
  })
  const preview = usePreview(selection, choice)
  const action = useAction()
  const none = preview !== null && 'files' in preview && preview.files === 0
  const begin = () =>
    void action.run(async () => {
      if (await ask('export:begin', { selection, ...choice })) onClose()
    })
  return (
    <Anchored title={words.title} onClose={onClose}>
      <div className={styles.choices}>
        <Select
          label={words.form}
          value={choice.form}
          options={ExportForm.options.map(value => ({ value, label: words.forms[value] }))}
          onChange={chosen => setChoice({ ...choice, form: chosen })}
        />
        <Select
          label={words.folders}
          value={choice.folders}
          options={ExportFolders.options.map(value => ({ value, label: words.foldersBy[value] }))}
          onChange={folders => setChoice({ ...choice, folders })}
        />
        <Select
          label={words.names}
          value={choice.names}
          options={NAME_PATTERNS.map((value, index) => ({
            value,
            label: words.patterns[index] ?? value,
          }))}
          onChange={names => setChoice({ ...choice, names })}
        />
      </div>
      <Preview preview={preview} />
      <Notice>{words.leaves}</Notice>
      {action.failure !== null && <Notice role="alert">{failure(action.failure)}</Notice>}
      <div className={styles.acts}>
        <Button kind="main" barred={action.busy || none || preview === null} onClick={begin}>
          {words.begin}
        </Button>
        <Button onClick={onClose}>{text.app.cancel}</Button>
      </div>
    </Anchored>
  )
}

function Preview({ preview }: { preview: ExportPreview | { readonly failure: Failure } | null }) {
  const { text, format, failure } = useShown()
  const words = text.exporting
  if (preview === null) return <p role="status">{words.loading}</p>
  if ('failure' in preview) return <Notice role="alert">{failure(preview.failure)}</Notice>
  const { files, without, bytes, examples } = preview
  return (
    <div className={styles.preview}>
      <p role="status" className={styles.count}>
        {files === 0 ? words.nothing : words.files(format.count(files), files)}
        {files > 0 && bytes !== null && <span className={styles.soft}> · {words.about(format.size(bytes))}</span>}
      </p>
      {without > 0 && <p className={styles.soft}>{words.without(without)}</p>}
      {examples.length > 0 && (
        <>
          <p className={styles.soft}>{words.example}</p>
          <ul className={styles.examples}>
            {examples.map(example => (
              <li key={example}>
                <Foreign>{example}</Foreign>
              </li>
            ))}
          </ul>
          <p className={styles.soft}>{words.list}</p>
        </>
      )}
    </div>
  )
}

/** Null while it is counted. */
function usePreview(selection: Selection, choice: Omit<ExportWish, 'selection'>) {
  const [shown, setShown] = useState<{
    readonly of: string
    readonly preview: ExportPreview | { readonly failure: Failure }
  } | null>(null)
  const of = JSON.stringify({ selection, ...choice })
  useEffect(() => {
    let current = true
    ask('export:preview', JSON.parse(of) as ExportWish)
      .catch((thrown: unknown) => ({ failure: failureOf(thrown) }))
      .then(preview => {
        if (current) setShown({ of, preview })
      })
      .catch(console.error)
    return () => {
      current = false
    }
  }, [of])
  return shown?.of === of ? shown.preview : null
}
