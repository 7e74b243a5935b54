/** A field of the settings: what is typed is kept once it is whole, on Enter or when the field is left. Escape takes it back. */
import { type HTMLAttributes, useState } from 'react'
import { Field } from '../ui/Controls.tsx'

interface DraftFieldProps {
  label: string
  value: string
  isValid: (typed: string) => boolean
  /** Said while what is typed is not valid. */
  wrong: string
  inputMode?: HTMLAttributes<HTMLInputElement>['inputMode']
  onKeep: (typed: string) => void
}

export function DraftField({ label, value, isValid, wrong, inputMode, onKeep }: DraftFieldProps) {
  const [draft, setDraft] = useState<string | null>(null)
  const typed = (draft ?? value).trim()
  const valid = isValid(typed)
  const done = () => {
    if (draft === null || !valid) return
    if (typed !== value) onKeep(typed)
    setDraft(null)
  }
  return (
    <Field
      label={label}
      value={draft ?? value}
      inputMode={inputMode}
      autoComplete="off"
      wrong={valid ? null : wrong}
      onChange={event => setDraft(event.target.value)}
      onBlur={done}
      onKeyDown={event => {
        if (event.key === 'Enter') done()
        if (event.key === 'Escape') setDraft(null)
      }}
    />
  )
}
