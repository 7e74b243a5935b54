/** What to export, and how: the names that will be written are shown before anything is. */
import { useEffect, useRef, useState } from 'react'
import {
  type ExportChoice,
  ExportFolders,
  ExportForm,
  type ExportPreview,
  ExportWish,
  LONGEST_NAMES,
  NAME_PATTERNS,
} from '../../shared/exporting.ts'
import { type Failure } from '../../shared/failure.ts'
import { type Selection } from '../../shared/library/query.ts'
import { ask, failureOf } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Field, Foreign, Notice, Select } from '../ui/Controls.tsx'
import { useAction } from '../useAction.ts'
import { Anchored } from './Anchored.tsx'
import styles from './Exporting.module.css'

interface Props {
  readonly selection: Selection
  /** Where only this one will do, whatever was chosen last. */
  readonly form?: ExportForm
  readonly onClose: () => void
}

/** After the last letter, milliseconds. */
const TYPING_MS = 300
/** The last choice of names: a pattern of the user's own. */
const OWN = 'own'
const isUsual = (names: string): boolean => NAME_PATTERNS.some(pattern => pattern === names)

export function ExportDialog({ selection, form, onClose }: Props) {
  const { snapshot, text, failure } = useShown()
  const words = text.exporting
  const last = snapshot.settings.exporting
  const [choice, setChoice] = useState<ExportChoice>({ ...last, form: form ?? last.form })
  const [own, setOwn] = useState(!isUsual(last.names))
  const { preview, current } = usePreview(selection, choice)
  const action = useAction()
  const wrong = preview !== null && 'failure' in preview ? preview.failure : null
  const ready = current && preview !== null && 'files' in preview && preview.files > 0
  const begin = () =>
    void action.run(async () => {
      if (!(await ask('export:begin', { selection, ...choice }))) return
      onClose()
      // what had to be so this once is not what the user likes
      await ask('settings:change', { exporting: { ...choice, form: form === undefined ? choice.form : last.form } })
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
          value={own ? OWN : choice.names}
          options={[
            ...NAME_PATTERNS.map((value, index) => ({ value, label: words.patterns[index] ?? value })),
            { value: OWN, label: words.ownPattern },
          ]}
          onChange={names => {
            setOwn(names === OWN)
            // one's own begins as what was chosen before
            if (names !== OWN) setChoice({ ...choice, names })
          }}
        />
        {own && (
          <Field
            label={words.ownPattern}
            help={words.ownHelp}
            wrong={wrong === null || !current ? null : failure(wrong)}
            autoComplete="off"
            spellCheck={false}
            maxLength={LONGEST_NAMES}
            value={choice.names}
            onChange={event => setChoice({ ...choice, names: event.target.value })}
          />
        )}
      </div>
      {!(own && wrong !== null) && <Preview preview={preview} busy={!current} />}
      <Notice>{words.leaves}</Notice>
      {action.failure !== null && <Notice role="alert">{failure(action.failure)}</Notice>}
      <div className={styles.acts}>
        <Button kind="main" barred={action.busy || !ready} onClick={begin}>
          {words.begin}
        </Button>
        <Button onClick={onClose}>{text.app.cancel}</Button>
      </div>
    </Anchored>
  )
}

type Previewed = ExportPreview | { readonly failure: Failure }

function Preview({ preview, busy }: { preview: Previewed | null; busy: boolean }) {
  const { text, format, failure } = useShown()
  const words = text.exporting
  if (preview === null) return <p role="status">{words.loading}</p>
  if ('failure' in preview) return <Notice role="alert">{failure(preview.failure)}</Notice>
  const { files, without, bytes, examples } = preview
  return (
    <div className={styles.preview} aria-busy={busy}>
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

/** What main says, and whether it is of this very choice; null before the first answer. Who types is asked after a pause. */
function usePreview(selection: Selection, choice: ExportChoice): { preview: Previewed | null; current: boolean } {
  const [shown, setShown] = useState<{ readonly of: string; readonly preview: Previewed } | null>(null)
  const of = JSON.stringify({ selection, ...choice })
  const first = useRef(true)
  useEffect(() => {
    const wish = ExportWish.safeParse(JSON.parse(of))
    // no name is made of nothing
    if (!wish.success) return
    let current = true
    const tell = () => {
      ask('export:preview', wish.data)
        .catch((thrown: unknown) => ({ failure: failureOf(thrown) }))
        .then(preview => {
          if (current) setShown({ of, preview })
        })
        .catch(console.error)
    }
    const timer = first.current ? undefined : setTimeout(tell, TYPING_MS)
    if (first.current) tell()
    first.current = false
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [of])
  return { preview: shown?.preview ?? null, current: shown?.of === of }
}
