/** A small choice of one of few. Its label is for who does not see where it stands. */
import styles from './FilterBar.module.css'

interface Props<V extends string> {
  readonly label: string
  readonly value: V
  readonly options: readonly { readonly value: V; readonly label: string }[]
  readonly onPick: (value: V) => void
}

export function Pick<V extends string>({ label, value, options, onPick }: Props<V>) {
  return (
    <select
      className={styles.pick}
      aria-label={label}
      title={label}
      value={value}
      onChange={event => {
        const picked = options.find(option => option.value === event.target.value)
        if (picked !== undefined) onPick(picked.value)
      }}
    >
      {options.map(option => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}
