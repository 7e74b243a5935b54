/**
 * The permission to record on demand, where the server lets a user set it for himself. It stands in the list of what
 * works here and nowhere else, asks before it acts, and can be locked by an administrator.
 */
import { useState } from 'react'
import { type Capabilities } from '../../shared/account.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import styles from './SelfGrant.module.css'

export function SelfGrant({ capabilities }: { capabilities: Capabilities }) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.selfGrant
  const { selfGrant, policy } = snapshot
  const [asking, setAsking] = useState(false)
  const action = useAction()
  const set = (on: boolean) =>
    void action
      .run(() => ask('right:record', { on }))
      .then(done => {
        if (done) setAsking(false)
      })
  const lacks = capabilities.mayRecord === false
  const locked = policy.selfGrant === 'locked'
  const { grantedAt } = selfGrant
  return (
    <div className={styles.grant}>
      {lacks && selfGrant.offered && !locked && !asking && (
        <Button onClick={() => setAsking(true)}>{words.allow}</Button>
      )}
      {lacks && selfGrant.offered && locked && policy.problem === null && <p className={styles.help}>{words.locked}</p>}
      {lacks && asking && !locked && (
        <div className={styles.ask} role="group" aria-label={words.allow}>
          <p>{words.means}</p>
          <p>{words.fromNext}</p>
          <div className={styles.row}>
            <Button kind="main" barred={action.busy} onClick={() => set(true)}>
              {words.yes}
            </Button>
            <Button barred={action.busy} onClick={() => setAsking(false)}>
              {text.app.cancel}
            </Button>
          </div>
        </div>
      )}
      {grantedAt !== null && (
        <div className={styles.row}>
          <p>{words.granted(format.clock(grantedAt))}</p>
          <Button barred={action.busy} onClick={() => set(false)}>
            {words.undo}
          </Button>
        </div>
      )}
      {selfGrant.settling && (
        <p className={styles.help} role="status">
          {text.automatic.settling}
        </p>
      )}
      {policy.problem !== null && <Notice>{words.broken(words.problem[policy.problem])}</Notice>}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}
