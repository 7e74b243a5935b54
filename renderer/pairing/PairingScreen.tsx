/** Sign in: at Wazo, at a bare Asterisk, or without a server. A certificate that nobody vouches for is shown and asked about. */
import { useState } from 'react'
import { type Stage, type WazoSignIn } from '../../shared/account.ts'
import { type CertificateView } from '../../shared/failure.ts'
import { type Argument } from '../../shared/bridge.ts'
import { ask } from '../bridge.ts'
import { useShown } from '../shown.ts'
import { useAction } from '../useAction.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { AsteriskForm } from './AsteriskForm.tsx'
import { CertificateCard } from './CertificateCard.tsx'
import styles from './Pairing.module.css'
import { WazoForm } from './WazoForm.tsx'

type Kind = 'wazo' | 'asterisk'
type Attempt =
  | { readonly kind: 'wazo'; readonly typed: WazoSignIn }
  | { readonly kind: 'asterisk'; readonly typed: Argument<'pair:asterisk'> }
  | { readonly kind: 'demo' }

const begin = (attempt: Attempt) =>
  attempt.kind === 'wazo'
    ? ask('pair:wazo', attempt.typed)
    : attempt.kind === 'asterisk'
      ? ask('pair:asterisk', attempt.typed)
      : ask('pair:demo', undefined)

export function PairingScreen({ stage }: { stage: Extract<Stage, { stage: 'signed-out' }> }) {
  const { text, failure } = useShown()
  const words = text.pairing
  const [kind, setKind] = useState<Kind>('wazo')
  const [attempt, setAttempt] = useState<Attempt | null>(null)
  const action = useAction()
  const start = (next: Attempt) => {
    setAttempt(next)
    void action.run(() => begin(next))
  }
  const trust = (certificate: CertificateView) =>
    void action.run(async () => {
      await ask('pair:trust', { host: certificate.host, fingerprint: certificate.fingerprint })
      if (attempt !== null) await begin(attempt)
    })

  const shownFailure = action.failure ?? (attempt === null ? stage.reason : null)
  const certificate = action.failure?.certificate
  const busyWith = action.busy ? (attempt?.kind ?? null) : null

  return (
    <main className={styles.screen} aria-label={words.title}>
      <div className={styles.column}>
        <header className={styles.head}>
          <h1>{text.app.name}</h1>
          <p>{words.intro}</p>
        </header>
        {shownFailure !== null && <Notice role="alert">{failure(shownFailure)}</Notice>}
        {certificate !== undefined ? (
          <CertificateCard
            certificate={certificate}
            busy={action.busy}
            onAccept={() => trust(certificate)}
            onCancel={action.clear}
          />
        ) : (
          <>
            <div className={styles.kinds} role="group" aria-label={words.kind}>
              {(['wazo', 'asterisk'] as const).map(each => (
                <button
                  key={each}
                  type="button"
                  className={styles.kind}
                  aria-pressed={each === kind}
                  onClick={() => {
                    setKind(each)
                    action.clear()
                  }}
                >
                  {words[each]}
                </button>
              ))}
            </div>
            {kind === 'wazo' ? (
              <WazoForm
                typed={
                  attempt?.kind === 'wazo'
                    ? attempt.typed
                    : { server: stage.server, username: stage.username, password: '' }
                }
                busy={busyWith === 'wazo'}
                barred={action.busy}
                onSubmit={typed => start({ kind: 'wazo', typed })}
              />
            ) : (
              <AsteriskForm
                typed={attempt?.kind === 'asterisk' ? attempt.typed : null}
                folder={stage.folder}
                busy={busyWith === 'asterisk'}
                barred={action.busy}
                onSubmit={typed => start({ kind: 'asterisk', typed })}
              />
            )}
            <div className={styles.demo}>
              <Button barred={action.busy} onClick={() => start({ kind: 'demo' })}>
                {busyWith === 'demo' ? words.demoStarting : words.demo}
              </Button>
              <p className={styles.help}>{words.demoHelp}</p>
            </div>
          </>
        )}
      </div>
    </main>
  )
}
