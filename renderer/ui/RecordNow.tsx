/** Record, beside words that call for it: the press of the call's own place, and nothing where that takes none. */
import { type CallView } from '../../shared/call.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button } from './Controls.tsx'

export function RecordNow({ call, words }: { call: CallView; words: string }) {
  const { failure } = useShown()
  const action = useAction()
  const { main } = call.recording
  if (main?.press !== 'start') return null
  return (
    <>
      <Button
        barred={main.barred !== null || action.busy}
        onClick={() => void action.run(() => ask('recording:press', { call: call.id, press: 'start' }))}
      >
        {words}
      </Button>
      {action.failure !== null && <span role="alert">{failure(action.failure)}</span>}
    </>
  )
}
