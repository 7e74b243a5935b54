/** Server, user name and password of a Wazo user. */
import { useState } from 'react'
import { type Stage, type WazoSignIn } from '../../shared/account.ts'
import { useShown } from '../shown.ts'
import { Button, Field } from '../ui/Controls.tsx'
import styles from './Pairing.module.css'

interface Props {
  stage: Extract<Stage, { stage: 'signed-out' }>
  busy: boolean
  barred: boolean
  onSubmit: (typed: WazoSignIn) => void
}

export function WazoForm({ stage, busy, barred, onSubmit }: Props) {
  const words = useShown().text.pairing
  const [server, setServer] = useState(stage.server)
  const [username, setUsername] = useState(stage.username)
  const [password, setPassword] = useState('')
  const whole = server.trim() !== '' && username.trim() !== '' && password !== ''
  return (
    <form
      className={styles.form}
      onSubmit={event => {
        event.preventDefault()
        if (whole && !barred) onSubmit({ server, username, password })
      }}
    >
      <Field
        label={words.server}
        autoFocus={stage.server === ''}
        placeholder={words.serverHint}
        autoComplete="off"
        spellCheck={false}
        autoCapitalize="none"
        maxLength={255}
        value={server}
        onChange={event => setServer(event.target.value)}
      />
      <Field
        label={words.username}
        placeholder={words.usernameHint}
        autoComplete="username"
        spellCheck={false}
        autoCapitalize="none"
        maxLength={256}
        value={username}
        onChange={event => setUsername(event.target.value)}
      />
      <Field
        label={words.password}
        autoFocus={stage.server !== '' && stage.username !== ''}
        type="password"
        autoComplete="current-password"
        maxLength={1024}
        value={password}
        onChange={event => setPassword(event.target.value)}
      />
      <div className={styles.submit}>
        <Button submit kind="main" barred={barred || !whole}>
          {busy ? words.signingIn : words.signIn}
        </Button>
      </div>
    </form>
  )
}
