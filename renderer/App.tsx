/** The window: pairing until someone is signed in, then the lamp bar on top of one of three screens. */
import { type ReactNode, useEffect, useState } from 'react'
import { type AccountView } from '../shared/account.ts'
import { outlineOf, title } from '../shared/outline.ts'
import { Alarms } from './Alarms.tsx'
import styles from './App.module.css'
import { Banners } from './Banners.tsx'
import { LinkNotice, useLink } from './exporting/LinkNotice.tsx'
import { CallsScreen } from './calls/CallsScreen.tsx'
import { useCallLink } from './calls/useCallLink.ts'
import { Keyed } from './Keyed.tsx'
import { ChooseScreen } from './pairing/ChooseScreen.tsx'
import { PairingScreen } from './pairing/PairingScreen.tsx'
import { newMemory, openingAt, type Opening } from './recordings/memory.ts'
import { RecordingsScreen } from './recordings/RecordingsScreen.tsx'
import { SettingsScreen } from './settings/SettingsScreen.tsx'
import { useShown } from './shown.ts'
import { Notice } from './ui/Controls.tsx'
import { LampBar } from './ui/LampBar.tsx'
import { Rail, type Screen } from './ui/Rail.tsx'
import { useWindowKeys } from './useWindowKeys.ts'

export function App() {
  const { snapshot, text } = useShown()
  const { stage } = snapshot
  switch (stage.stage) {
    case 'starting':
      return (
        <p className={styles.starting} role="status">
          {text.app.starting}
        </p>
      )
    case 'signed-out':
      return (
        <Below>
          <PairingScreen stage={stage} />
        </Below>
      )
    case 'choosing':
      return (
        <Below>
          <ChooseScreen account={stage.account} />
        </Below>
      )
    case 'ready':
      return <Ready account={stage.account} />
  }
}

/** A page below what is not yet answered: an alarm outlives its call, and its session. */
function Below({ children }: { children: ReactNode }) {
  return (
    <div className={styles.stacked}>
      <Alarms />
      <LinkNotice />
      <div className={styles.below}>{children}</div>
    </div>
  )
}

function Ready({ account }: { account: AccountView }) {
  useWindowKeys()
  const { snapshot, text, format } = useShown()
  const [screen, setScreen] = useState<Screen>('calls')
  const [recordings, setRecordings] = useState(newMemory)
  const goTo = (to: Screen, recording: Opening | null = null) => {
    if (recording !== null) setRecordings(before => openingAt(before, recording))
    setScreen(to)
  }
  useLink((entry, moment) => goTo('recordings', { entry, play: false, moment }))
  const inCall = snapshot.calls.length > 0
  const [wasInCall, setWasInCall] = useState(inCall)
  // a call that begins is shown, wherever the user was; after that he goes where he likes
  if (inCall !== wasInCall) {
    setWasInCall(inCall)
    if (inCall) setScreen('calls')
  }
  const isBroken = useCallLink(() => setScreen('calls'))
  const shownTitle = title(outlineOf(snapshot, text, format), text)
  useEffect(() => {
    document.title = shownTitle
    return () => {
      document.title = text.app.name
    }
  }, [shownTitle, text])
  return (
    <div className={styles.window}>
      <div>
        <LampBar />
        <Alarms />
        <Keyed />
        <div className={styles.panels} data-panels />
      </div>
      <Rail account={account} screen={screen} onScreen={to => goTo(to)} />
      <div className={styles.content} data-screen={screen}>
        <Banners />
        <LinkNotice />
        {isBroken.now && (
          <Notice role="alert" onClose={isBroken.seen}>
            {text.calls.linkWithout}
          </Notice>
        )}
        <div className={styles.screen}>
          {screen === 'calls' && (
            <CallsScreen account={account} onRecording={recording => goTo('recordings', recording)} />
          )}
          {screen === 'recordings' && <RecordingsScreen memory={recordings} onMemory={setRecordings} />}
          {screen === 'settings' && <SettingsScreen account={account} />}
        </div>
      </div>
    </div>
  )
}
