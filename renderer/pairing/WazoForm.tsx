/** Server, user name and password of a Wazo user. */
import { useState } from 'react'
import { type WazoSignIn } from '../../shared/account.ts'
import { useShown } from '../shown.ts'
import { Button, Field } from '../ui/Controls.tsx'
import styles from './Pairing.module.css'

interface Props {
  /** What was typed last. */
  typed: WazoSignIn
  busy: boolean
  barred: boolean
  onSubmit: (typed: WazoSignIn) => void
}

export function WazoForm({ typed, busy, barred, onSubmit }: Props) {
  const words = useShown().text.pairing
  const [server, setServer] = useState(typed.server)
  const [username, setUsername] = useState(typed.username)
  const [password, setPassword] = useState(typed.password)
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
        autoFocus={typed.server === ''}
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
        autoFocus={typed.server !== '' && typed.username !== ''}
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
