/** "Sound from outside": servers that help the audio to find its way, for those whose network needs them. */
import { type FormEvent, useEffect, useState } from 'react'
import { IceAddress } from '../../shared/ice.ts'
import { type SettingsChange } from '../../shared/settings.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Field, Notice } from '../ui/Controls.tsx'
import { DraftField } from './DraftField.tsx'
import group from './SettingsScreen.module.css'

const isAddress = (typed: string) => IceAddress.safeParse(typed).success

export function Reach({ change }: { change: (changed: SettingsChange) => void }) {
  const { snapshot, text, failure } = useShown()
  const { settings } = snapshot
  const words = text.settings.reach
  const action = useAction()
  const [known, setKnown] = useState(false)
  const [secret, setSecret] = useState('')
  useEffect(() => {
    let shown = true
    ask('phone:turnSecret', undefined).then(
      answer => shown && setKnown(answer.known),
      (error: unknown) => console.error('Whether a secret is known was not told', error),
    )
    return () => void (shown = false)
  }, [])
  const keep = (next: string | null) =>
    void action.run(async () => {
      setKnown((await ask('phone:turnSecret', { secret: next })).known)
      setSecret('')
    })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (secret !== '') keep(secret)
  }
  return (
    <details className={group.group}>
      <summary>{words.title}</summary>
      <p className={group.help}>{words.help}</p>
      <div className={group.pair}>
        <DraftField
          label={words.stun}
          value={settings.stunServer}
          isValid={isAddress}
          wrong={words.wrong}
          onKeep={stunServer => change({ stunServer })}
        />
        <DraftField
          label={words.turn}
          value={settings.turnServer}
          isValid={isAddress}
          wrong={words.wrong}
          onKeep={turnServer => change({ turnServer })}
        />
        <DraftField
          label={words.user}
          value={settings.turnUser}
          isValid={typed => typed.length <= 200}
          wrong={words.wrong}
          onKeep={turnUser => change({ turnUser })}
        />
        <form className={group.key} onSubmit={submit}>
          <Field
            label={words.secret}
            type="password"
            autoComplete="off"
            maxLength={256}
            value={secret}
            placeholder={known ? words.known : ''}
            onChange={event => setSecret(event.target.value)}
          />
          {secret !== '' ? (
            <Button submit barred={action.busy}>
              {words.keep}
            </Button>
          ) : known ? (
            <Button kind="quiet" barred={action.busy} onClick={() => keep(null)}>
              {text.app.clear}
            </Button>
          ) : null}
        </form>
      </div>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </details>
  )
}
