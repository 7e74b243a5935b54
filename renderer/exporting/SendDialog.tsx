/** One recording, or a span of it, as a file to hand on; and a link, which hands on nothing. */
import { useEffect, useRef, useState } from 'react'
import { type Prepared, SendForm } from '../../shared/exporting.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Foreign, isolated, Notice, Select } from '../ui/Controls.tsx'
import { useAction } from '../useAction.ts'
import { Anchored } from './Anchored.tsx'
import styles from './Exporting.module.css'

interface Props {
  readonly part: string
  /** A span of the sound, milliseconds; null = all of it. */
  readonly span: { readonly fromMs: number; readonly toMs: number } | null
  readonly onClose: () => void
}

export function SendDialog({ part, span, onClose }: Props) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.exporting
  const { sending } = snapshot.exporting
  const [form, setForm] = useState<SendForm>('small')
  const [prepared, setPrepared] = useState<Prepared | null>(null)
  const [told, setTold] = useState<string | null>(null)
  const action = useAction()
  useDropped(prepared)

  const prepare = () =>
    void action.run(async () => {
      setPrepared(null)
      setTold(null)
      setPrepared(await ask('send:prepare', { part, form, fromMs: span?.fromMs ?? null, toMs: span?.toMs ?? null }))
    })
  const choose = (to: SendForm) => {
    setForm(to)
    setPrepared(null)
  }
  const copyLink = () =>
    void action.run(async () => {
      setTold((await ask('link:copy', { part, atMs: span?.fromMs ?? null })) ? words.copied : words.noLink)
    })
  const save = (file: Prepared) =>
    void action.run(async () => {
      const name = await ask('send:save', { prepared: file.id })
      if (name !== null) setTold(words.saved(isolated(name)))
    })
  const close = () => {
    if (prepared === null && action.busy) ask('send:stop', undefined).catch(console.error)
    onClose()
  }
  return (
    <Anchored title={words.sendTitle} onClose={close}>
      <p>{span === null ? words.whole : words.span(format.duration(span.fromMs), format.duration(span.toMs))}</p>
      <Select
        label={words.as}
        value={form}
        options={SendForm.options.map(value => ({ value, label: words.sendAs[value] }))}
        onChange={choose}
      />
      <Notice>{words.leaves}</Notice>
      {prepared !== null && <Ready file={prepared} onSave={() => save(prepared)} />}
      {prepared === null && sending !== null && sending.part === part && (
        <div className={styles.preview}>
          <p role="status">{words.preparing(format.duration(sending.doneMs), format.duration(sending.totalMs))}</p>
          <progress className={styles.wide} value={sending.doneMs} max={Math.max(1, sending.totalMs)} />
        </div>
      )}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      {told !== null && <Notice onClose={() => setTold(null)}>{told}</Notice>}
      <div className={styles.acts}>
        {prepared === null && (
          <Button kind="main" barred={action.busy} onClick={prepare}>
            {words.prepare}
          </Button>
        )}
        <Button barred={action.busy} onClick={copyLink}>
          {words.copyLink}
        </Button>
        <Button onClick={close}>{text.app.close}</Button>
      </div>
    </Anchored>
  )
}

function Ready({ file, onSave }: { file: Prepared; onSave: () => void }) {
  const { text, format } = useShown()
  const words = text.exporting
  return (
    <div className={styles.preview}>
      <div
        className={styles.file}
        draggable
        role="img"
        aria-label={words.drag}
        onDragStart={event => {
          // the system takes over: the page's own drag would carry text
          event.preventDefault()
          ask('send:drag', { prepared: file.id }).catch(console.error)
        }}
      >
        <strong>
          <Foreign>{file.fileName}</Foreign>
        </strong>
        <span className={styles.soft}>
          {format.size(file.bytes)} · {format.duration(file.ms)}
        </span>
        <span className={styles.soft}>{words.drag}</span>
      </div>
      <div className={styles.acts}>
        <Button onClick={() => void ask('send:show', { prepared: file.id })}>{words.show}</Button>
        <Button onClick={onSave}>{words.save}</Button>
      </div>
      <p className={styles.soft}>{words.kept}</p>
    </div>
  )
}

/** A file that another took the place of is no longer needed; the last one stays, since mail reads it later. */
function useDropped(prepared: Prepared | null): void {
  const before = useRef<Prepared | null>(null)
  useEffect(() => {
    const { current } = before
    if (current !== null && prepared !== null && current.id !== prepared.id)
      ask('send:drop', { prepared: current.id }).catch(console.error)
    if (prepared !== null) before.current = prepared
  }, [prepared])
}
