/** Marks this moment of a call that is being recorded: it is found again in the recording. */
import { useEffect, useRef, useState } from 'react'
import { type CallView } from '../../shared/call.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button } from '../ui/Controls.tsx'
import styles from './MarkPlace.module.css'

/** Alt+K, wherever the focus is. */
const isKey = ({ code, altKey, ctrlKey, shiftKey, metaKey }: KeyboardEvent) =>
  code === 'KeyK' && altKey && !ctrlKey && !shiftKey && !metaKey

export function MarkPlace({ call }: { call: CallView }) {
  const { text, failure } = useShown()
  const words = text.calls
  const action = useAction()
  const [count, setCount] = useState<number | null>(null)
  const { kind } = call.recording.proof
  const recorded = kind === 'recording' || kind === 'paused'
  const mark = () => void action.run(async () => setCount(await ask('call:mark', { call: call.id })))
  const latest = useRef(mark)
  useEffect(() => {
    latest.current = mark
  })
  useEffect(() => {
    if (!recorded) return
    const onKey = (event: KeyboardEvent) => {
      if (!isKey(event)) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [recorded])
  if (!recorded && count === null) return null
  return (
    <div className={styles.mark}>
      <Button barred={!recorded || action.busy} title={words.markHelp} onClick={mark}>
        {text.player.mark}
      </Button>
      <span role="status">
        {action.failure !== null
          ? failure(action.failure)
          : count === null
            ? ''
            : count === 0
              ? words.markedNothing
              : words.marks(count)}
      </span>
    </div>
  )
}
