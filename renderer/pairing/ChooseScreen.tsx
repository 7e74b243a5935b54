/** "Where do you talk?": asked once after sign-in, with nothing preselected. */
import { useState } from 'react'
import { type AccountView, type Use } from '../../shared/account.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { AskAdministrator } from '../ui/AskAdministrator.tsx'
import { Button, isolated, Notice } from '../ui/Controls.tsx'
import styles from './Pairing.module.css'
import { WorksHere } from './WorksHere.tsx'

export function ChooseScreen({ account }: { account: AccountView }) {
  const { text, failure } = useShown()
  const words = text.pairing.choose
  const [use, setUse] = useState<Use | null>(null)
  const action = useAction()
  const choices: readonly { readonly use: Use; readonly title: string; readonly help: string }[] = [
    ...(account.phonePossible ? [{ use: 'phone', title: words.phone, help: words.phoneHelp } as const] : []),
    { use: 'companion', title: words.companion, help: words.companionHelp },
  ]
  return (
    <main className={styles.screen} aria-label={words.title}>
      <form
        className={styles.column}
        onSubmit={event => {
          event.preventDefault()
          if (use !== null && !action.busy) void action.run(() => ask('pair:choose', { use }))
        }}
      >
        <header className={styles.head}>
          <h1>{words.title}</h1>
          <p>{words.signedInAs(isolated(account.name), isolated(account.extension))}</p>
        </header>
        <div className={styles.choices} role="radiogroup" aria-label={words.title}>
          {choices.map(choice => (
            <label key={choice.use} className={styles.choice}>
              <input
                type="radio"
                name="use"
                aria-label={choice.title}
                aria-describedby={`use-${choice.use}`}
                checked={use === choice.use}
                onChange={() => setUse(choice.use)}
              />
              <span className={styles.choiceTitle}>{choice.title}</span>
              <span id={`use-${choice.use}`} className={styles.choiceHelp}>
                {choice.help}
              </span>
            </label>
          ))}
        </div>
        {!account.phonePossible && <p className={styles.help}>{words.noPhone}</p>}
        {account.kind !== 'demo' && (
          <p className={styles.help}>{account.remembered ? text.settings.remembered : text.settings.notRemembered}</p>
        )}
        {account.capabilities !== null && <WorksHere capabilities={account.capabilities} />}
        <AskAdministrator account={account} />
        {action.failure !== null && <Notice role="alert">{failure(action.failure)}</Notice>}
        <div className={styles.actions}>
          <Button submit kind="main" barred={use === null || action.busy}>
            {words.go}
          </Button>
          <Button
            kind="quiet"
            barred={action.busy}
            onClick={() => void action.run(() => ask('pair:signOut', undefined))}
          >
            {text.settings.signOut}
          </Button>
        </div>
      </form>
    </main>
  )
}
