/** One call in one line of the grid. */
import { memo } from 'react'
import { type Entry } from '../../shared/library/entry.ts'
import { type Format, type Text } from '../../shared/text/index.ts'
import { Peer, plain } from '../ui/Controls.tsx'
import { IncomingIcon, KeptIcon, OutgoingIcon, StarIcon, WritingIcon } from '../ui/icons.tsx'
import styles from './Row.module.css'
import { fateWords, lengthOf, whatWords } from './rowWords.ts'

/** What happens at a row, by its number. */
export interface RowActs {
  readonly onOpen: (index: number) => void
  readonly onPlay: (index: number) => void
  readonly onSelect: (index: number, range: boolean) => void
  readonly onFavourite: (entry: Entry) => void
}

interface Props {
  readonly index: number
  /** Of the grid: headings count. */
  readonly rowIndex: number
  /** CSS pixels from the top of the layer. */
  readonly top: number
  /** The heading above, said with the time to those who do not see it. */
  readonly day: string
  /** Undefined while it is being loaded. */
  readonly entry: Entry | undefined
  readonly cursor: boolean
  readonly selected: boolean
  readonly opened: boolean
  readonly acts: RowActs
  readonly text: Text
  readonly format: Format
  /** Milliseconds since the epoch, coarse: it changes seldom, so that a row is not drawn anew with every snapshot. */
  readonly now: number
}

export const rowId = (index: number) => `call-${index}`

export const Row = memo(function Row(props: Props) {
  const { index, rowIndex, top, day, entry, cursor, selected, opened, acts, text, format, now } = props
  const words = text.recordings
  const place = (row: HTMLDivElement | null) => {
    if (row !== null) row.style.insetBlockStart = `${top}px`
  }
  const line = {
    ref: place,
    id: rowId(index),
    className: styles.row,
    role: 'row',
    'aria-rowindex': rowIndex,
    'data-cursor': cursor || undefined,
  }
  if (entry === undefined)
    return (
      <div {...line}>
        <span role="gridcell" aria-busy="true" className={styles.empty}>
          <span className="unseen">{words.loading}</span>
        </span>
      </div>
    )
  const length = lengthOf(entry)
  const name = plain(entry.peer.name)
  const fate = fateWords(entry, now, text, format)
  const what = whatWords(entry, text, format)
  const kept = entry.parts.some(part => part.kept)
  return (
    <div
      {...line}
      aria-selected={selected}
      aria-current={opened || undefined}
      data-entry={entry.id}
      data-recorded={entry.parts.length > 0}
      onClick={event => {
        if (event.shiftKey || event.ctrlKey || event.metaKey) acts.onSelect(index, event.shiftKey)
        else acts.onOpen(index)
      }}
      onDoubleClick={() => acts.onPlay(index)}
      onMouseDown={event => {
        // a range with Shift selects rows, not the letters between
        if (event.shiftKey) event.preventDefault()
      }}
    >
      <span role="gridcell" className={styles.check}>
        <button
          type="button"
          role="checkbox"
          tabIndex={-1}
          aria-label={words.selection.one}
          aria-checked={selected}
          onClick={event => {
            event.stopPropagation()
            acts.onSelect(index, event.shiftKey)
          }}
        />
      </span>
      <span role="gridcell" className={styles.time}>
        <span className="unseen">{day}, </span>
        {format.time(entry.startedAt)}
      </span>
      <span role="gridcell" className={styles.way}>
        {entry.outgoing !== null && (
          <>
            {entry.outgoing ? <OutgoingIcon /> : <IncomingIcon />}
            <span className="unseen">{entry.outgoing ? words.outgoing : words.incoming}</span>
          </>
        )}
      </span>
      <span role="gridcell" className={styles.name}>
        <Peer peer={entry.peer} />
      </span>
      <span role="gridcell" className={styles.number}>
        <bdi>{name === '' ? '' : plain(entry.peer.number)}</bdi>
      </span>
      <span role="gridcell" className={styles.what} title={fate === null ? what : `${fate.whole} ${what}`}>
        {fate !== null && <strong className={styles.fate}>{fate.short}</strong>}
        {what}
      </span>
      <span role="gridcell" className={styles.tags}>
        {entry.tags.map(tag => (
          <bdi key={tag} className={styles.tag}>
            {plain(tag)}
          </bdi>
        ))}
      </span>
      <span role="gridcell" className={styles.signs}>
        {entry.marks > 0 && <span title={words.marks(entry.marks)}>{words.marks(entry.marks)}</span>}
        {entry.note !== '' && (
          <span title={words.hasNote}>
            <WritingIcon />
            <span className="unseen">{words.hasNote}</span>
          </span>
        )}
        {kept && (
          <span title={words.kept}>
            <KeptIcon />
            <span className="unseen">{words.kept}</span>
          </span>
        )}
        {entry.hidden && <span>{words.isHidden}</span>}
      </span>
      <span role="gridcell" className={styles.length}>
        {length === null ? '' : format.duration(length)}
      </span>
      <span role="gridcell" className={styles.star}>
        <button
          type="button"
          tabIndex={-1}
          aria-label={words.favourite}
          title={words.favourite}
          aria-pressed={entry.favourite}
          onClick={event => {
            event.stopPropagation()
            acts.onFavourite(entry)
          }}
        >
          <StarIcon />
        </button>
      </span>
    </div>
  )
})
