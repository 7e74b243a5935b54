/** What a phone does with a call: fixed places that never move, and Hang up apart. What does not work here says so. */
import { useId, useState } from 'react'
import { type CallView } from '../../shared/call.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { type Action } from '../useAction.ts'
import { Button } from '../ui/Controls.tsx'
import { HangUpIcon, HoldIcon, KeypadIcon, MuteIcon, PhoneIcon, TransferIcon } from '../ui/icons.tsx'
import { Keypad } from './Keypad.tsx'
import { TransferPanel } from './TransferPanel.tsx'
import styles from './CallControls.module.css'

export function CallControls({ call, action }: { call: CallView; action: Action }) {
  const { text } = useShown()
  const words = text.calls
  const [open, setOpen] = useState<'keypad' | 'transfer' | null>(null)
  const id = useId()
  const { can, onHold } = call
  const up = call.status === 'up'
  const pending = call.hold === 'holding' || call.hold === 'resuming'
  // a call to the code is the server's to end, once it may have begun to act
  const serverEnds = call.isCode && (up || call.device === 'here')
  const busyWith = call.transfer !== null && ['asked', 'ringing', 'answered'].includes(call.transfer.state)
  const toggle = (what: 'keypad' | 'transfer') => setOpen(now => (now === what ? null : what))
  return (
    <>
      <div className={styles.controls} role="group" aria-label={words.callGroup}>
        {up && !call.isCode && (
          <div className={styles.places}>
            <Button
              aria-pressed={call.muted}
              barred={!can.mute || action.busy}
              onClick={() => void action.run(() => ask('call:mute', { call: call.id, on: !call.muted }))}
            >
              <MuteIcon />
              {words.mute}
            </Button>
            <Button
              barred={!can.hold || pending || action.busy}
              aria-describedby={can.hold || call.device === 'stopped' ? undefined : `${id}-hand`}
              onClick={() => void action.run(() => ask('call:hold', { call: call.id, on: !onHold }))}
            >
              {onHold ? <PhoneIcon /> : <HoldIcon />}
              {onHold ? words.resume : words.hold}
            </Button>
            <Button
              aria-expanded={open === 'keypad'}
              aria-controls={`${id}-more`}
              barred={!can.keypad}
              onClick={() => toggle('keypad')}
            >
              <KeypadIcon />
              {words.keypad}
            </Button>
            <Button
              aria-expanded={open === 'transfer'}
              aria-controls={`${id}-more`}
              barred={!can.transfer || busyWith}
              onClick={() => toggle('transfer')}
            >
              <TransferIcon />
              {words.transfer}
            </Button>
          </div>
        )}
        <span className={styles.apart}>
          <Button
            kind="strong"
            barred={action.busy || serverEnds}
            title={serverEnds ? words.codeEnds : undefined}
            onClick={() => void action.run(() => ask('call:hangUp', { call: call.id }))}
          >
            <HangUpIcon />
            {words.hangUp}
          </Button>
        </span>
      </div>
      {up && !can.hold && !call.isCode && call.device !== 'stopped' && (
        <p id={`${id}-hand`} className={styles.note}>
          {words.byHand}
        </p>
      )}
      <div id={`${id}-more`} hidden={open === null || !up}>
        {up && open === 'keypad' && can.keypad && <Keypad call={call.id} />}
        {up && open === 'transfer' && can.transfer && (
          <TransferPanel call={call} action={action} onDone={() => setOpen(null)} />
        )}
      </div>
    </>
  )
}
