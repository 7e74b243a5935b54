/** Settings: they apply at once, there is no "save". What the server allows is told in words. */
import { useEffect, useState } from 'react'
import { type AccountView, type Capabilities } from '../../shared/account.ts'
import { CHOICES, FeatureCode, type SettingsChange } from '../../shared/settings.ts'
import { ask } from '../bridge.ts'
import { MoveCard } from '../exporting/MoveCard.tsx'
import { useShown } from '../shown.ts'
import { type Action, useAction } from '../useAction.ts'
import { AskAdministrator } from '../ui/AskAdministrator.tsx'
import { Button, Foreign, Notice, Select, Switch } from '../ui/Controls.tsx'
import { Devices } from './Devices.tsx'
import { KeepingCard } from '../vault/KeepingCard.tsx'
import { DraftField } from './DraftField.tsx'
import { FolderNames } from './FolderNames.tsx'
import { Library } from './Library.tsx'
import { NobodyLooks } from './NobodyLooks.tsx'
import { PlayerKeys } from './PlayerKeys.tsx'
import { Reach } from './Reach.tsx'
import { SelfGrant } from './SelfGrant.tsx'
import styles from './SettingsScreen.module.css'

export function SettingsScreen({ account }: { account: AccountView }) {
  const { snapshot, text, failure } = useShown()
  const { settings } = snapshot
  const words = text.settings
  const folder = account.folder ?? snapshot.library.folderName
  const action = useAction()
  const change = (changed: SettingsChange) => void action.run(() => ask('settings:change', changed))
  return (
    <main className={styles.screen} aria-label={words.title}>
      <h1>{words.title}</h1>
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
      <section className={styles.group}>
        <h2>{words.appearance}</h2>
        <div className={styles.pair}>
          <Select
            label={words.language}
            value={settings.language}
            options={CHOICES.language.map(value => ({ value, label: words.languages[value] }))}
            onChange={language => change({ language })}
          />
          <Select
            label={words.theme}
            value={settings.theme}
            options={CHOICES.theme.map(value => ({ value, label: words.themes[value] }))}
            onChange={theme => change({ theme })}
          />
        </div>
      </section>
      <section className={styles.group}>
        <h2>{words.codes}</h2>
        <p className={styles.help}>{words.codesHelp}</p>
        <div className={styles.pair}>
          <CodeField
            label={words.permanentCode}
            value={settings.permanentCode}
            onChange={permanentCode => change({ permanentCode })}
          />
          <CodeField
            label={words.recordCode}
            value={settings.recordCode}
            onChange={recordCode => change({ recordCode })}
          />
        </div>
        <Select
          label={words.digits}
          value={settings.digits}
          options={CHOICES.digits.map(value => ({ value, label: words.digitsBy[value] }))}
          help={words.digitsHelp}
          onChange={digits => change({ digits })}
        />
      </section>
      {account.use === 'phone' && <Devices change={change} />}
      {account.use === 'phone' && <Reach change={change} />}
      <section className={styles.group}>
        <h2>{words.links.title}</h2>
        <div>
          <Switch
            label={words.links.open}
            on={settings.callLinks}
            pending={false}
            barred={false}
            onPress={() => change({ callLinks: !settings.callLinks })}
          />
          <p className={styles.help}>{words.links.help}</p>
        </div>
      </section>
      <NobodyLooks change={change} />
      <KeepingCard />
      <Library account={account} change={change} />
      <MoveCard />
      <PlayerKeys change={change} />
      {folder !== null && <FolderNames folder={folder} />}
      <Account account={account} action={action} />
      <About />
    </main>
  )
}

function CodeField({ label, value, onChange }: { label: string; value: string; onChange: (code: string) => void }) {
  const { text } = useShown()
  const isCode = (typed: string) => FeatureCode.safeParse(typed).success
  return <DraftField label={label} value={value} isValid={isCode} wrong={text.settings.codeInvalid} onKeep={onChange} />
}

function Account({ account, action }: { account: AccountView; action: Action }) {
  const { text } = useShown()
  const words = text.settings
  const { capabilities } = account
  const version = capabilities?.version ?? null
  return (
    <section className={styles.group}>
      <h2>{words.account}</h2>
      <dl className={styles.facts}>
        <dt>{words.server}</dt>
        <dd>{account.kind === 'demo' ? words.demo : <Foreign>{account.server}</Foreign>}</dd>
        {version !== null && (
          <>
            <dt>{words.version}</dt>
            <dd>
              <Foreign>{version}</Foreign>
            </dd>
          </>
        )}
        <dt>{words.name}</dt>
        <dd>
          <Foreign>{account.name}</Foreign>
        </dd>
        <dt>{words.extension}</dt>
        <dd>
          <Foreign>{account.extension}</Foreign>
        </dd>
        <dt>{words.use}</dt>
        <dd>{words.uses[account.use]}</dd>
        {account.folder !== null && (
          <>
            <dt>{words.folder}</dt>
            <dd>
              <Foreign>{account.folder}</Foreign>
            </dd>
          </>
        )}
      </dl>
      <h3 className={styles.sub}>{words.allowed}</h3>
      {capabilities === null ? <p>{words.unlistedByPhone}</p> : <Allowed capabilities={capabilities} />}
      {capabilities !== null && <SelfGrant capabilities={capabilities} />}
      <AskAdministrator account={account} />
      {account.kind !== 'demo' && (
        <p className={styles.help}>{account.remembered ? words.remembered : words.notRemembered}</p>
      )}
      <div className={styles.out}>
        <Button barred={action.busy} onClick={() => void action.run(() => ask('pair:signOut', undefined))}>
          {words.signOut}
        </Button>
      </div>
    </section>
  )
}

function Allowed({ capabilities: can }: { capabilities: Capabilities }) {
  const { text } = useShown()
  const words = text.settings
  const rows: readonly (readonly [string, boolean | null])[] = [
    [words.can.recordApi, can.recordApi],
    [words.can.pauseApi, can.pauseApi],
    [words.can.mayRecord, can.mayRecord],
    [words.can.permanent, can.permanentRead && can.permanentWrite],
    [words.can.readCalls, can.readCalls],
    [words.can.events, can.events],
    [words.can.originate, can.originate],
    [words.can.listRecordings, can.listRecordings],
    [words.can.playRecordings, can.playRecordings],
  ]
  return (
    <dl className={styles.allowed}>
      {rows.map(([label, allowed]) => (
        <div key={label} className={styles.allowedRow} data-allowed={allowed ?? undefined}>
          <dt>{label}</dt>
          <dd>{allowed === null ? words.notKnown : allowed ? words.yes : words.no}</dd>
        </div>
      ))}
    </dl>
  )
}

function About() {
  const { text } = useShown()
  const [version, setVersion] = useState<string | null>(null)
  useEffect(() => {
    let shown = true
    ask('app:describe', undefined)
      .then(app => {
        if (shown) setVersion(app.version)
      })
      .catch(console.error)
    return () => {
      shown = false
    }
  }, [])
  return version === null ? null : <p className={styles.help}>{text.settings.about(version)}</p>
}
