/** A number and Call. An empty field calls the last numbers back into it. Where no call can be placed, it says why. */
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { codeInWords } from '../../shared/automaticWords.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { PhoneIcon, RecordIcon } from '../ui/icons.tsx'
import { canCall } from './canCall.ts'
import { useDialled } from './useDialled.ts'
import styles from './DialForm.module.css'

/** `note`: what calling does besides. */
export function DialForm({ note: besides = null }: { note?: string | null }) {
  const { snapshot, text, format, failure } = useShown()
  const { stage, phone } = snapshot
  const [number, setNumber] = useState('')
  const action = useAction()
  const id = useId()
  const field = useRef<HTMLInputElement>(null)
  const dialled = useDialled()
  /** Which of them is in the field; -1 = what the user typed. */
  const [recalled, setRecalled] = useState(-1)
  const recall = (at: number) => {
    if (at < -1 || at >= dialled.length) return
    setRecalled(at)
    setNumber(dialled[at] ?? '')
    field.current?.focus()
  }
  const linked = snapshot.shell.callLink?.number ?? null
  const [before, setBefore] = useState<string | null>(null)
  if (linked !== before) {
    setBefore(linked)
    if (linked !== null) {
      setRecalled(-1)
      setNumber(linked)
    }
  }
  useEffect(() => {
    if (linked === null) return
    field.current?.focus()
    ask('shell:callLinkTaken', undefined).catch(console.error)
  }, [linked])
  if (stage.stage !== 'ready') return null
  const companion = stage.account.use === 'companion'
  const barred = !canCall(stage.account, phone)
  if (companion && barred) return <Notice>{text.calls.notOffered}</Notice>
  const isEmpty = number.trim() === ''
  const isCode = number.trim() === snapshot.automatic.code
  const note = isCode
    ? codeInWords(snapshot.automatic, text, format)
    : companion
      ? text.calls.deskRings
      : barred
        ? text.calls.phoneNeeded
        : (besides ?? (isEmpty && dialled[0] !== undefined ? text.calls.redial(dialled[0]) : null))
  const call = (record: boolean) => {
    const wanted = number.trim()
    if (barred || action.busy) return
    // seen before it is called
    if (wanted === '') return recall(0)
    void action
      .run(() => ask('call:dial', { number: wanted, record }))
      .then(done => {
        if (!done) return
        setNumber('')
        setRecalled(-1)
      })
  }
  const walk = (event: KeyboardEvent) => {
    if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return
    // what was typed is not written over
    if (recalled === -1 && number !== '') return
    event.preventDefault()
    recall(recalled + (event.key === 'ArrowUp' ? 1 : -1))
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
          ref={field}
          className={styles.number}
          type="tel"
          autoComplete="off"
          maxLength={80}
          placeholder={text.calls.numberHint}
          value={number}
          aria-describedby={note === null ? undefined : `${id}-note`}
          onChange={event => {
            setNumber(event.target.value)
            setRecalled(-1)
          }}
          onKeyDown={walk}
        />
        <Button submit kind="main" barred={barred || action.busy || (isEmpty && dialled.length === 0)}>
          <PhoneIcon />
          {text.calls.call}
        </Button>
        {!isCode && (
          <Button barred={barred || action.busy || isEmpty} onClick={() => call(true)}>
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
