/**
 * The virtual list: a box as tall as the whole list is scrolled, and only what is on screen is drawn, at the places that the
 * outline gives. The focus is the grid's own and points at a row, so that it is never lost with one.
 */
import { type KeyboardEvent, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { flushSync } from 'react-dom'
import { type Format } from '../../shared/text/index.ts'
import { useShown } from '../shown.ts'
import styles from './Grid.module.css'
import { dayAt, type Days, noonOf } from './list/days.ts'
import {
  boxHeight,
  dayAtLine,
  headTop,
  heightOf,
  itemsBetween,
  rowAtLine,
  rowTop,
  toList,
  toScroll,
} from './list/geometry.ts'
import { type LibraryList, type ListState } from './list/libraryList.ts'
import { entryAt } from './list/pages.ts'
import { isSelected, type Selected } from './list/selection.ts'
import { useSizes } from './list/useSizes.ts'
import { type Seen } from './memory.ts'
import { Row, type RowActs, rowId } from './Row.tsx'

/** Drawn above and below the screen, CSS pixels: as far one may scroll before anything is drawn anew. */
const BEYOND = 600
/** The layer of rows is placed in steps, so that places in it stay small numbers, and seldom change. */
const STEP = 10_000
const HOUR_MS = 3_600_000

export interface GridActs extends RowActs {
  readonly onMove: (index: number, range: boolean) => void
  readonly onAll: () => void
  readonly onEscape: () => void
}

interface Props {
  readonly list: LibraryList
  readonly state: ListState
  readonly selected: Selected
  /** Id of the entry whose details are open. */
  readonly opened: string | null
  readonly acts: GridActs
  /** Where it is scrolled to: kept by the owner while the grid is away. */
  readonly seen: Seen
}

export function Grid({ list, state, selected, opened, acts, seen: remembered }: Props) {
  const { snapshot, text, format } = useShown()
  const words = text.recordings
  const { days, pages, cursor, version, firstRow } = state
  const sizes = useSizes()
  const scroller = useRef<HTMLDivElement>(null)
  const layer = useRef<HTMLDivElement>(null)
  const sticky = useRef<HTMLDivElement>(null)
  const seen = useRef(remembered)
  const drawn = useRef<{ readonly sizes: typeof sizes; readonly version: number } | null>(null)
  const [range, setRange] = useState(() => ({
    from: Math.max(0, remembered.at - BEYOND),
    to: remembered.at + 2 * BEYOND,
  }))
  const [topDay, setTopDay] = useState(0)
  const height = heightOf(days, sizes)
  const base = Math.floor(range.from / STEP) * STEP

  /** Reads how far it is scrolled, or goes to a line, and draws what is to be seen there. */
  const follow = useCallback(
    (to: number | null, now: (change: () => void) => void) => {
      const box = scroller.current
      if (box === null) return
      const view = box.clientHeight
      const { current } = seen
      if (to !== null) {
        current.at = Math.max(0, Math.min(to, height - view))
        box.scrollTop = toScroll(current.at, height, view)
      } else if (Math.abs(toScroll(current.at, height, view) - box.scrollTop) >= 1) {
        // of a list taller than the box, the place on the scroll bar is coarser than ours
        current.at = toList(box.scrollTop, height, view)
      }
      const first = rowAtLine(days, sizes, current.at)
      current.first = first
      current.above = current.at - rowTop(days, sizes, first)
      const last = rowAtLine(days, sizes, current.at + view)
      if (layer.current !== null) layer.current.style.translate = `0 ${base + box.scrollTop - current.at}px`
      const day = dayAtLine(days, sizes, current.at)
      if (sticky.current !== null) {
        const next = day + 1 < days.days.length ? headTop(days, sizes, day + 1) - current.at : sizes.head
        sticky.current.style.translate = `0 ${Math.min(0, next - sizes.head)}px`
      }
      const outside = current.at < range.from || current.at + view > range.to
      const near = current.at - range.from < BEYOND / 2 && range.from > 0
      if (outside || near || range.to - current.at - view < BEYOND / 2)
        now(() => setRange(wide(current.at, view, height, range)))
      setTopDay(day)
      list.look(first, last)
    },
    [list, days, sizes, height, base, range],
  )

  // what was on screen stays there when another list takes the place of this one, or rows change their height
  useLayoutEffect(() => {
    const before = drawn.current
    drawn.current = { sizes, version }
    // it comes back where it was left
    if (before === null) return follow(seen.current.at, change => change())
    const { at, first, above } = seen.current
    if (before.version !== version && firstRow === null) return follow(0, change => change())
    const moved = before.version !== version && at > 0
    if (moved || before.sizes !== sizes)
      return follow(rowTop(days, sizes, moved ? (firstRow ?? 0) : first) + Math.min(above, sizes.row), change =>
        change(),
      )
    follow(null, change => change())
  }, [follow, days, sizes, version, firstRow])

  useEffect(() => {
    const box = scroller.current
    if (box === null) return
    const onScroll = () => follow(null, flushSync)
    const observer = new ResizeObserver(() => follow(null, change => change()))
    const onWheel = (event: WheelEvent) => {
      // where the bar moves in a larger measure the wheel still moves by what is on screen
      if (height <= boxHeight(height) || event.ctrlKey || event.deltaMode !== WheelEvent.DOM_DELTA_PIXEL) return
      event.preventDefault()
      follow(seen.current.at + event.deltaY, flushSync)
    }
    box.addEventListener('scroll', onScroll, { passive: true })
    box.addEventListener('wheel', onWheel, { passive: false })
    observer.observe(box)
    return () => {
      box.removeEventListener('scroll', onScroll)
      box.removeEventListener('wheel', onWheel)
      observer.disconnect()
    }
  }, [follow, height])

  const show = (index: number) => {
    const view = scroller.current?.clientHeight ?? 0
    const top = rowTop(days, sizes, index)
    const { at } = seen.current
    // the heading of its day covers the top of the screen
    if (top - sizes.head < at) follow(top - sizes.head, flushSync)
    else if (top + sizes.row > at + view) follow(top + sizes.row - view, flushSync)
  }
  const go = (index: number, withRange: boolean) => {
    const to = Math.max(0, Math.min(index, days.total - 1))
    acts.onMove(to, withRange)
    show(to)
  }
  const onKeyDown = (event: KeyboardEvent) => {
    // the small buttons of a row have presses of their own
    const isButton = event.target !== event.currentTarget && (event.key === 'Enter' || event.key === ' ')
    if (event.altKey || days.total === 0 || isButton) return
    const plain = !event.ctrlKey && !event.metaKey
    const here = cursor?.index ?? seen.current.first
    const screen = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / sizes.row) - 2)
    const done = () => {
      switch (event.key) {
        case 'ArrowDown':
          return go(cursor === null ? here : here + 1, event.shiftKey)
        case 'ArrowUp':
          return go(here - 1, event.shiftKey)
        case 'PageDown':
          return go(here + screen, event.shiftKey)
        case 'PageUp':
          return go(here - screen, event.shiftKey)
        case 'Home':
          return go(0, event.shiftKey)
        case 'End':
          return go(days.total - 1, event.shiftKey)
        case 'Enter':
          return acts.onPlay(here)
        case ' ':
          return acts.onSelect(here, event.shiftKey)
        case 'Escape':
          return acts.onEscape()
        default:
          return event.key.toLowerCase() === 'a' && !plain ? acts.onAll() : null
      }
    }
    if (done() !== null) event.preventDefault()
  }

  const items = useMemo(() => itemsBetween(days, sizes, range.from, range.to), [days, sizes, range])
  const now = Math.floor(snapshot.at / HOUR_MS) * HOUR_MS
  const names = useMemo(() => {
    const drawnDays = items.map(item => (item.kind === 'head' ? item.day : dayAt(days, item.index)))
    return new Map([...new Set(drawnDays)].map(day => [day, nameOf(days, day, format, now)]))
  }, [items, days, format, now])
  const pointsAt = cursor !== null && items.some(item => item.kind === 'row' && item.index === cursor.index)
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="grid"
      tabIndex={0}
      aria-label={words.grid}
      aria-description={words.keys}
      aria-multiselectable="true"
      aria-rowcount={days.total + days.days.length}
      aria-busy={state.busy}
      aria-activedescendant={pointsAt ? rowId(cursor.index) : undefined}
      onKeyDown={onKeyDown}
      onFocus={event => {
        // whoever comes by keyboard has a row to begin with
        if (event.target === event.currentTarget && cursor === null && event.currentTarget.matches(':focus-visible'))
          list.setCursor(seen.current.first)
      }}
    >
      <div ref={sticky} className={styles.sticky} aria-hidden="true">
        {nameOf(days, topDay, format, now)}
      </div>
      <div className={styles.box} role="presentation" ref={box => setHeight(box, boxHeight(height))}>
        <div ref={layer} className={styles.layer} role="presentation">
          {items.map(item =>
            item.kind === 'head' ? (
              <div
                key={`day-${item.day}`}
                ref={head => setTop(head, item.top - base)}
                className={styles.head}
                role="row"
                aria-rowindex={(days.starts[item.day] ?? 0) + item.day + 1}
              >
                <span role="rowheader">{names.get(item.day)}</span>
              </div>
            ) : (
              <Row
                key={item.index}
                index={item.index}
                rowIndex={item.index + dayAt(days, item.index) + 2}
                top={item.top - base}
                day={names.get(dayAt(days, item.index)) ?? ''}
                entry={entryAt(pages, item.index)}
                cursor={cursor?.index === item.index}
                selected={isSelectedAt(state, selected, item.index)}
                opened={opened !== null && entryAt(pages, item.index)?.id === opened}
                acts={acts}
                text={text}
                format={format}
                now={now}
              />
            ),
          )}
        </div>
      </div>
    </div>
  )
}

/** The words of a day's heading; empty where there is no such day. */
function nameOf({ days }: Days, day: number, format: Format, now: number): string {
  const date = days[day]
  return date === undefined ? '' : format.day(noonOf(date), now)
}

function isSelectedAt({ pages }: ListState, selected: Selected, index: number): boolean {
  const entry = entryAt(pages, index)
  return entry !== undefined && isSelected(selected, entry.id)
}

/** The same range where nothing changes: a state that stays is not drawn again. */
function wide(at: number, view: number, height: number, before: { from: number; to: number }) {
  const from = Math.max(0, at - BEYOND)
  const to = Math.min(Math.max(height, view), at + view + BEYOND)
  return from === before.from && to === before.to ? before : { from, to }
}

function setTop(element: HTMLElement | null, top: number): void {
  if (element !== null) element.style.insetBlockStart = `${top}px`
}

function setHeight(element: HTMLElement | null, height: number): void {
  if (element !== null) element.style.blockSize = `${height}px`
}
