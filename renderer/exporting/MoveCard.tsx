/** Settings: the one file that a new computer needs. */
import { useState } from 'react'
import { ask } from '../bridge.ts'
import settings from '../settings/SettingsScreen.module.css'
import { useShown } from '../shown.ts'
import { Button, isolated, Notice } from '../ui/Controls.tsx'
import { useAction } from '../useAction.ts'
import styles from './Exporting.module.css'

export function MoveCard() {
  const { text, failure } = useShown()
  const words = text.exporting
  const action = useAction()
  const [told, setTold] = useState<string | null>(null)
  const save = async () => {
    const name = await ask('move:save', undefined)
    if (name !== null) setTold(words.moveSaved(isolated(name)))
  }
  const load = async () => {
    const taken = await ask('move:load', undefined)
    if (taken !== null) setTold(words.moveLoaded(words.calls(taken.calls), words.settings(taken.settings)))
  }
  const run = (work: () => Promise<void>) => {
    setTold(null)
    void action.run(work)
  }
  return (
    <section className={settings.group}>
      <h2>{words.move}</h2>
      <p className={settings.help}>{words.moveHelp}</p>
      <div className={styles.acts}>
        <Button barred={action.busy} onClick={() => run(save)}>
          {words.moveSave}
        </Button>
        <Button barred={action.busy} onClick={() => run(load)}>
          {words.moveLoad}
        </Button>
      </div>
      {told !== null && <Notice onClose={() => setTold(null)}>{told}</Notice>}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </section>
  )
}
