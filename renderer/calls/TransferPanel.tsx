/** Passes the other side on: to whom, what becomes of the recording, and the two ways. Nothing happens before a press. */
import { useEffect, useId, useRef, useState } from 'react'
import { type CallView } from '../../shared/call.ts'
import { type Transfer } from '../../shared/phone.ts'
import { type Text } from '../../shared/text/index.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { type Action } from '../useAction.ts'
import { Button, Field, isolated, peerName } from '../ui/Controls.tsx'
import styles from './TransferPanel.module.css'

interface Props {
  readonly call: CallView
  readonly action: Action
  readonly onDone: () => void
}

export function TransferPanel({ call, action, onDone }: Props) {
  const { text } = useShown()
  const words = text.calls.passOn
  const [number, setNumber] = useState('')
  const id = useId()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    // not its field alone: also what becomes of the recording, and the two ways
    form.current?.scrollIntoView({ block: 'nearest' })
  }, [])
  const barred = action.busy || number.trim() === ''
  const send = (kind: Transfer['kind']) => {
    if (barred) return
    void action
      .run(() => ask('call:transfer', { call: call.id, number: number.trim(), kind }))
      .then(done => {
        if (done) onDone()
      })
  }
  return (
    <form
      ref={form}
      className={styles.panel}
      aria-label={words.title(isolated(peerName(call.peer, text.app.unknownCaller)))}
      aria-describedby={`${id}-recording`}
      onSubmit={event => {
        // two ways, and neither is what Enter means
        event.preventDefault()
      }}
    >
      <Field
        label={words.to}
        type="tel"
        autoComplete="off"
        autoFocus
        maxLength={80}
        placeholder={text.calls.numberHint}
        value={number}
        onChange={event => setNumber(event.target.value)}
      />
      <p id={`${id}-recording`} className={styles.recording}>
        {afterwards(call, text)}
      </p>
      <div className={styles.ways}>
        <Button barred={barred} onClick={() => send('blind')}>
          {words.now}
        </Button>
        <Button barred={barred} title={words.askHelp} onClick={() => send('attended')}>
          {words.ask}
        </Button>
        <Button kind="quiet" onClick={onDone}>
          {text.app.cancel}
        </Button>
      </div>
    </form>
  )
}

/** What the press does to the recording. That nobody else records is never said: it cannot be known. */
export function afterwards({ recording, recordingAfterTransfer: after }: CallView, text: Text): string {
  const words = text.calls.passOn.recording
  switch (recording.proof.kind) {
    case 'recording':
    case 'paused':
      return words[after]
    case 'off':
      return words.off
    case 'unknown':
    case 'unprovable':
      return after === 'ends' ? words.endsIfAny : words.mayGoOnIfAny
  }
}
