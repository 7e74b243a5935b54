/** The choice of how fast a folder's files were recorded that do not tell it: one for all of them, wherever it is made. */
import { RAW_RATES, USUAL_RAW_RATE } from '../../shared/library/rawRate.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Notice, Select } from './Controls.tsx'

const optionOf = (hz: number | null) => (hz === null ? '' : String(hz))

export function RecordedAt({ help }: { help: string }) {
  const { snapshot, text, format, failure } = useShown()
  const action = useAction()
  const words = text.rawRate
  const { rawRate } = snapshot.library
  const known = RAW_RATES.map(hz => ({ value: optionOf(hz), label: format.sampling(hz) }))
  // it is heard at the usual rate, but nobody said that it is this one
  const taken = { value: optionOf(null), label: words.taken(format.sampling(USUAL_RAW_RATE)) }
  return (
    <>
      <Select
        label={words.label}
        help={help}
        value={optionOf(rawRate)}
        options={rawRate === null ? [taken, ...known] : known}
        onChange={chosen => {
          const hz = RAW_RATES.find(one => optionOf(one) === chosen)
          if (hz !== undefined) void action.run(() => ask('library:setRawRate', { hz }))
        }}
      />
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </>
  )
}
