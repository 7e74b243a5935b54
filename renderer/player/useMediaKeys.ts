/** Media keys and the system's own controls. They show no name: a locked screen may be seen by anybody. */
import { useEffect, useRef } from 'react'
import { type PlayerAction } from '../../shared/playerKeys.ts'
import { type Sound, type SoundState } from './sound.ts'

const HANDLED = {
  play: 'play',
  pause: 'pause',
  stop: 'pause',
  seekbackward: 'back15',
  seekforward: 'forward15',
} as const satisfies Partial<Record<MediaSessionAction, PlayerAction>>

/** `playing`: also where it will be heard by itself. `act` and `sound` stay the same. */
export function useMediaKeys(
  { playing, position, length, speed }: SoundState,
  active: boolean,
  title: string,
  act: (action: PlayerAction) => void,
  sound: Sound,
): void {
  const plays = useRef(playing)
  useEffect(() => {
    plays.current = playing
  }, [playing])
  useEffect(() => {
    if (!active) return
    const { mediaSession } = navigator
    mediaSession.metadata = new MediaMetadata({ title })
    for (const [name, action] of Object.entries(HANDLED) as [keyof typeof HANDLED, PlayerAction][])
      mediaSession.setActionHandler(name, () => {
        // the system knows both as keys of their own
        if (name === 'play' && plays.current) return
        act(action)
      })
    mediaSession.setActionHandler('seekto', ({ seekTime }) => {
      if (seekTime !== undefined) sound.seek(seekTime * 1000)
    })
    return () => {
      for (const name of [...Object.keys(HANDLED), 'seekto'] as MediaSessionAction[])
        mediaSession.setActionHandler(name, null)
      mediaSession.metadata = null
      mediaSession.playbackState = 'none'
    }
  }, [active, title, act, sound])
  useEffect(() => {
    if (active) navigator.mediaSession.playbackState = playing ? 'playing' : 'paused'
  }, [active, playing])
  const second = Math.floor(position / 1000)
  useEffect(() => {
    if (!active || length === null) return
    const { position: now } = sound.state()
    navigator.mediaSession.setPositionState({
      duration: length / 1000,
      playbackRate: speed,
      position: Math.min(now, length) / 1000,
    })
  }, [active, length, speed, second, sound])
}
