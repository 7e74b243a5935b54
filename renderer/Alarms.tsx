/** Above everything: what went wrong and is not yet answered, reminders, and the question before a call is left. In ink, never red. */
import { type ReactNode, useId } from 'react'
import { type AttentionWords, alarmWords, reminderWords } from '../shared/attentionWords.ts'
import styles from './Alarms.module.css'
import { ask } from './bridge.ts'
import { useShown } from './shown.ts'
import { Button, Notice } from './ui/Controls.tsx'
import { AlarmIcon, NoteIcon } from './ui/icons.tsx'
import { type Action, useAction } from './useAction.ts'

export function Alarms() {
  const { snapshot, text, format, failure } = useShown()
  const { alarms, reminders, calls, shell } = snapshot
  const action = useAction()
  if (alarms.length === 0 && reminders.length === 0 && shell.question === null) return null
  const press = (call: string, step: AttentionWords['step']) =>
    step === null ? null : (
      <Button
        barred={action.busy}
        onClick={() => void action.run(() => ask('recording:press', { call, press: step.press }))}
      >
        {step.words}
      </Button>
    )
  return (
    <div className={styles.all}>
      {shell.question !== null && <Question question={shell.question} action={action} />}
      {alarms.map(alarm => {
        const words = alarmWords(alarm, calls, text, format)
        return (
          <Card key={alarm.id} role="alertdialog" label={text.alarms.label} words={words} icon={<AlarmIcon />}>
            {press(alarm.call, words.step)}
            <Button
              kind="strong"
              barred={action.busy}
              onClick={() => void action.run(() => ask('alarm:answer', { alarm: alarm.id }))}
            >
              {text.alarms.ok}
            </Button>
          </Card>
        )
      })}
      {reminders.map(reminder => {
        const words = reminderWords(reminder, calls, text, format)
        return (
          <Card key={reminder.id} role="status" label={text.reminders.label} words={words} icon={<NoteIcon />}>
            {press(reminder.call, words.step)}
            <Button
              barred={action.busy}
              onClick={() => void action.run(() => ask('reminder:answer', { reminder: reminder.id }))}
            >
              {text.alarms.ok}
            </Button>
          </Card>
        )
      })}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}

function Question({
  question: { leaving, ends },
  action,
}: {
  question: { leaving: 'quit' | 'sign-out'; ends: boolean }
  action: Action
}) {
  const { text } = useShown()
  const words = text.shell
  const ending = leaving === 'quit' ? words.quitEndsCall : words.signOutEndsCall
  const answer = (leave: boolean) => void action.run(() => ask('shell:answer', { leave }))
  return (
    <Card
      role="alertdialog"
      label={words.quitTitle}
      icon={<NoteIcon />}
      words={{ title: words.quitTitle, facts: [ends ? ending : words.quitGoesOn], step: null }}
    >
      <Button kind="strong" onClick={() => answer(false)} autoFocus>
        {words.stay}
      </Button>
      <Button onClick={() => answer(true)}>{words.leave[leaving]}</Button>
    </Card>
  )
}

interface CardProps {
  role: 'alertdialog' | 'status'
  label: string
  words: Pick<AttentionWords, 'title' | 'facts' | 'step'>
  icon: ReactNode
  children: ReactNode
}

/** Not modal: what is behind must stay in reach, the lamp above all. */
function Card({ role, label, words, icon, children }: CardProps) {
  const id = useId()
  return (
    <section className={styles.card} role={role} aria-label={label} aria-describedby={id} data-role={role}>
      {icon}
      {/* read out as it comes and as it changes */}
      <div id={id} className={styles.words} role={role === 'alertdialog' ? 'alert' : undefined}>
        <p className={styles.title}>{words.title}</p>
        <p>{words.facts.join(' ')}</p>
      </div>
      <div className={styles.answers}>{children}</div>
    </section>
  )
}
