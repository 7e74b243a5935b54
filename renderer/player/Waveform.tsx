/**
 * The sound seen: a slider over the whole of it, drawn on a canvas. A click goes there, a drag selects a span to be
 * repeated; all of it can be done by keys and buttons as well.
 */
import { type PointerEvent, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { type Mark } from '../../shared/library/notes.ts'
import { useShown } from '../shown.ts'
import { Button } from '../ui/Controls.tsx'
import { draw, type Colours } from './draw.ts'
import { type Span, spanAt } from './quiet.ts'
import { type Peaks } from './usePeaks.ts'
import { following, isWhole, scrolled, type View, wholeOf, within, zoomed } from './view.ts'
import styles from './Waveform.module.css'

interface Props {
  readonly peaks: Peaks | null
  readonly silences: readonly Span[]
  readonly length: number
  readonly position: number
  /** The place that is told of: it stands still while it plays, or a screen reader would never end. */
  readonly told: number
  readonly playing: boolean
  readonly selection: Span | null
  readonly marks: readonly Mark[]
  /** What is to be said of the picture. */
  readonly hint: string | null
  readonly onSeek: (ms: number) => void
  readonly onSelect: (span: Span | null) => void
}

/** A press that moves less is a click. CSS pixels. */
const DRAG_PX = 4
const NEAR_MARK_MS = 1000

export function Waveform(props: Props) {
  const { peaks, silences, length, position, told, playing, selection, marks, hint, onSeek, onSelect } = props
  const { text, format } = useShown()
  const words = text.player
  const canvas = useRef<HTMLCanvasElement>(null)
  const [size, setSize] = useState({ width: 0, height: 0, scale: 1 })
  const [shown, setShown] = useState<View | null>(null)
  const [dragged, setDragged] = useState<Span | null>(null)
  const press = useRef<{ x: number; ms: number } | null>(null)

  const base = shown === null ? wholeOf(length) : within(shown, length)
  const view = playing ? following(base, position, length) : base
  // where the page was turned it stays
  if (shown !== null && Math.abs(view.from - base.from) > 1) setShown(view)
  const selected = dragged ?? selection

  useLayoutEffect(() => {
    const element = canvas.current
    if (element === null) return
    const measure = () => {
      const scale = window.devicePixelRatio
      const box = element.getBoundingClientRect()
      setSize({ width: Math.round(box.width * scale), height: Math.round(box.height * scale), scale })
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [])

  // the theme of the system changes without a new snapshot
  const [, setTheme] = useState(0)
  useEffect(() => {
    const dark = window.matchMedia('(prefers-color-scheme: dark)')
    const onChange = () => setTheme(before => before + 1)
    dark.addEventListener('change', onChange)
    return () => dark.removeEventListener('change', onChange)
  }, [])

  useLayoutEffect(() => {
    const element = canvas.current
    const context = element?.getContext('2d') ?? null
    if (element === null || context === null || size.width === 0) return
    if (element.width !== size.width) element.width = size.width
    if (element.height !== size.height) element.height = size.height
    const times = marks.map(({ atMs }) => atMs)
    const drawing = { view, peaks, silences, position, selection: selected, marks: times }
    draw(context, size.width, size.height, size.scale, coloursOf(element), drawing)
  })

  const msAt = (event: { clientX: number }) => {
    const box = canvas.current?.getBoundingClientRect()
    if (box === undefined || box.width === 0) return 0
    const share = Math.max(0, Math.min(1, (event.clientX - box.left) / box.width))
    return Math.min(length, view.from + share * (view.to - view.from))
  }
  const zoom = useCallback(
    (factor: number, at: number) => {
      setShown(before => {
        const next = zoomed(before === null ? wholeOf(length) : within(before, length), factor, at, length)
        return isWhole(next, length) ? null : next
      })
    },
    [length],
  )
  useEffect(() => {
    const element = canvas.current
    if (element === null) return
    // React's own listener could not keep the page from scrolling
    const onWheel = (event: WheelEvent) => {
      const box = element.getBoundingClientRect()
      if (event.ctrlKey) {
        event.preventDefault()
        const at = view.from + ((event.clientX - box.left) / box.width) * (view.to - view.from)
        zoom(event.deltaY > 0 ? 1.25 : 0.8, at)
      } else if (shown !== null && (event.deltaX !== 0 || event.shiftKey)) {
        event.preventDefault()
        const by = ((event.deltaX || event.deltaY) / box.width) * (view.to - view.from)
        setShown(scrolled(view, by, length))
      }
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  })

  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.button !== 0) return
    press.current = { x: event.clientX, ms: msAt(event) }
    event.currentTarget.setPointerCapture(event.pointerId)
  }
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    const from = press.current
    if (from === null || (dragged === null && Math.abs(event.clientX - from.x) < DRAG_PX)) return
    const to = msAt(event)
    setDragged({ from: Math.min(from.ms, to), to: Math.max(from.ms, to) })
  }
  const onPointerUp = () => {
    const from = press.current
    press.current = null
    if (dragged !== null) onSelect(dragged.to > dragged.from ? dragged : null)
    else if (from !== null) onSeek(from.ms)
    setDragged(null)
  }

  return (
    <div className={styles.waveform}>
      <canvas
        ref={canvas}
        className={styles.canvas}
        data-lanes={peaks?.channels ?? 1}
        tabIndex={0}
        role="slider"
        aria-label={words.position}
        aria-valuemin={0}
        aria-valuemax={Math.round(length / 1000)}
        aria-valuenow={Math.min(Math.round(told / 1000), Math.round(length / 1000))}
        aria-valuetext={describe()}
        aria-description={words.keys.help}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => {
          press.current = null
          setDragged(null)
        }}
      />
      <div className={styles.zoom}>
        <Button
          kind="quiet"
          aria-label={words.zoomIn}
          title={words.zoomIn}
          barred={peaks === null}
          onClick={() => zoom(0.5, position)}
        >
          +
        </Button>
        <Button
          kind="quiet"
          aria-label={words.zoomOut}
          title={words.zoomOut}
          barred={shown === null}
          onClick={() => zoom(2, position)}
        >
          −
        </Button>
        {shown !== null && (
          <input
            type="range"
            className={styles.scroll}
            aria-label={words.shownPart}
            aria-valuetext={words.fromTo(format.duration(view.from), format.duration(view.to))}
            min={0}
            max={Math.max(0, length - (view.to - view.from))}
            step="any"
            value={view.from}
            onChange={event => setShown(scrolled(view, event.target.valueAsNumber - view.from, length))}
          />
        )}
        {hint !== null && (
          <span className={styles.hint} data-later={hint === words.drawing || undefined}>
            {hint}
          </span>
        )}
      </div>
    </div>
  )

  function describe(): string {
    const said = [words.of(format.duration(told), format.duration(length))]
    if (peaks !== null && told <= peaks.ms) said.push(spanAt(silences, told) === null ? words.speech : words.silence)
    const mark = marks.find(({ atMs }) => Math.abs(atMs - told) < NEAR_MARK_MS)
    if (mark !== undefined) said.push(mark.text === '' ? words.markHere : words.markNamed(mark.text))
    if (selection !== null) said.push(words.repeats(format.duration(selection.from), format.duration(selection.to)))
    return said.join(', ')
  }
}

function coloursOf(element: HTMLElement): Colours {
  const style = getComputedStyle(element)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  return {
    played: colour('--accent'),
    ahead: colour('--line-strong'),
    quiet: colour('--line'),
    lane: colour('--line'),
    selection: colour('--accent-soft'),
    cursor: colour('--ink'),
    mark: colour('--ink-soft'),
  }
}
