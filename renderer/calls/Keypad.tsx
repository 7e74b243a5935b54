/** Twelve keys that are sent in the call, by press or by typing. */
import { useState } from 'react'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Notice } from '../ui/Controls.tsx'
import styles from './Keypad.module.css'

const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '0', '#'] as const
const SHOWN_DIGITS = 24

export function Keypad({ call }: { call: string }) {
  const { text, failure } = useShown()
  const [sent, setSent] = useState('')
  const action = useAction()
  const send = (digit: string) => {
    setSent(before => (before + digit).slice(-SHOWN_DIGITS))
    void action.run(() => ask('call:digits', { call, digits: digit }))
  }
  return (
    <div
      className={styles.pad}
      role="group"
      aria-label={text.calls.keypad}
      onKeyDown={event => {
        const typed = KEYS.find(key => key === event.key)
        if (typed === undefined || event.ctrlKey || event.altKey || event.metaKey) return
        event.preventDefault()
        send(typed)
      }}
    >
      <output className={styles.sent} aria-label={text.calls.keypadSent}>
        {sent}
      </output>
      <div className={styles.keys}>
        {KEYS.map(key => (
          <button
            key={key}
            type="button"
            className={styles.key}
            aria-label={text.calls.key(key)}
            onClick={() => send(key)}
          >
            {key}
          </button>
        ))}
      </div>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}
