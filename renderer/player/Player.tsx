/**
 * The player of one call: its parts one after the other, the sound seen, marks. It holds the place while the list around it
 * changes, and stops when a call rings or the sound lost its way out.
 */
import {
  type KeyboardEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
} from 'react'
import { type Failure } from '../../shared/failure.ts'
import { type Entry } from '../../shared/library/entry.ts'
import { type Mark } from '../../shared/library/notes.ts'
import { USUAL_RAW_RATE } from '../../shared/library/rawRate.ts'
import { isFunctionKey, JUMPS, nextSpeed, playerAction, type PlayerAction } from '../../shared/playerKeys.ts'
import { ask } from '../bridge.ts'
import { ExportDialog } from '../exporting/ExportDialog.tsx'
import { useShown } from '../shown.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { RecordedAt } from '../ui/RecordedAt.tsx'
import { useAction } from '../useAction.ts'
import { LoudFirst } from './LoudFirst.tsx'
import { MarksList } from './MarksList.tsx'
import { timesIn } from './noteTimes.ts'
import { canBeHeard, gapBefore, mayPass, nextPart, timedParts } from './parts.ts'
import styles from './Player.module.css'
import { lengthOf, silencesOf, skippedOf, type Span } from './quiet.ts'
import { Sound, type SoundState } from './sound.ts'
import { Transport } from './Transport.tsx'
import { useCallBegins } from './useCallBegins.ts'
import { useMarks } from './useMarks.ts'
import { useMediaKeys } from './useMediaKeys.ts'
import { useOutput } from './useOutput.ts'
import { usePeaks } from './usePeaks.ts'
import { useTellsRate } from './useTellsRate.ts'
import { Waveform } from './Waveform.tsx'

/** Where to begin: a part (null = the first that can be heard), a place in it (null = where the user was), at once or not. */
export interface PlayerOpening {
  readonly part: string | null
  readonly atMs: number | null
  readonly play: boolean
}

/** What the player needs of a call. */
export type Played = Pick<Entry, 'id' | 'parts' | 'note'>

/** A growing recording is asked again so often once it was played to its end. */
const GROWN_MS = 2_500
/** So close to its beginning or end a place is not worth remembering. */
const EDGE_MS = 3_000
const PLACE_EVERY_MS = 10_000

const addressOf = (part: string) => `recording://${part}/`

interface Props {
  readonly entry: Played
  readonly opening: PlayerOpening | null
  /** What can be done with a part, or with the span of it that is selected. */
  readonly hand: (part: string, span: Span | null) => ReactNode
}

export function Player({ entry, opening, hand }: Props) {
  const { snapshot, text, format, failure } = useShown()
  const words = text.player
  const [chosen, setChosen] = useState<string | null>(opening?.part ?? null)
  const [grown, setGrown] = useState(0)
  const [said, setSaid] = useState('')
  const [fresh, setFresh] = useState<string | null>(null)
  const [asksLoud, setAsksLoud] = useState(false)
  const [sound] = useState(() => new Sound())
  const state = useSyncExternalStore(sound.subscribe, sound.state)
  const audio = useRef<HTMLAudioElement>(null)
  /** The part that was still being written when it was last opened: there may be more of it. */
  const openWhen = useRef<string | null>(null)
  const begin = useRef({ opening, play: opening?.play ?? false })
  const action = useAction()

  const part = entry.parts.find(({ id }) => id === chosen) ?? entry.parts.find(canBeHeard) ?? entry.parts[0]
  const partId = part?.id ?? ''
  const hearable = part !== undefined && canBeHeard(part)
  const growing = part?.hearing === 'growing'
  const { stage } = snapshot
  const canPlay = stage.stage !== 'ready' || stage.account.capabilities?.playRecordings !== false
  const mayBeMore = 2 * (grown + state.recoveries) + (growing ? 1 : 0)
  const rate = snapshot.library.rawRate ?? USUAL_RAW_RATE
  const peaksState = usePeaks(hearable ? partId : '', mayBeMore, rate)
  const tellsRate = useTellsRate(hearable ? partId : null, mayBeMore)
  const peaks = peaksState === 'none' || peaksState === 'failed' ? null : peaksState
  const length = Math.max(state.length ?? 0, peaks?.ms ?? 0) || (part?.durationMs ?? 0)
  const { silences, skipped, saved } = useMemo(() => {
    const found = peaks === null ? [] : silencesOf(peaks.values, peaks.channels)
    const left = skippedOf(found)
    return { silences: found, skipped: left, saved: lengthOf(left) }
  }, [peaks])
  const { marks, change } = useMarks(entry.id)
  const own = useMemo(() => marks?.filter(mark => mark.part === partId) ?? [], [marks, partId])

  const { playAloud } = snapshot.settings
  /** It is heard, or will be by itself: what is still being written waits at its end for more. */
  const isUnderWay = ({ playing, ended }: SoundState) => playing || (growing && ended)
  const underWay = isUnderWay(state)
  /** It plays once it is known that nobody else hears it, or that they may. */
  const starts = useRef(false)
  const pause = () => {
    starts.current = false
    sound.pause()
  }
  const giveWay = (why: string) => {
    const stopped = isUnderWay(sound.state())
    pause()
    if (stopped) setSaid(why)
  }
  useCallBegins(snapshot, () => giveWay(words.stopped.call))
  const aloud = useOutput(sound, snapshot.settings.devices.speaker, () => giveWay(words.stopped.unplugged))
  const start = () => {
    if (!hearable) return
    starts.current = !playAloud && aloud === null
    if (playAloud || aloud === false) play()
    else if (aloud === true) setAsksLoud(true)
  }
  const play = () => {
    if (!growing || !sound.isAtEnd()) return sound.play()
    // there may be more by now; from its beginning nobody asked for it
    sound.stayAtEnd()
    openAgain(partId)
    setGrown(before => before + 1)
  }
  const seek = (ms: number) => {
    const before = sound.state()
    const goesOn = isUnderWay(before) && !before.playing
    sound.seek(ms)
    if (goesOn) start()
  }
  const latestStart = useRef(start)
  useEffect(() => {
    latestStart.current = start
  })
  useEffect(() => {
    if (aloud !== null && starts.current) latestStart.current()
  }, [aloud])

  useEffect(() => (audio.current === null ? undefined : sound.attach(audio.current)), [sound])
  useEffect(() => sound.silences(skipped), [sound, skipped])
  useEffect(() => {
    if (!hearable) {
      // nothing of what is shown would stop the one before, or what it was until now
      starts.current = false
      sound.pause()
      begin.current = { ...begin.current, play: false }
      return
    }
    let current = true
    const { opening: wished, play } = begin.current
    begin.current = { opening: null, play: false }
    sound.load(addressOf(partId), wished?.atMs ?? 0)
    openWhen.current = growing ? partId : null
    if (play) latestStart.current()
    if (play || (wished !== null && wished.atMs !== null)) return
    void ask('player:place', { part: partId })
      .then(place => {
        if (!current || place === null || sound.state().position > 0) return
        sound.seek(place)
        setSaid(words.goesOn(format.duration(place)))
      })
      // it begins at the start then
      .catch(console.error)
    return () => {
      current = false
    }
    // the words of the day the part was opened will do
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [sound, partId, hearable])

  // a double click opens with its first click, and plays with its second
  const wished = opening?.play ?? false
  const answered = useRef(wished)
  useEffect(() => {
    if (wished && !answered.current) latestStart.current()
    answered.current = wished
  }, [wished])

  usePlaceKept(sound, hearable ? partId : null)

  const openAgain = useCallback(
    (still: string | null) => {
      openWhen.current = still
      sound.again(() => latestStart.current())
    },
    [sound],
  )
  useEffect(() => {
    // it is finished: what is known of its length is not
    if (!growing && openWhen.current === partId && !sound.state().playing) openAgain(null)
  }, [growing, partId, sound, openAgain])
  const heardAt = useRef<number>(rate)
  useEffect(() => {
    const before = heardAt.current
    heardAt.current = rate
    if (before === rate || tellsRate === true) return
    sound.again(() => latestStart.current(), tellsRate === false ? before / rate : 1)
  }, [rate, tellsRate, sound])
  const atEnd = () => {
    if (!growing && openWhen.current === partId) return openAgain(null)
    const next = part === undefined || growing ? null : nextPart(entry.parts, part.id)
    if (next === null) return
    begin.current = { opening: null, play: true }
    const gap = gapBefore(entry.parts, next.id)
    setSaid(gap === null ? words.nextPart : words.nextPartAfter(format.duration(gap)))
    setChosen(next.id)
  }
  const latestEnd = useRef(atEnd)
  useEffect(() => {
    latestEnd.current = atEnd
  })
  useEffect(() => {
    let before = false
    return sound.subscribe(() => {
      const { ended } = sound.state()
      if (ended && !before) latestEnd.current()
      before = ended
    })
  }, [sound])
  // what is still being written goes on when there is more
  useEffect(() => {
    if (!growing || !(state.ended || state.broken)) return
    const timer = setInterval(() => {
      openAgain(partId)
      setGrown(before => before + 1)
    }, GROWN_MS)
    return () => clearInterval(timer)
  }, [state.ended, state.broken, growing, partId, openAgain])

  const addMark = () => {
    if (part === undefined) return
    const atMs = Math.round(sound.state().position)
    const mark: Mark = { id: crypto.randomUUID(), part: part.id, atMs, text: '' }
    setFresh(mark.id)
    setSaid(words.marked(format.duration(atMs)))
    void action.run(() => change({ do: 'add', mark }))
  }
  const act = (wanted: PlayerAction) => {
    const { position, speed, loop, skips } = sound.state()
    const toSpeed = (rate: number) => {
      sound.speed(rate)
      setSaid(words.speedIs(format.speed(rate)))
    }
    switch (wanted) {
      case 'back1':
      case 'back5':
      case 'back15':
      case 'forward1':
      case 'forward5':
      case 'forward15':
        return seek(position + JUMPS[wanted] * 1000)
      case 'play':
        return isUnderWay(sound.state()) ? pause() : start()
      case 'pause':
        return pause()
      case 'slower':
        return toSpeed(nextSpeed(speed, -1))
      case 'faster':
        return toSpeed(nextSpeed(speed, 1))
      case 'normal':
        return toSpeed(1)
      case 'start':
        return seek(0)
      case 'end':
        return seek(length)
      case 'mark':
        return addMark()
      case 'skip':
        setSaid(skips ? words.skipOff : words.skipOn(format.duration(saved)))
        return sound.skip(!skips)
      case 'loop': {
        // one key sets the start, then the end, then takes it away
        const open = loop !== null && loop.to === Number.POSITIVE_INFINITY
        const next =
          loop === null
            ? { from: position, to: Number.POSITIVE_INFINITY }
            : open && position > loop.from
              ? { from: loop.from, to: position }
              : null
        setSaid(
          next === null
            ? words.loopOff
            : open
              ? words.loopOn(format.duration(next.from), format.duration(next.to))
              : words.loopFrom(format.duration(next.from)),
        )
        return sound.loop(next)
      }
    }
  }
  const onKey = (event: KeyboardEvent | globalThis.KeyboardEvent): void => {
    if (!hearable || event.defaultPrevented || isTyping(event)) return
    const wanted = playerAction(event, snapshot.settings.playerKeys)
    if (wanted === null) return
    event.preventDefault()
    act(wanted)
  }
  const latestKey = useRef(onKey)
  useEffect(() => {
    latestKey.current = onKey
  })
  useEffect(() => {
    // where nothing has the focus the keys are the player's; a pedal's are wherever one types
    const listener = (event: globalThis.KeyboardEvent) => {
      if (event.target === document.body || isFunctionKey(event.code)) latestKey.current(event)
    }
    window.addEventListener('keydown', listener)
    return () => window.removeEventListener('keydown', listener)
  }, [])
  const actNow = useRef(act)
  useEffect(() => {
    actNow.current = act
  })
  const onMedia = useCallback((wanted: PlayerAction) => actNow.current(wanted), [])
  useMediaKeys({ ...state, playing: underWay }, hearable, words.playing, onMedia, sound)

  if (part === undefined) return null
  const hint =
    peaksState === null
      ? words.drawing
      : peaksState === 'none'
        ? words.noShape
        : peaks?.channels === 2
          ? words.twoLanes
          : null
  const selection =
    state.loop === null
      ? null
      : { from: state.loop.from, to: Math.min(state.loop.to, Math.max(length, state.loop.from)) }
  return (
    <div className={styles.player} role="group" aria-label={words.title} onKeyDown={onKey}>
      <audio ref={audio} crossOrigin="anonymous" preload="auto" />
      {entry.parts.length > 1 && (
        <div className={styles.parts} role="group" aria-label={words.parts}>
          {timedParts(entry.parts).map(({ part: each, gapMs }, index) => (
            <span key={each.id} className={styles.part}>
              {gapMs !== null && <span className={styles.gap}>{words.gap(format.duration(gapMs))}</span>}
              <Button
                aria-pressed={each.id === partId}
                onClick={() => {
                  begin.current = { opening: null, play: underWay }
                  setChosen(each.id)
                }}
              >
                {words.part(index + 1)}
                {each.durationMs !== null && <span className={styles.soft}>{format.duration(each.durationMs)}</span>}
              </Button>
            </span>
          ))}
        </div>
      )}
      {!hearable ? (
        <div className={styles.broken}>
          <Notice>{part.hearing === 'yes' ? '' : text.recordings.hearing[part.hearing]}</Notice>
          {part.hearing === 'format' && <SaveFile entry={entry.id} />}
          {mayPass(part, canPlay) && (
            <Button onClick={() => void action.run(() => ask('player:again', { part: partId }))}>
              {text.app.tryAgain}
            </Button>
          )}
        </div>
      ) : state.broken ? (
        <Broken
          entry={entry.id}
          part={partId}
          growing={growing}
          sound={sound}
          failures={state.failures}
          onAgain={() => sound.again(() => latestStart.current())}
        />
      ) : (
        <>
          <Waveform
            peaks={peaks}
            silences={silences}
            length={length}
            position={state.position}
            told={state.playing ? state.wentTo : state.position}
            playing={state.playing}
            selection={selection}
            marks={own}
            hint={hint}
            onSeek={seek}
            onSelect={span => {
              sound.loop(span)
              if (span !== null) seek(span.from)
            }}
          />
          {asksLoud && aloud === true && (
            <LoudFirst
              onYes={() => {
                setAsksLoud(false)
                play()
              }}
            />
          )}
          <Transport
            sound={sound}
            state={state}
            underWay={underWay}
            length={length}
            saved={peaks === null ? null : saved}
            growing={growing}
            act={act}
            onSeek={seek}
          />
          {tellsRate === false && (
            <div className={styles.rate}>
              <RecordedAt help={words.rateUntold} />
            </div>
          )}
          <MarksList
            marks={own}
            fresh={fresh}
            onSeek={seek}
            onText={(id, typed) => void action.run(() => change({ do: 'text', id, text: typed }))}
            onRemove={id => void action.run(() => change({ do: 'remove', id }))}
            onLink={ms =>
              void action.run(async () => {
                const copied = await ask('link:copy', { part: partId, atMs: ms })
                setSaid(copied ? text.exporting.copied : text.exporting.noLink)
              })
            }
          />
          {hand(partId, selection !== null && state.loop?.to !== Number.POSITIVE_INFINITY ? selection : null)}
          <NoteTimes note={entry.note} length={length} onSeek={seek} />
        </>
      )}
      <p className="unseen" role="status">
        {said}
      </p>
      {said !== '' && hearable && !state.broken && (
        <p className={styles.soft} aria-hidden="true">
          {said}
        </p>
      )}
      {action.failure !== null && (
        <Notice role="alert" onClose={action.clear}>
          {failure(action.failure)}
        </Notice>
      )}
    </div>
  )
}

/** A key that belongs to the field it is typed in, or to the button it presses. */
function isTyping({ target, code }: KeyboardEvent | globalThis.KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false
  // of a panel that was opened from here, wherever it is drawn
  if (target.closest('dialog') !== null) return true
  if (target.matches('input:not([type=range]), textarea, select, [contenteditable]')) return !isFunctionKey(code)
  if (target.matches('input[type=range]')) return /^(Arrow|Home|End|Page)/.test(code)
  return target.matches('button') && code === 'Space'
}

/** Of these there is a file, which other programs may play. */
const FOR_OTHERS: readonly Failure['code'][] = ['recording-format', 'recording-broken']

/** What could not be played, with why where main knows, and the file for another program. */
function Broken({
  entry,
  part,
  growing,
  sound,
  failures,
  onAgain,
}: {
  entry: string
  part: string
  growing: boolean
  sound: Sound
  failures: number
  onAgain: () => void
}) {
  const { text, failure } = useShown()
  const words = text.player
  const [why, setWhy] = useState<Failure | null>(null)
  useEffect(() => {
    let current = true
    const { position, length } = sound.state()
    const share = length === null ? 0 : Math.min(1, position / length)
    // main says why it cannot serve it; what it can serve is of a kind that cannot be played
    void window.bridge.request('player:why', { part, share }).then(outcome => {
      if (current) setWhy(outcome.ok ? null : outcome.failure)
    }, console.error)
    return () => {
      current = false
    }
    // each time that it failed there may be another reason
  }, [part, sound, failures])
  // asked for again until there is something
  if (growing && why?.code === 'recording-empty') return <Notice role="status">{words.notYet}</Notice>
  return (
    <div className={styles.broken}>
      <Notice role="alert">{why === null ? words.broken : failure(why)}</Notice>
      <div className={styles.row}>
        <Button onClick={onAgain}>{text.app.tryAgain}</Button>
        {(why === null || FOR_OTHERS.includes(why.code)) && <SaveFile entry={entry} />}
      </div>
    </div>
  )
}

/** Takes the recording out as it is, for another program. */
function SaveFile({ entry }: { entry: string }) {
  const { text } = useShown()
  const [exporting, setExporting] = useState(false)
  return (
    <div>
      <Button aria-haspopup="dialog" onClick={() => setExporting(true)}>
        {text.player.file}
      </Button>
      {exporting && (
        <ExportDialog
          selection={{ kind: 'entries', ids: [entry] }}
          form="original"
          onClose={() => setExporting(false)}
        />
      )}
    </div>
  )
}

function NoteTimes({ note, length, onSeek }: { note: string; length: number; onSeek: (ms: number) => void }) {
  const { text, format } = useShown()
  const times = useMemo(() => timesIn(note, length), [note, length])
  if (times.length === 0) return null
  return (
    <ul className={styles.row} aria-label={text.player.noteTimes}>
      {times.map(({ ms, words }, index) => (
        <li key={index}>
          <Button kind="quiet" onClick={() => onSeek(ms)}>
            {format.duration(ms)} <bdi className={styles.soft}>{words}</bdi>
          </Button>
        </li>
      ))}
    </ul>
  )
}

/** Tells main where the user is in a part: now and then, and when he leaves it. */
function usePlaceKept(sound: Sound, part: string | null): void {
  useEffect(() => {
    if (part === null) return
    let told: number | null = null
    const tell = () => {
      const { position, length } = sound.state()
      const inside = position > EDGE_MS && (length === null || position < length - EDGE_MS)
      const ms = inside ? Math.round(position) : null
      if (ms === told) return
      told = ms
      void ask('player:setPlace', { part, ms }).catch(console.error)
    }
    const timer = setInterval(tell, PLACE_EVERY_MS)
    const stop = sound.subscribe(() => {
      if (!sound.state().playing && told !== null) tell()
    })
    return () => {
      clearInterval(timer)
      stop()
      tell()
    }
  }, [sound, part])
}
