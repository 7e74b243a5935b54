/** The window: pairing until someone is signed in, then the lamp bar on top of one of three screens. */
import { useEffect, useMemo, useState, useSyncExternalStore } from 'react'
import { type AccountView } from '../shared/account.ts'
import { type Settings } from '../shared/settings.ts'
import styles from './App.module.css'
import { Banners } from './Banners.tsx'
import { CallsScreen } from './calls/CallsScreen.tsx'
import { ChooseScreen } from './pairing/ChooseScreen.tsx'
import { PairingScreen } from './pairing/PairingScreen.tsx'
import { type Opening, RecordingsScreen } from './recordings/RecordingsScreen.tsx'
import { SettingsScreen } from './settings/SettingsScreen.tsx'
import { ShownContext, shownFrom, useShown } from './shown.ts'
import { type Received, useReceived } from './snapshot.ts'
import { Fault } from './ui/Fault.tsx'
import { LampBar } from './ui/LampBar.tsx'
import { callInFocus, lampView } from '../shared/lamp.ts'
import { Rail, type Screen } from './ui/Rail.tsx'

export function App() {
  const received = useReceived()
  useTheme(received?.snapshot.settings.theme ?? 'system')
  return (
    <Fault language={received?.snapshot.language ?? 'en'}>{received !== null && <Window received={received} />}</Fault>
  )
}

function Window({ received }: { received: Received }) {
  const shown = useMemo(() => shownFrom(received), [received])
  return (
    <ShownContext value={shown}>
      <Stages />
    </ShownContext>
  )
}

function Stages() {
  const { snapshot, text, language } = useShown()
  const { stage } = snapshot
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  switch (stage.stage) {
    case 'starting':
      return (
        <p className={styles.starting} role="status">
          {text.app.starting}
        </p>
      )
    case 'signed-out':
      return <PairingScreen stage={stage} />
    case 'choosing':
      return <ChooseScreen account={stage.account} />
    case 'ready':
      return <Ready account={stage.account} />
  }
}

function Ready({ account }: { account: AccountView }) {
  const { snapshot, text, format } = useShown()
  const [screen, setScreen] = useState<Screen>('calls')
  const [opening, setOpening] = useState<Opening | null>(null)
  const goTo = (to: Screen, recording: Opening | null = null) => {
    setOpening(recording)
    setScreen(to)
  }
  const inCall = snapshot.calls.length > 0
  const [wasInCall, setWasInCall] = useState(inCall)
  // a call that begins is shown, wherever the user was; after that he goes where he likes
  if (inCall !== wasInCall) {
    setWasInCall(inCall)
    if (inCall) setScreen('calls')
  }
  const { word } = lampView(callInFocus(snapshot.calls), snapshot.settings.recordCode, text, format)
  useEffect(() => {
    document.title = `${word} - ${text.app.name}`
    return () => {
      document.title = text.app.name
    }
  }, [word, text])
  return (
    <div className={styles.window}>
      <LampBar />
      <Rail account={account} screen={screen} onScreen={to => goTo(to)} />
      <div className={styles.content} data-screen={screen}>
        <Banners />
        <div className={styles.screen}>
          {screen === 'calls' && (
            <CallsScreen account={account} onRecording={recording => goTo('recordings', recording)} />
          )}
          {screen === 'recordings' && <RecordingsScreen opening={opening} />}
          {screen === 'settings' && <SettingsScreen account={account} />}
        </div>
      </div>
    </div>
  )
}

const dark = window.matchMedia('(prefers-color-scheme: dark)')

function onSystemTheme(listener: () => void): () => void {
  dark.addEventListener('change', listener)
  return () => dark.removeEventListener('change', listener)
}

/** Puts the resolved look on the document. */
function useTheme(wanted: Settings['theme']): void {
  const system = useSyncExternalStore(onSystemTheme, () => (dark.matches ? 'dark' : 'light'))
  const theme = wanted === 'system' ? system : wanted
  useEffect(() => {
    document.documentElement.dataset.theme = theme
  }, [theme])
}
