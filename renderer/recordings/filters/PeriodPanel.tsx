/** The period: "last spring" is one press here, any month two. Months without calls are drawn softly. */
import { useEffect, useState } from 'react'
import { type Filter } from '../../../shared/library/query.ts'
import { ask } from '../../bridge.ts'
import { useShown } from '../../shown.ts'
import { Button } from '../../ui/Controls.tsx'
import styles from './PeriodPanel.module.css'
import { ALWAYS, lastDays, monthOf, type Period, samePeriod, seasons, yearOf, yesterday } from './period.ts'

const MONTHS = Array.from({ length: 12 }, (_, month) => month)

export function PeriodPanel({ filter, onPick }: { filter: Filter; onPick: (period: Period) => void }) {
  const { snapshot, text, format } = useShown()
  const words = text.recordings.filters
  const { at: now } = snapshot
  const thisYear = new Date(now).getFullYear()
  const [year, setYear] = useState(filter.from === null ? thisYear : new Date(filter.from).getFullYear())
  const used = useMonths(filter)
  const pick = (period: Period, label: string, note?: string) => (
    <Button key={label} aria-pressed={samePeriod(period, filter)} onClick={() => onPick(period)}>
      {label}
      {note !== undefined && <span className={styles.note}>{note}</span>}
    </Button>
  )
  return (
    <>
      <div className={styles.quick}>
        {pick(ALWAYS, words.always)}
        {pick(lastDays(now, 1), words.today)}
        {pick(yesterday(now), words.yesterday)}
        {pick(lastDays(now, 7), words.last7)}
        {pick(lastDays(now, 30), words.last30)}
      </div>
      <div className={styles.seasons}>
        {seasons(now).map(choice =>
          pick(
            choice,
            words.season[choice.season](String(choice.year)),
            words.months(format.shortMonth(choice.from ?? 0), format.shortMonth((choice.until ?? 1) - 1)),
          ),
        )}
      </div>
      <div className={styles.year}>
        <Button kind="quiet" aria-label={words.earlierYear} title={words.earlierYear} onClick={() => setYear(year - 1)}>
          ‹
        </Button>
        <Button kind="quiet" aria-pressed={samePeriod(yearOf(year), filter)} onClick={() => onPick(yearOf(year))}>
          {words.wholeYear(String(year))}
        </Button>
        <Button
          kind="quiet"
          aria-label={words.laterYear}
          title={words.laterYear}
          barred={year >= thisYear}
          onClick={() => setYear(year + 1)}
        >
          ›
        </Button>
      </div>
      <div className={styles.months}>
        {MONTHS.map(month => {
          const period = monthOf(year, month)
          return (
            <button
              key={month}
              type="button"
              className={styles.month}
              aria-label={format.month(period.from ?? 0)}
              aria-pressed={samePeriod(period, filter)}
              data-used={used === null || used.has(`${year}-${String(month + 1).padStart(2, '0')}`)}
              onClick={() => onPick(period)}
            >
              {format.shortMonth(period.from ?? 0)}
            </button>
          )
        })}
      </div>
    </>
  )
}

/** Months with calls that the other filters let through, as `2026-04`. Null until it is known, and where it cannot be. */
function useMonths(filter: Filter): ReadonlySet<string> | null {
  const [months, setMonths] = useState<ReadonlySet<string> | null>(null)
  const always = JSON.stringify({ ...filter, ...ALWAYS })
  useEffect(() => {
    let current = true
    ask('library:outline', { filter: JSON.parse(always) as Filter })
      .then(({ days }) => {
        if (current) setMonths(new Set(days.map(([day]) => day.slice(0, 7))))
      })
      // it is only a help: all months can be picked without it
      .catch((thrown: unknown) => console.warn('The months with calls are not known', thrown))
    return () => {
      current = false
    }
  }, [always])
  return months
}
