/** A bare Asterisk: address, extension and password; under "Advanced" what lets the app confirm more. */
import { useEffect, useState } from 'react'
import { type Argument } from '../../shared/bridge.ts'
import { type Failure } from '../../shared/failure.ts'
import { Dialect } from '../../shared/recording/state.ts'
import { ask, failureOf } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Field, isolated, Notice, Select } from '../ui/Controls.tsx'
import styles from './Pairing.module.css'

const TYPING_MS = 300

interface Props {
  /** What was typed last; null = nothing yet. */
  typed: Argument<'pair:asterisk'> | null
  /** Label of the folder that was picked; null = none. */
  folder: string | null
  busy: boolean
  barred: boolean
  onSubmit: (typed: Argument<'pair:asterisk'>) => void
}

export function AsteriskForm({ typed, folder, busy, barred, onSubmit }: Props) {
  const { snapshot, text, failure } = useShown()
  const words = text.pairing
  const [webSocket, setWebSocket] = useState(typed?.webSocket ?? '')
  const [extension, setExtension] = useState(typed?.extension ?? '')
  const [password, setPassword] = useState(typed?.password ?? '')
  const [hint, setHint] = useState(typed?.hint ?? '')
  const [useFolder, setUseFolder] = useState(typed?.useFolder ?? false)
  const [picked, setPicked] = useState<string | null>(null)
  const [template, setTemplate] = useState(typed?.template ?? '')
  const [dialect, setDialect] = useState<Dialect>(typed?.dialect ?? 'start-stop')
  const checked = useTemplate(template)
  const picking = useAction()
  const label = picked ?? folder
  const whole = webSocket.trim() !== '' && extension.trim() !== '' && password !== ''
  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault()
        if (whole && !barred)
          onSubmit({ webSocket, extension, password, hint, useFolder: useFolder && label !== null, template, dialect })
      }}
    >
      <Field
        label={words.webSocket}
        autoFocus
        placeholder={words.webSocketHint}
        autoComplete="off"
        spellCheck={false}
        maxLength={255}
        value={webSocket}
        onChange={event => setWebSocket(event.target.value)}
      />
      <Field
        label={words.extension}
        autoComplete="username"
        spellCheck={false}
        maxLength={64}
        value={extension}
        onChange={event => setExtension(event.target.value)}
      />
      <Field
        label={words.password}
        type="password"
        autoComplete="current-password"
        maxLength={1024}
        value={password}
        onChange={event => setPassword(event.target.value)}
      />
      <details className={styles.advanced}>
        <summary>{words.advanced}</summary>
        <div className={styles.advancedBody}>
          <Select
            label={words.dialect(snapshot.settings.recordCode)}
            value={dialect}
            options={Dialect.options.map(value => ({ value, label: words.dialects[value] }))}
            help={words.dialectHelp}
            onChange={setDialect}
          />
          <Field
            label={words.hint}
            help={words.hintHelp}
            autoComplete="off"
            maxLength={64}
            value={hint}
            onChange={event => setHint(event.target.value)}
          />
          <div className={styles.folder} role="group" aria-label={words.folder}>
            <span className={styles.legend}>{words.folder}</span>
            <p className={styles.help}>{words.folderHelp}</p>
            <Button
              barred={picking.busy}
              onClick={() =>
                void picking.run(async () => {
                  const found = await ask('pair:pickFolder', undefined)
                  if (found === null) return
                  setPicked(found)
                  setUseFolder(true)
                })
              }
            >
              {words.pickFolder}
            </Button>
            {label !== null && (
              <label className={styles.check}>
                <input type="checkbox" checked={useFolder} onChange={event => setUseFolder(event.target.checked)} />
                {words.useFolder(isolated(label))}
              </label>
            )}
            {picking.failure !== null && <Notice role="alert">{failure(picking.failure)}</Notice>}
          </div>
          {label !== null && useFolder && (
            <Field
              label={words.template}
              help={checked?.example === undefined ? words.templateHelp : words.templateExample(checked.example)}
              wrong={checked?.failure === undefined ? null : failure(checked.failure)}
              autoComplete="off"
              spellCheck={false}
              maxLength={500}
              value={template}
              onChange={event => setTemplate(event.target.value)}
            />
          )}
        </div>
      </details>
      <div className={styles.submit}>
        <Button submit kind="main" barred={barred || !whole}>
          {busy ? words.connecting : words.connect}
        </Button>
      </div>
    </form>
  )
}

interface Checked {
  readonly template: string
  readonly example?: string
  readonly failure?: Failure
}

/** Main's verdict on a template while it is typed; null while there is none for these very letters. */
function useTemplate(template: string): Checked | null {
  const [checked, setChecked] = useState<Checked | null>(null)
  useEffect(() => {
    if (template.trim() === '') return
    let current = true
    const timer = setTimeout(() => {
      ask('pair:tryTemplate', { template })
        .then(
          ({ example }): Checked => ({ template, example }),
          (thrown: unknown): Checked => ({ template, failure: failureOf(thrown) }),
        )
        .then(verdict => {
          if (current) setChecked(verdict)
        })
        .catch(console.error)
    }, TYPING_MS)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [template])
  return checked?.template === template ? checked : null
}
