/** Settings: what of the library lies on this computer beside the call log, and what becomes of it at sign-out. */
import { type AccountView } from '../../shared/account.ts'
import { CHOICES, type SettingsChange } from '../../shared/settings.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Foreign, Notice, Select } from '../ui/Controls.tsx'
import styles from './SettingsScreen.module.css'

export function Library({ account, change }: { account: AccountView; change: (changed: SettingsChange) => void }) {
  const { snapshot, text } = useShown()
  const words = text.settings.library
  return (
    <section className={styles.group}>
      <h2>{words.title}</h2>
      {account.kind === 'wazo' && <Folder />}
      <Select
        label={words.signOut}
        help={words.signOutHelp}
        value={snapshot.settings.signOutLibrary}
        options={CHOICES.signOutLibrary.map(value => ({ value, label: words.signOuts[value] }))}
        onChange={signOutLibrary => change({ signOutLibrary })}
      />
    </section>
  )
}

/** A Wazo server's folder, shared with this computer. */
function Folder() {
  const { snapshot, text, failure } = useShown()
  const words = text.settings.library
  const action = useAction()
  const { folderName, folder } = snapshot.library
  const told = action.failure ?? folder.failure
  return (
    <>
      <h3 className={styles.sub}>{words.folder}</h3>
      <p className={styles.help}>{words.folderHelp}</p>
      <p>{folderName === null ? words.folderNone : <Foreign>{folderName}</Foreign>}</p>
      <div className={styles.out}>
        <Button
          barred={action.busy}
          onClick={() => void action.run(async () => void (await ask('library:pickFolder', undefined)))}
        >
          {folderName === null ? words.choose : words.chooseOther}
        </Button>
        {folderName !== null && (
          <Button barred={action.busy} onClick={() => void action.run(() => ask('library:dropFolder', undefined))}>
            {words.drop}
          </Button>
        )}
      </div>
      {told !== null && <Notice role="alert">{failure(told)}</Notice>}
    </>
  )
}
