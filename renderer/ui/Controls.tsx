/** The plain parts that the screens share: button, field, select, switch, notice, and the name of another person. */
import { type ComponentProps, type ReactNode, useId } from 'react'
import { isolated, peerName, plain } from '../../shared/peer.ts'
import { useShown } from '../shown.ts'
import { CloseIcon, NoteIcon } from './icons.tsx'
import styles from './Controls.module.css'

type ButtonProps = Omit<ComponentProps<'button'>, 'className' | 'disabled' | 'type'> & {
  /** `main`: the accent; `strong`: ink, for what ends a call; `quiet`: words only. */
  kind?: 'main' | 'plain' | 'strong' | 'quiet'
  submit?: boolean
  /** Takes no press, yet stays in reach of the keyboard so that its reason can be heard. */
  barred?: boolean
}

export function Button({ kind = 'plain', submit = false, barred = false, onClick, children, ...rest }: ButtonProps) {
  return (
    <button
      {...rest}
      type={submit ? 'submit' : 'button'}
      className={styles.button}
      data-kind={kind}
      aria-disabled={barred || undefined}
      onClick={event => {
        if (barred) event.preventDefault()
        else onClick?.(event)
      }}
    >
      {children}
    </button>
  )
}

type FieldProps = Omit<ComponentProps<'input'>, 'className' | 'id'> & {
  label: string
  help?: ReactNode
  wrong?: string | null
}

export function Field({ label, help, wrong = null, ...input }: FieldProps) {
  const id = useId()
  const note = wrong ?? help
  const hasNote = note !== undefined && note !== null
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <input
        {...input}
        id={id}
        className={styles.input}
        aria-invalid={wrong !== null || undefined}
        aria-describedby={hasNote ? `${id}-note` : undefined}
      />
      {hasNote && (
        <p id={`${id}-note`} className={styles.help} data-wrong={wrong !== null || undefined} aria-live="polite">
          {note}
        </p>
      )}
    </div>
  )
}

interface SelectProps<V extends string> {
  label: string
  value: V
  options: readonly { readonly value: V; readonly label: string }[]
  help?: string
  onChange: (value: V) => void
}

export function Select<V extends string>({ label, value, options, help, onChange }: SelectProps<V>) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <select
        id={id}
        className={styles.input}
        value={value}
        aria-describedby={help === undefined ? undefined : `${id}-note`}
        onChange={event => {
          const chosen = options.find(option => option.value === event.target.value)
          if (chosen !== undefined) onChange(chosen.value)
        }}
      >
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      {help !== undefined && (
        <p id={`${id}-note`} className={styles.help}>
          {help}
        </p>
      )}
    </div>
  )
}

interface SwitchProps {
  label: string
  /** Off the screen, for one whose place says what it is. */
  labelUnseen?: boolean
  on: boolean
  /** Asked for and not yet read back. */
  pending: boolean
  barred: boolean
  onPress: () => void
}

/** Shows what was read, never what was asked for: the knob moves when the server says so. Pressed again, it is asked back. */
export function Switch({ label, labelUnseen = false, on, pending, barred, onPress }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      className={styles.switch}
      aria-checked={on}
      aria-label={label}
      aria-busy={pending || undefined}
      aria-disabled={barred || undefined}
      data-pending={pending || undefined}
      onClick={() => {
        if (!barred) onPress()
      }}
    >
      <span className={styles.track} aria-hidden="true">
        <span className={styles.knob} />
      </span>
      {!labelUnseen && <span>{label}</span>}
    </button>
  )
}

interface NoticeProps {
  children: ReactNode
  /** `alert` interrupts a screen reader: for what was just refused. */
  role?: 'alert' | 'status'
  onClose?: () => void
}

/** Something to know, with what to do. In ink: the red is the lamp's. */
export function Notice({ children, role = 'status', onClose }: NoticeProps) {
  const { text } = useShown()
  return (
    <div className={styles.notice} role={role} data-role={role}>
      <NoteIcon />
      <div className={styles.noticeBody}>{children}</div>
      {onClose !== undefined && (
        <button type="button" className={styles.close} aria-label={text.app.close} onClick={onClose}>
          <CloseIcon />
        </button>
      )}
    </div>
  )
}

/** A caller's name: hostile input, so it is text only, kept apart from the direction of the words around it, and short. */
export function Peer({ peer }: { peer: { readonly name: string; readonly number: string } }) {
  const { text } = useShown()
  const name = peerName(peer, text.app.unknownCaller)
  return (
    <bdi className={styles.peer} title={name}>
      {name}
    </bdi>
  )
}

/** Words of others by themselves: a server's, a certificate's, a folder's. Text only, which steers nothing around it. */
export function Foreign({ children }: { children: string }) {
  return <bdi>{plain(children)}</bdi>
}

export { isolated, peerName, plain }
