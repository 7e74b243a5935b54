/** After the first sign-in: a test recording in three steps, which tick themselves off as the server shows them done. */
import { type GuideView } from '../../shared/guide.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import styles from './TestRecording.module.css'

const STEPS = ['called', 'recorded', 'listed'] as const satisfies readonly (keyof GuideView)[]

export function TestRecording() {
  const { snapshot, text, failure } = useShown()
  const words = text.guide
  const action = useAction()
  const { guide, settings } = snapshot
  if (settings.guide === 'closed') return null
  const done = STEPS.every(step => guide[step])
  return (
    <section className={styles.guide} aria-label={words.title}>
      <h2>{words.title}</h2>
      <ol>
        {STEPS.map(step => (
          <li key={step} data-done={guide[step] || undefined}>
            <span className={styles.tick}>{guide[step] ? words.done : words.todo}</span>
            <span>{words.steps[step]}</span>
          </li>
        ))}
      </ol>
      <p role="status">{done ? words.works : ''}</p>
      <div>
        <Button
          kind={done ? 'main' : 'quiet'}
          barred={action.busy}
          onClick={() => void action.run(() => ask('settings:change', { guide: 'closed' }))}
        >
          {done ? words.finish : words.later}
        </Button>
      </div>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </section>
  )
}
