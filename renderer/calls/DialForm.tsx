/** A number and Call. Where no call can be placed, it says why. */
import { useId, useState } from 'react'
import { codeInWords } from '../../shared/automaticWords.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { PhoneIcon, RecordIcon } from '../ui/icons.tsx'
import { canCall } from './canCall.ts'
import styles from './DialForm.module.css'

export function DialForm() {
  const { snapshot, text, format, failure } = useShown()
  const { stage, phone } = snapshot
  const [number, setNumber] = useState('')
  const action = useAction()
  const id = useId()
  if (stage.stage !== 'ready') return null
  const companion = stage.account.use === 'companion'
  const barred = !canCall(stage.account, phone)
  if (companion && barred) return <Notice>{text.calls.notOffered}</Notice>
  const isCode = number.trim() === snapshot.automatic.code
  const note = isCode
    ? codeInWords(snapshot.automatic, text, format)
    : companion
      ? text.calls.deskRings
      : barred
        ? text.calls.phoneNeeded
        : null
  const call = (record: boolean) => {
    const wanted = number.trim()
    if (wanted === '' || barred || action.busy) return
    void action
      .run(() => ask('call:dial', { number: wanted, record }))
      .then(done => {
        if (done) setNumber('')
      })
  }
  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault()
        call(false)
      }}
    >
      <label htmlFor={id} className="unseen">
        {text.calls.number}
      </label>
      <div className={styles.row}>
        <input
          id={id}
          className={styles.number}
          type="tel"
          autoComplete="off"
          maxLength={80}
          placeholder={text.calls.numberHint}
          value={number}
          aria-describedby={note === null ? undefined : `${id}-note`}
          onChange={event => setNumber(event.target.value)}
        />
        <Button submit kind="main" barred={barred || action.busy || number.trim() === ''}>
          <PhoneIcon />
          {text.calls.call}
        </Button>
        {!isCode && (
          <Button barred={barred || action.busy || number.trim() === ''} onClick={() => call(true)}>
            <RecordIcon />
            {text.calls.callAndRecord}
          </Button>
        )}
      </div>
      {note !== null && (
        <p id={`${id}-note`} className={styles.note}>
          {note}
        </p>
      )}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </form>
  )
}
