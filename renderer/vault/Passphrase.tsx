/** The forms in which a passphrase is typed: to unlock, to be set or changed, and to be given up for the keyring. */
import { type ReactNode, useState } from 'react'
import { Passphrase } from '../../shared/keeping.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Field, Notice } from '../ui/Controls.tsx'
import { type Action, useAction } from '../useAction.ts'
import styles from './Keeping.module.css'

export function Unlock({ autoFocus = false }: { autoFocus?: boolean }) {
  const { text } = useShown()
  const words = text.keeping
  const action = useAction()
  const [passphrase, setPassphrase] = useState('')
  const unlock = async () => {
    await ask('keeping:unlock', { passphrase })
    setPassphrase('')
  }
  return (
    <Form action={action} label={words.unlock} ready={passphrase !== ''} onSubmit={unlock} press={words.unlock}>
      <Secret label={words.passphrase} value={passphrase} onChange={setPassphrase} autoFocus={autoFocus} />
    </Form>
  )
}

export function ChangePassphrase({ onDone }: { onDone: () => void }) {
  const { snapshot, text } = useShown()
  const words = text.keeping
  const changes = snapshot.keeping.guard === 'passphrase'
  const action = useAction()
  const [current, setCurrent] = useState('')
  const [fresh, setFresh] = useState('')
  const [again, setAgain] = useState('')
  const long = Passphrase.safeParse(fresh).success
  const ready = long && fresh === again && (!changes || current !== '')
  const set = async () => {
    await ask('keeping:setPassphrase', { passphrase: fresh, current: changes ? current : null })
    onDone()
  }
  return (
    <Form
      action={action}
      label={changes ? words.change : words.set}
      ready={ready}
      onSubmit={set}
      press={changes ? words.keepChange : words.keep}
      onCancel={onDone}
    >
      {changes && <Secret label={words.current} value={current} onChange={setCurrent} autoFocus />}
      <div className={styles.pair}>
        <Secret label={words.fresh} value={fresh} onChange={setFresh} help={words.short} isNew autoFocus={!changes} />
        <Secret
          label={words.again}
          value={again}
          onChange={setAgain}
          isNew
          wrong={again !== '' && again !== fresh ? words.different : null}
        />
      </div>
      <p className={styles.warning}>{words.noRecovery}</p>
    </Form>
  )
}

export function UseKeyring({ onDone }: { onDone: () => void }) {
  const { text } = useShown()
  const words = text.keeping
  const action = useAction()
  const [current, setCurrent] = useState('')
  const use = async () => {
    await ask('keeping:useKeyring', { current })
    onDone()
  }
  return (
    <Form
      action={action}
      label={words.useKeyring}
      ready={current !== ''}
      onSubmit={use}
      press={words.useKeyringYes}
      onCancel={onDone}
    >
      <Secret label={words.current} value={current} onChange={setCurrent} autoFocus />
    </Form>
  )
}

function Form(props: {
  action: Action
  label: string
  ready: boolean
  press: string
  onSubmit: () => Promise<void>
  onCancel?: () => void
  children: ReactNode
}) {
  const { action, label, ready, press, onSubmit, onCancel, children } = props
  const { text, failure } = useShown()
  return (
    <form
      className={styles.form}
      aria-label={label}
      onSubmit={event => {
        event.preventDefault()
        if (ready && !action.busy) void action.run(onSubmit)
      }}
    >
      {children}
      <div className={styles.row}>
        <Button kind="main" submit barred={!ready || action.busy}>
          {action.busy ? text.keeping.opening : press}
        </Button>
        {onCancel !== undefined && (
          <Button barred={action.busy} onClick={onCancel}>
            {text.app.cancel}
          </Button>
        )}
      </div>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </form>
  )
}

function Secret(props: {
  label: string
  value: string
  onChange: (typed: string) => void
  help?: string
  wrong?: string | null
  isNew?: boolean
  autoFocus?: boolean
}) {
  const { label, value, onChange, help, wrong = null, isNew = false, autoFocus = false } = props
  return (
    <Field
      type="password"
      label={label}
      help={help}
      wrong={wrong}
      value={value}
      maxLength={1000}
      autoComplete={isNew ? 'new-password' : 'current-password'}
      autoFocus={autoFocus}
      onChange={event => onChange(event.target.value)}
    />
  )
}
