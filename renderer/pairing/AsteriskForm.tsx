/** A bare Asterisk: address, extension and password; under "Advanced" what lets the app confirm more. */
import { useState } from 'react'
import { type Argument } from '../../shared/bridge.ts'
import { Dialect } from '../../shared/recording/state.ts'
import { ask } from '../bridge.ts'
import { NamesField } from '../naming/NamesField.tsx'
import { Preview } from '../naming/Preview.tsx'
import { useNaming } from '../naming/useNaming.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Field, isolated, Notice, Select } from '../ui/Controls.tsx'
import styles from './Pairing.module.css'

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
  const tried = useNaming(useFolder && template.trim() !== '' ? template : null)
  const example = tried?.preview?.example ?? null
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
            <NamesField
              help={example === null ? words.templateHelp : words.templateExample(example)}
              wrong={tried?.failure === undefined ? null : failure(tried.failure)}
              value={template}
              onChange={setTemplate}
            />
          )}
          {label !== null && useFolder && tried?.preview !== undefined && <Preview preview={tried.preview} />}
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
