/** Settings: recordings kept on this computer. What is kept, what guards it, what others can read, and how it is erased. */
import { type ReactNode, useState } from 'react'
import { HEARD_DAYS, KEEP_CHOICES, type KeepRule, type RuleEffect } from '../../shared/keeping.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { Button, Notice, Select, Switch } from '../ui/Controls.tsx'
import { type Action, useAction } from '../useAction.ts'
import { ChangePassphrase, Unlock, UseKeyring } from './Passphrase.tsx'
import styles from './Keeping.module.css'

export function KeepingCard() {
  const { snapshot, text, failure } = useShown()
  const { keeping } = snapshot
  const words = text.keeping
  const action = useAction()
  if (keeping.state === 'none') return null
  return (
    <section className={styles.card} aria-labelledby="keeping-title">
      <h2 id="keeping-title">{words.title}</h2>
      <p className={styles.help}>{words.help}</p>
      {keeping.state !== 'closed' && keeping.state !== 'lost' && <Rule action={action} />}
      <Held />
      <h3 className={styles.sub}>{words.guard.title}</h3>
      <Guard action={action} />
      <Readable action={action} />
      {keeping.state !== 'closed' && <Erase action={action} />}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </section>
  )
}

function Rule({ action }: { action: Action }) {
  const { snapshot, text, format } = useShown()
  const [asked, setAsked] = useState<{ readonly rule: KeepRule; readonly goes: RuleEffect } | null>(null)
  const words = text.keeping
  const rule = asked?.rule ?? snapshot.keeping.rule
  const apply = async (to: KeepRule) => {
    await ask('keeping:setRule', to)
    setAsked(null)
  }
  const set = (change: Partial<KeepRule>) =>
    void action.run(async () => {
      const to = { ...rule, ...change }
      const goes = await ask('keeping:wouldRemove', to)
      if (goes.copies > 0) setAsked({ rule: to, goes })
      else await apply(to)
    })
  return (
    <>
      <div className={styles.pair}>
        <Select
          label={words.what}
          value={rule.what}
          options={KEEP_CHOICES.what.map(value => ({ value, label: words.whats[value] }))}
          onChange={what => set({ what })}
        />
        {rule.what === 'recent' && (
          <NumberSelect
            label={words.days}
            value={rule.days}
            choices={KEEP_CHOICES.days}
            name={words.dayCount}
            onChange={days => set({ days })}
          />
        )}
        {rule.what !== 'off' && (
          <NumberSelect
            label={words.upTo}
            value={rule.upTo}
            choices={KEEP_CHOICES.upTo}
            name={format.size}
            onChange={upTo => set({ upTo })}
          />
        )}
        <Select
          label={words.afterServer}
          value={rule.afterServer}
          options={KEEP_CHOICES.afterServer.map(value => ({ value, label: words.afterServers[value] }))}
          onChange={afterServer => set({ afterServer })}
        />
      </div>
      {asked !== null && (
        <Asked label={words.less.label}>
          <p>{words.less.means(asked.goes.copies, format.size(asked.goes.bytes))}</p>
          {asked.goes.last < asked.goes.copies && <p>{words.less.stays}</p>}
          {asked.goes.last > 0 && <p className={styles.warning}>{words.less.last(asked.goes.last)}</p>}
          <div className={styles.row}>
            <Button kind="strong" barred={action.busy} onClick={() => void action.run(() => apply(asked.rule))}>
              {words.less.yes(asked.goes.copies)}
            </Button>
            <Button barred={action.busy} onClick={() => setAsked(null)}>
              {words.less.no}
            </Button>
          </div>
        </Asked>
      )}
      {rule.what !== 'off' && <p className={styles.help}>{words.whatHelp}</p>}
      <p className={styles.help}>{words.heard(HEARD_DAYS)}</p>
    </>
  )
}

/** A choice between numbers, the one that is set among them whatever it is. */
function NumberSelect(props: {
  label: string
  value: number
  choices: readonly number[]
  name: (value: number) => string
  onChange: (value: number) => void
}) {
  const { label, value, choices, name, onChange } = props
  const all = [...new Set([...choices, value])].sort((a, b) => a - b)
  return (
    <Select
      label={label}
      value={String(value)}
      options={all.map(one => ({ value: String(one), label: name(one) }))}
      onChange={chosen => onChange(Number(chosen))}
    />
  )
}

/** What is here, and what the keeper is doing. */
function Held() {
  const { snapshot, text, format, failure } = useShown()
  const { copies, bytes, work, left, damaged, failure: trouble, state } = snapshot.keeping
  const words = text.keeping
  if (state === 'closed') return null
  const doing =
    work === 'off'
      ? null
      : work === 'fetching'
        ? words.work.fetching(left)
        : work === 'idle' && copies === 0
          ? null
          : words.work[work]
  return (
    <div className={styles.held} role="status">
      <p>
        <strong>{copies === 0 ? words.none : words.copies(copies, format.size(bytes))}</strong> {doing}
      </p>
      {trouble !== null && <p className={styles.help}>{failure(trouble)}</p>}
      {damaged > 0 && <Notice>{words.damaged(damaged)}</Notice>}
    </div>
  )
}

type Form = 'passphrase' | 'keyring' | null

function Guard({ action }: { action: Action }) {
  const { snapshot, text } = useShown()
  const { state, guard, keyring } = snapshot.keeping
  const words = text.keeping
  const [form, setForm] = useState<Form>(null)
  const done = () => setForm(null)
  if (state === 'lost') return <Notice>{words.guard.lost}</Notice>
  if (state === 'locked')
    return (
      <>
        <p>{words.guard.locked}</p>
        <Unlock />
      </>
    )
  return (
    <>
      <p>{guard === null ? words.guard.none : words.guard[guard]}</p>
      {form === 'passphrase' && <ChangePassphrase onDone={done} />}
      {form === 'keyring' && <UseKeyring onDone={done} />}
      {form === null && (
        <div className={styles.row}>
          <Button kind={guard === null ? 'main' : 'plain'} onClick={() => setForm('passphrase')}>
            {guard === 'passphrase' ? words.change : words.set}
          </Button>
          {guard === 'passphrase' && (
            <Button barred={action.busy} onClick={() => void action.run(() => ask('keeping:lock', undefined))}>
              {words.lock}
            </Button>
          )}
          {guard === 'passphrase' && keyring && <Button onClick={() => setForm('keyring')}>{words.useKeyring}</Button>}
        </div>
      )}
    </>
  )
}

function Readable({ action }: { action: Action }) {
  const { snapshot, text } = useShown()
  const { sealedNames, state } = snapshot.keeping
  const words = text.keeping
  return (
    <>
      {sealedNames !== null && (
        <div>
          <Switch
            label={words.seal}
            on={sealedNames}
            pending={false}
            barred={action.busy || state !== 'open'}
            onPress={() => void action.run(() => ask('keeping:sealNames', { on: !sealedNames }))}
          />
          <p className={styles.help}>{words.sealHelp}</p>
        </div>
      )}
      <details className={styles.readable}>
        <summary>{words.readable.title}</summary>
        <ul>
          <li>{words.readable.sound}</li>
          <li>{sealedNames === true ? words.readable.namesSealed : words.readable.names}</li>
          <li>{words.readable.rest}</li>
        </ul>
      </details>
    </>
  )
}

function Erase({ action }: { action: Action }) {
  const { snapshot, text } = useShown()
  const words = text.keeping
  const [asking, setAsking] = useState(false)
  const erase = () =>
    void action
      .run(() => ask('keeping:erase', undefined))
      .then(done => {
        if (done) setAsking(false)
      })
  if (!asking)
    return (
      <div className={styles.row}>
        <Button onClick={() => setAsking(true)}>{words.erase}</Button>
      </div>
    )
  return (
    <Asked label={words.erase}>
      <p>{words.eraseMeans}</p>
      {snapshot.keeping.sealedNames === true && <p>{words.eraseNotes}</p>}
      <div className={styles.row}>
        <Button kind="strong" barred={action.busy} onClick={erase}>
          {words.eraseYes}
        </Button>
        <Button barred={action.busy} onClick={() => setAsking(false)}>
          {text.app.cancel}
        </Button>
      </div>
    </Asked>
  )
}

function Asked({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={styles.asked} role="group" aria-label={label}>
      {children}
    </div>
  )
}
