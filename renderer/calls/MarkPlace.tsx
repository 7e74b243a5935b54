/** Marks this moment of a call that is being recorded: it is found again in the recording. Alt+K does the same. */
import { type CallView } from '../../shared/call.ts'
import { canMark } from '../../shared/keyEffect.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button } from '../ui/Controls.tsx'
import { MarkIcon } from '../ui/icons.tsx'
import { useAction } from '../useAction.ts'
import styles from './MarkPlace.module.css'

export function MarkPlace({ call }: { call: CallView }) {
  const { text, failure } = useShown()
  const words = text.calls
  const action = useAction()
  const open = canMark(call)
  if (!open && call.marks === 0) return null
  return (
    <div className={styles.mark}>
      <Button
        barred={!open || action.busy}
        title={words.markHelp}
        onClick={() => void action.run(async () => void (await ask('call:mark', { call: call.id })))}
      >
        <MarkIcon />
        {text.player.mark}
      </Button>
      <span role="status">
        {action.failure !== null ? failure(action.failure) : call.marks === 0 ? '' : words.marks(call.marks)}
      </span>
    </div>
  )
}
