/** "When nobody looks": sounds, mini bar, reminders and keys. */
import { useState } from 'react'
import { Combination, combinationOf, KeyAction, type Keys, WINDOW_KEYS } from '../../shared/keys.ts'
import { CHOICES, type SettingsChange } from '../../shared/settings.ts'
import { useShown } from '../shown.ts'
import { Button, Field, Select } from '../ui/Controls.tsx'
import { DraftField } from './DraftField.tsx'
import styles from './SettingsScreen.module.css'

export function NobodyLooks({ change }: { change: (changed: SettingsChange) => void }) {
  const { snapshot, text } = useShown()
  const { settings } = snapshot
  const words = text.settings.nobody
  return (
    <section className={styles.group}>
      <h2>{words.title}</h2>
      <div className={styles.pair}>
        <Select
          label={words.cues}
          help={words.cuesHelp}
          value={settings.cues}
          options={CHOICES.cues.map(value => ({ value, label: words.cue[value] }))}
          onChange={cues => change({ cues })}
        />
        <Select
          label={words.miniBar}
          help={words.miniBarHelp}
          value={settings.miniBar}
          options={CHOICES.miniBar.map(value => ({ value, label: words.miniBars[value] }))}
          onChange={miniBar => change({ miniBar })}
        />
      </div>
      <h3 className={styles.sub}>{words.reminders}</h3>
      <div className={styles.pair}>
        <NumberField
          label={words.paused}
          most={3600}
          value={settings.remindPausedSeconds}
          onChange={remindPausedSeconds => change({ remindPausedSeconds })}
        />
        <NumberField
          label={words.held}
          most={3600}
          value={settings.remindHeldSeconds}
          onChange={remindHeldSeconds => change({ remindHeldSeconds })}
        />
        <NumberField
          label={words.long}
          most={600}
          value={settings.remindLongMinutes}
          onChange={remindLongMinutes => change({ remindLongMinutes })}
        />
      </div>
      <p className={styles.help}>{words.remindersHelp}</p>
      <h3 className={styles.sub}>{words.keys}</h3>
      <p className={styles.help}>{words.keysHelp}</p>
      <div className={styles.pair}>
        {KeyAction.options.map(action => (
          <KeyField key={action} action={action} onChange={keys => change({ keys })} />
        ))}
      </div>
      <p className={styles.help}>
        {words.windowKeys(
          WINDOW_KEYS.record,
          WINDOW_KEYS.pause,
          WINDOW_KEYS.resume,
          WINDOW_KEYS.stop,
          WINDOW_KEYS.mute,
          WINDOW_KEYS.mark,
        )}
      </p>
    </section>
  )
}

interface NumberFieldProps {
  label: string
  most: number
  value: number
  onChange: (value: number) => void
}

/** A whole number from 0. */
function NumberField({ label, most, value, onChange }: NumberFieldProps) {
  const { text } = useShown()
  return (
    <DraftField
      label={label}
      value={String(value)}
      inputMode="numeric"
      isValid={typed => /^\d{1,4}$/.test(typed) && Number(typed) <= most}
      wrong={text.settings.nobody.number(0, most)}
      onKeep={typed => {
        if (Number(typed) !== value) onChange(Number(typed))
      }}
    />
  )
}

/** Takes the combination that is pressed in it. One without Control, Alt or Super belongs to whoever types. */
function KeyField({ action, onChange }: { action: KeyAction; onChange: (keys: Keys) => void }) {
  const { snapshot, text } = useShown()
  const { settings, shell } = snapshot
  const words = text.settings.nobody
  const names = text.shell.keyed
  const [wrong, setWrong] = useState<string | null>(null)
  const set = settings.keys[action]
  const keep = (combination: string | null) => {
    setWrong(null)
    onChange({ ...settings.keys, [action]: combination })
  }
  const take = (combination: string) => {
    const taken = KeyAction.options.find(other => other !== action && settings.keys[other] === combination)
    if (taken !== undefined) setWrong(words.sameKey(names[taken]))
    else if (Combination.safeParse(combination).success) keep(combination)
    else setWrong(words.bareKey)
  }
  const refused = set !== null && shell.keysRefused.includes(action) ? words.refusedKey : null
  return (
    <div className={styles.key}>
      <Field
        label={names[action]}
        help={action === 'toggle' ? words.toggleHelp : undefined}
        value={set ?? ''}
        placeholder={words.noKey}
        readOnly
        wrong={wrong ?? refused}
        onBlur={() => setWrong(null)}
        onKeyDown={event => {
          if (event.key === 'Tab' || event.key === 'Escape') return
          event.preventDefault()
          event.stopPropagation()
          const combination = combinationOf(event)
          if (combination !== null) take(combination)
        }}
      />
      {set !== null && (
        <Button kind="quiet" aria-label={words.clearKey(names[action])} onClick={() => keep(null)}>
          {text.app.clear}
        </Button>
      )}
    </div>
  )
}
