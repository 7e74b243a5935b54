/** Exports that run, wait, are paused or done: one line each, with what could not be exported. */
import { type ExportJobView } from '../../shared/exporting.ts'
import { type WindowRequestName } from '../../shared/bridge.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Foreign, isolated, Notice, Peer } from '../ui/Controls.tsx'
import { useAction } from '../useAction.ts'
import styles from './Exporting.module.css'

export function ExportJobs() {
  const { snapshot, text } = useShown()
  const { jobs } = snapshot.exporting
  if (jobs.length === 0) return null
  return (
    <section className={styles.jobs} aria-label={text.exporting.jobs}>
      {jobs.map(job => (
        <Job key={job.id} job={job} />
      ))}
    </section>
  )
}

function Job({ job }: { job: ExportJobView }) {
  const { text, format, failure } = useShown()
  const words = text.exporting
  const action = useAction()
  const press = (name: Extract<WindowRequestName, `export:${'pause' | 'resume' | 'cancel' | 'show'}`>) =>
    void action.run(() => ask(name, { job: job.id }))
  const isOn = job.state === 'running' || job.state === 'waiting'
  return (
    <div className={styles.job} data-state={job.state}>
      <div className={styles.line}>
        <p className={styles.what}>
          <span className={styles.state} role="status">
            {words.state[job.state]}
          </span>{' '}
          <span>{words.into(isolated(job.folder))}</span>
        </p>
        {job.total > 0 && (
          <span className={styles.soft}>
            {words.progress(format.count(job.done), format.count(job.total), format.size(job.bytes))}
          </span>
        )}
        {isOn && <progress className={styles.bar} value={job.done} max={Math.max(1, job.total)} />}
        <div className={styles.acts}>
          {isOn && (
            <Button barred={action.busy} onClick={() => press('export:pause')}>
              {words.pause}
            </Button>
          )}
          {job.state === 'paused' && (
            <Button barred={action.busy} onClick={() => press('export:resume')}>
              {words.resume}
            </Button>
          )}
          <Button barred={action.busy} onClick={() => press('export:show')}>
            {words.show}
          </Button>
          <Button kind="quiet" barred={action.busy} onClick={() => press('export:cancel')}>
            {job.state === 'done' ? words.dismiss : words.cancel}
          </Button>
        </div>
      </div>
      {job.failure !== null && (
        <p className={styles.trouble} role="alert">
          {job.state === 'running' ? words.patience : failure(job.failure)}
        </p>
      )}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      {job.missed > 0 && <Misses job={job} />}
    </div>
  )
}

function Misses({ job }: { job: ExportJobView }) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.exporting
  const more = job.missed - job.misses.length
  return (
    <details>
      <summary>{words.missed(job.missed)}</summary>
      <ul className={styles.misses}>
        {job.misses.map((miss, index) => (
          <li key={index}>
            <span className={styles.soft}>
              {text.recordings.when(format.day(miss.startedAt, snapshot.at), format.time(miss.startedAt))}
            </span>{' '}
            <Peer peer={miss.peer} />
            <br />
            <Foreign>{failure(miss.failure)}</Foreign>
          </li>
        ))}
        {more > 0 && <li>{words.more(more)}</li>}
      </ul>
    </details>
  )
}
