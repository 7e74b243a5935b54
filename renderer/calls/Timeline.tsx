/** A call as a bar: solid where it was recorded, hatched where paused, a line where not, dots where nothing is known. */
import { timelineWords } from '../../shared/ending.ts'
import { type Span, SpanKind } from '../../shared/timeline.ts'
import { useShown } from '../shown.ts'
import styles from './Timeline.module.css'

export function Timeline({ spans }: { spans: readonly Span[] }) {
  const { text, format } = useShown()
  const callMs = spans.at(-1)?.toMs ?? 0
  const percent = (ms: number) => `${(100 * ms) / callMs}%`
  const kinds = SpanKind.options.filter(kind => spans.some(span => span.kind === kind))
  return (
    <div className={styles.timeline}>
      <svg className={styles.bar} role="img" aria-label={timelineWords(spans, text, format)}>
        <defs>
          <pattern id="span-paused" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
            <rect className={styles.ink} width="2" height="6" />
          </pattern>
          <pattern id="span-not-known" width="6" height="6" patternUnits="userSpaceOnUse">
            <circle className={styles.ink} cx="3" cy="3" r="1" />
          </pattern>
        </defs>
        {spans.map(({ fromMs, toMs, kind }) => (
          <Piece key={fromMs} kind={kind} x={percent(fromMs)} width={percent(toMs - fromMs)} />
        ))}
      </svg>
      <div className={styles.scale} aria-hidden="true">
        <span>{format.duration(0)}</span>
        <ul className={styles.legend}>
          {kinds.map(kind => (
            <li key={kind}>
              <svg className={styles.sample}>
                <Piece kind={kind} x="0" width="100%" />
              </svg>
              {text.calls.end.kind[kind]}
            </li>
          ))}
        </ul>
        <span>{format.duration(callMs)}</span>
      </div>
    </div>
  )
}

function Piece({ kind, x, width }: { kind: SpanKind; x: string; width: string }) {
  const flat = kind === 'not-recorded'
  return (
    <rect
      className={styles.piece}
      data-kind={kind}
      x={x}
      y={flat ? '42%' : '0'}
      width={width}
      height={flat ? '16%' : '100%'}
    />
  )
}
