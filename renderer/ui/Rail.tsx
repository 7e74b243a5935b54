/** The left rail: who is signed in, how the phone is, and the three parts of the window. */
import { type ReactNode } from 'react'
import { type AccountView } from '../../shared/account.ts'
import { useShown } from '../shown.ts'
import { plain } from './Controls.tsx'
import { DeskPhoneIcon, ListIcon, PhoneIcon, SettingsIcon } from './icons.tsx'
import styles from './Rail.module.css'

export type Screen = 'calls' | 'recordings' | 'settings'

const parts: readonly { readonly screen: Screen; readonly icon: ReactNode }[] = [
  { screen: 'calls', icon: <PhoneIcon /> },
  { screen: 'recordings', icon: <ListIcon /> },
  { screen: 'settings', icon: <SettingsIcon /> },
]

export function Rail({
  account,
  screen,
  onScreen,
}: {
  account: AccountView
  screen: Screen
  onScreen: (screen: Screen) => void
}) {
  const { snapshot, text } = useShown()
  const { state } = snapshot.phone
  return (
    <nav className={styles.rail} aria-label={text.rail.label}>
      <div className={styles.who}>
        <bdi className={styles.name} title={plain(account.name)}>
          {plain(account.name)}
        </bdi>
        <bdi className={styles.extension}>{plain(account.extension)}</bdi>
        <span className={styles.phone} data-phone={state} role="status" title={text.phone[state]}>
          <DeskPhoneIcon />
          <span className={styles.phoneWord}>{text.phone[state]}</span>
        </span>
      </div>
      <ul className={styles.parts}>
        {parts.map(part => (
          <li key={part.screen}>
            <button
              type="button"
              className={styles.part}
              title={text.rail[part.screen]}
              aria-current={part.screen === screen ? 'page' : undefined}
              onClick={() => onScreen(part.screen)}
            >
              {part.icon}
              <span>{text.rail[part.screen]}</span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  )
}
