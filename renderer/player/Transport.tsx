/** The buttons of the player. */
import { useState } from 'react'
import { type PlayerAction, SPEEDS } from '../../shared/playerKeys.ts'
import { useShown } from '../shown.ts'
import { Button } from '../ui/Controls.tsx'
import { PauseIcon, PlayIcon } from '../ui/icons.tsx'
import { type Sound, type SoundState } from './sound.ts'
import styles from './Transport.module.css'
import { exactTime, typedTime } from './typedTime.ts'

interface Props {
  readonly sound: Sound
  readonly state: SoundState
  /** It is heard, or will be by itself. */
  readonly underWay: boolean
  readonly length: number
  /** What skipping silence leaves out, milliseconds; null = not known. */
  readonly saved: number | null
  readonly growing: boolean
  readonly act: (action: PlayerAction) => void
  readonly onSeek: (ms: number) => void
}

const GAINS_DB = [0, 6, 12, 18] as const

export function Transport({ sound, state, underWay, length, saved, growing, act, onSeek }: Props) {
  const { text, format } = useShown()
  const words = text.player
  const { playing, waiting, position, speed, volume, gainDb, loop, skips } = state
  return (
    <div className={styles.transport}>
      <div className={styles.group}>
        <Jump action="back15" label="−15" act={act} />
        <Jump action="back5" label="−5" act={act} />
        <Jump action="back1" label="−1" act={act} />
        <span className={styles.play}>
          <Button kind="main" aria-busy={waiting || underWay !== playing || undefined} onClick={() => act('play')}>
            {underWay ? <PauseIcon /> : <PlayIcon />}
            {underWay ? words.pause : words.play}
          </Button>
        </span>
        <Jump action="forward15" label="+15" act={act} />
      </div>
      <span className={styles.time}>
        <TimeField position={position} onTime={onSeek} />
        <span>
          / {format.duration(length)}
          {growing && <span className={styles.soft}> {words.growing}</span>}
        </span>
      </span>
      <div className={styles.options}>
        <div className={styles.group}>
          <Choice
            label={words.speed}
            of={SPEEDS}
            value={speed}
            say={rate => format.speed(rate)}
            onChoose={rate => sound.speed(rate)}
          />
          <Button aria-pressed={skips} barred={saved === null || saved === 0} onClick={() => act('skip')}>
            {words.skip}
            {saved !== null && saved > 0 && <span className={styles.soft}>{words.saves(format.duration(saved))}</span>}
          </Button>
          <Button aria-pressed={loop !== null} onClick={() => act('loop')}>
            {loop === null ? words.loopStart : loop.to === Number.POSITIVE_INFINITY ? words.loopEnd : words.loopClear}
          </Button>
          <Button onClick={() => act('mark')}>{words.mark}</Button>
        </div>
        <div className={styles.group}>
          <label className={styles.volume}>
            <span>{words.volume}</span>
            <input
              type="range"
              min={0}
              max={1}
              step={0.05}
              value={volume}
              aria-valuetext={words.percent(Math.round(volume * 100))}
              onChange={event => sound.volume(event.target.valueAsNumber)}
            />
          </label>
          <Choice
            label={words.louder}
            of={GAINS_DB}
            value={gainDb}
            say={db => words.gain(db)}
            onChoose={db => sound.gain(db)}
          />
        </div>
      </div>
    </div>
  )
}

interface ChoiceProps {
  readonly label: string
  readonly of: readonly number[]
  readonly value: number
  readonly say: (one: number) => string
  readonly onChoose: (one: number) => void
}

/** One of a few numbers, whose label is heard and not seen. */
function Choice({ label, of, value, say, onChoose }: ChoiceProps) {
  return (
    <label>
      <span className="unseen">{label}</span>
      <select
        className={styles.select}
        title={label}
        value={value}
        onChange={event => onChoose(Number(event.target.value))}
      >
        {of.map(one => (
          <option key={one} value={one}>
            {say(one)}
          </option>
        ))}
      </select>
    </label>
  )
}

function Jump({ action, label, act }: { action: keyof typeof LABELS; label: string; act: Props['act'] }) {
  const { text } = useShown()
  const name = text.player.jumps[LABELS[action]]
  return (
    <Button aria-label={name} title={name} onClick={() => act(action)}>
      {label}
    </Button>
  )
}
const LABELS = { back1: 'back1', back5: 'back5', back15: 'back15', forward15: 'forward15' } as const

/** The place, to be read and typed: it goes there, to the sample, with Enter. */
function TimeField({ position, onTime }: { position: number; onTime: (ms: number) => void }) {
  const { text, format } = useShown()
  const words = text.player
  const [typed, setTyped] = useState<string | null>(null)
  const wrong = typed !== null && typedTime(typed) === null
  return (
    <input
      className={styles.timeField}
      aria-label={words.time}
      title={words.timeHelp}
      aria-invalid={wrong || undefined}
      inputMode="decimal"
      maxLength={14}
      value={typed ?? format.duration(position)}
      // it stands still while it is changed; another value would lose what is selected
      onFocus={event => {
        setTyped(format.duration(position))
        event.target.select()
      }}
      onChange={event => setTyped(event.target.value)}
      onBlur={() => setTyped(null)}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          // it leaves the field, not the call
          event.preventDefault()
          event.currentTarget.blur()
        }
        if (event.key !== 'Enter') return
        const ms = typedTime(event.currentTarget.value)
        if (ms === null) return
        onTime(ms)
        setTyped(exactTime(ms))
      }}
    />
  )
}
