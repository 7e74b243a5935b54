/** A certificate that nobody vouches for: what it shows of itself, and one decision for this server alone. */
import { type CertificateView } from '../../shared/failure.ts'
import { useShown } from '../shown.ts'
import { Button, Foreign, isolated } from '../ui/Controls.tsx'
import styles from './Pairing.module.css'

interface Props {
  certificate: CertificateView
  busy: boolean
  onAccept: () => void
  onCancel: () => void
}

export function CertificateCard({ certificate, busy, onAccept, onCancel }: Props) {
  const { text, format } = useShown()
  const words = text.pairing.certificate
  const date = (iso: string) => {
    const at = Date.parse(iso)
    return Number.isNaN(at) ? isolated(iso) : format.date(at)
  }
  return (
    <section className={styles.card} aria-label={words.title}>
      <h2>{words.title}</h2>
      <dl className={styles.facts}>
        <div>
          <dt>{words.fingerprint}</dt>
          <dd className={styles.fingerprint}>
            {fingerprintLines(certificate.fingerprint).map(line => (
              <span key={line}>{line}</span>
            ))}
          </dd>
        </div>
        <div>
          <dt>{words.host}</dt>
          <dd>
            <Foreign>{certificate.host}</Foreign>
          </dd>
        </div>
        <div>
          <dt>{words.subject}</dt>
          <dd>
            <Foreign>{certificate.subject}</Foreign>
          </dd>
        </div>
        <div>
          <dt>{words.issuer}</dt>
          <dd>
            <Foreign>{certificate.issuer}</Foreign>
          </dd>
        </div>
        <div>
          <dt>{words.validity}</dt>
          <dd>{words.validFromTo(date(certificate.validFrom), date(certificate.validTo))}</dd>
        </div>
      </dl>
      <p className={styles.help}>{words.kept}</p>
      <div className={styles.actions}>
        <Button kind="main" barred={busy} onClick={onAccept}>
          {words.accept}
        </Button>
        <Button barred={busy} onClick={onCancel}>
          {text.app.back}
        </Button>
      </div>
    </section>
  )
}

/** Eight pairs a line, to be compared by eye; together they are the whole fingerprint. */
function fingerprintLines(fingerprint: string): readonly string[] {
  return fingerprint.match(/.{1,24}/g) ?? []
}
