/** One call: its recordings to be heard, and what the user adds to them. */
import { useState } from 'react'
import { type Entry, type WhyNot } from '../../../shared/library/entry.ts'
import { type Annotation } from '../../../shared/library/notes.ts'
import { type PlayerOpening } from '../../player/Player.tsx'
import { ask } from '../../bridge.ts'
import { useShown } from '../../shown.ts'
import { Button, Notice, Peer, plain } from '../../ui/Controls.tsx'
import { CloseIcon, IncomingIcon, OutgoingIcon, StarIcon } from '../../ui/icons.tsx'
import { type Failure } from '../../../shared/failure.ts'
import { useAction } from '../../useAction.ts'
import { copiesOf } from '../../vault/copies.ts'
import { KeepButton } from '../../vault/KeepButton.tsx'
import { fateWords } from '../rowWords.ts'
import styles from './Details.module.css'
import { NoteEditor } from './NoteEditor.tsx'
import { Parts } from './Parts.tsx'
import { Remove } from './Remove.tsx'
import { TagEditor } from './TagEditor.tsx'

interface Props {
  readonly entry: Entry
  readonly opening: PlayerOpening
  /** Why the last change was not taken. */
  readonly refused: Failure | null
  readonly onChange: (change: Annotation) => void
  readonly onClose: () => void
}

/** Sources that may tell more as soon as they are read again. */
const LOOK_AGAIN: readonly WhyNot[] = ['late', 'folder-away']

/** Give it a `key` of the opening: the entry's id may change while it is shown. */
export function Details({ entry, opening, refused, onChange, onClose }: Props) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.recordings
  const [removing, setRemoving] = useState(false)
  const fate = fateWords(entry, snapshot.at, text, format)
  const name = plain(entry.peer.name)
  const facts = [
    name === '' ? '' : plain(entry.peer.number),
    entry.recordedMs === null ? '' : words.details.recorded(format.duration(entry.recordedMs)),
    entry.callMs === null ? '' : words.details.call(format.duration(entry.callMs)),
    entry.how === null ? '' : words.how[entry.how],
  ].filter(fact => fact !== '')
  return (
    <section className={styles.details} aria-label={words.details.label} data-entry={entry.id}>
      <header className={styles.head}>
        <div className={styles.title}>
          <h2>
            {entry.outgoing !== null && (entry.outgoing ? <OutgoingIcon /> : <IncomingIcon />)}
            <Peer peer={entry.peer} />
          </h2>
          <p className={styles.soft}>
            {words.when(format.day(entry.startedAt, snapshot.at), format.time(entry.startedAt))}
            {facts.map(fact => (
              <bdi key={fact} className={styles.fact}>
                {fact}
              </bdi>
            ))}
          </p>
        </div>
        <div className={styles.acts}>
          <Button
            aria-pressed={entry.favourite}
            onClick={() => onChange({ favourite: !entry.favourite })}
            aria-label={words.details.favourite}
            title={words.details.favourite}
          >
            <span className={styles.star}>
              <StarIcon />
            </span>
          </Button>
          {entry.parts.length > 0 && (
            <KeepButton selection={{ kind: 'entries', ids: [entry.id] }} copies={copiesOf([entry])} />
          )}
          <Button aria-expanded={removing} onClick={() => setRemoving(!removing)}>
            {words.details.remove}
          </Button>
          <Button kind="quiet" aria-label={words.details.close} title={words.details.close} onClick={onClose}>
            <CloseIcon />
          </Button>
        </div>
      </header>
      {refused !== null && <Notice role="alert">{failure(refused)}</Notice>}
      {removing && <Remove entry={entry} onHide={hidden => onChange({ hidden })} />}
      {fate !== null && <Notice>{fate.whole}</Notice>}
      {entry.parts.length === 0 ? <Why why={entry.why ?? 'unknown'} /> : <Parts entry={entry} opening={opening} />}
      <div className={styles.own}>
        <NoteEditor entry={entry.id} note={entry.note} />
        <TagEditor tags={entry.tags} onTags={tags => onChange({ tags })} />
      </div>
    </section>
  )
}

/** Why there is no recording, and what to do. */
function Why({ why }: { why: WhyNot }) {
  const { text, failure } = useShown()
  const words = text.recordings
  const action = useAction()
  return (
    <div className={styles.why}>
      <h3>{words.whyNone}</h3>
      <p>{words.why[why].answer}</p>
      {LOOK_AGAIN.includes(why) && (
        <Button barred={action.busy} onClick={() => void action.run(() => ask('library:look', undefined))}>
          {words.sync.look}
        </Button>
      )}
      {action.failure !== null && <Notice role="alert">{failure(action.failure)}</Notice>}
    </div>
  )
}
