/** Hearing one part: the browser's own audio element does the work, these are its controls. */
import { useRef, useState } from 'react'
import { type Part } from '../../shared/library/entry.ts'
import { useShown } from '../shown.ts'
import { Button, Notice } from '../ui/Controls.tsx'
import { PauseIcon, PlayIcon } from '../ui/icons.tsx'
import styles from './AudioControls.module.css'

const STEP_S = 15
const SPEEDS = [0.75, 1, 1.25, 1.5, 2] as const

/** Length in seconds: what the audio itself says, else what the list says (paused time is not in the audio). */
const lengthOf = (measured: number, part: Part) =>
  Number.isFinite(measured) && measured > 0 ? measured : (part.durationMs ?? 0) / 1000

/** `atOnce`: the user has pressed Play elsewhere, so it plays as soon as it can. */
export function AudioControls({ part, atOnce }: { part: Part; atOnce: boolean }) {
  const { text, format } = useShown()
  const words = text.recordings
  const audio = useRef<HTMLAudioElement>(null)
  const [playing, setPlaying] = useState(false)
  const [position, setPosition] = useState(0)
  const [measured, setMeasured] = useState(0)
  const [speed, setSpeed] = useState(1)
  const [broken, setBroken] = useState(false)
  const length = lengthOf(measured, part)

  const seek = (seconds: number) => {
    const { current } = audio
    if (current === null) return
    current.currentTime = Math.min(Math.max(0, seconds), length)
    setPosition(current.currentTime)
  }
  const toggle = () => {
    const { current } = audio
    if (current === null) return
    if (!current.paused) return current.pause()
    current.play().catch((thrown: unknown) => {
      // a pause before the sound came: the user's own doing
      if (thrown instanceof DOMException && thrown.name === 'AbortError') return
      console.error(thrown)
      setBroken(true)
    })
  }
  const reload = () => {
    setBroken(false)
    audio.current?.load()
  }

  return (
    <div className={styles.controls}>
      <audio
        ref={audio}
        src={`recording://${part.id}/`}
        preload="metadata"
        autoPlay={atOnce}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onTimeUpdate={event => setPosition(event.currentTarget.currentTime)}
        onDurationChange={event => setMeasured(event.currentTarget.duration)}
        onError={() => setBroken(true)}
      />
      {broken ? (
        <div className={styles.broken}>
          <Notice role="alert">{words.broken}</Notice>
          <Button onClick={reload}>{text.app.tryAgain}</Button>
        </div>
      ) : (
        <>
          <div className={styles.buttons}>
            <Button aria-label={words.back15} title={words.back15} onClick={() => seek(position - STEP_S)}>
              −15
            </Button>
            <span className={styles.play}>
              <Button kind="main" onClick={toggle}>
                {playing ? <PauseIcon /> : <PlayIcon />}
                {playing ? words.pause : words.play}
              </Button>
            </span>
            <Button aria-label={words.forward15} title={words.forward15} onClick={() => seek(position + STEP_S)}>
              +15
            </Button>
          </div>
          <input
            type="range"
            className={styles.seek}
            aria-label={words.position}
            aria-valuetext={format.duration(position * 1000)}
            min={0}
            max={length}
            step={0.1}
            value={Math.min(position, length)}
            onChange={event => seek(event.target.valueAsNumber)}
          />
          <span className={styles.time}>
            {format.duration(position * 1000)} / {format.duration(length * 1000)}
          </span>
          <select
            className={styles.speed}
            aria-label={words.speed}
            value={speed}
            onChange={event => {
              const chosen = Number(event.target.value)
              setSpeed(chosen)
              if (audio.current !== null) audio.current.playbackRate = chosen
            }}
          >
            {SPEEDS.map(rate => (
              <option key={rate} value={rate}>
                {format.speed(rate)}
              </option>
            ))}
          </select>
        </>
      )}
    </div>
  )
}
