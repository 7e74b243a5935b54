/** Keeps the player's sound at its output, as devices come and go, and tells when that one was unplugged. */
import { useEffect, useRef, useState } from 'react'
import { type AudioDevice } from '../../shared/devices.ts'
import { isAloud, isGone, NO_OUTPUTS, type Outputs, outputsOf, usedOf } from './output.ts'
import { type Sound } from './sound.ts'

/** `choice`: what calls are heard on. Answers whether everyone around would hear it; null = not known yet. */
export function useOutput(sound: Sound, choice: AudioDevice | null, onUnplugged: () => void): boolean | null {
  const [outputs, setOutputs] = useState<Outputs | null>(null)
  const used = usedOf(outputs ?? NO_OUTPUTS, choice)
  const latest = useRef({ choice, onUnplugged })
  useEffect(() => {
    latest.current = { choice, onUnplugged }
  })
  useEffect(() => {
    // a page without media devices is one of a test
    const { mediaDevices } = navigator as { readonly mediaDevices?: MediaDevices }
    let before = NO_OUTPUTS
    let asked = 0
    const look = async () => {
      const mine = ++asked
      const now = outputsOf((await mediaDevices?.enumerateDevices()) ?? [])
      // an answer that was overtaken tells of devices as they were
      if (mine !== asked) return
      if (isGone(before, usedOf(before, latest.current.choice), now)) latest.current.onUnplugged()
      before = now
      setOutputs(now)
    }
    const lookNow = () =>
      void look().catch((error: unknown) => {
        console.error('The devices could not be listed', error)
        setOutputs(NO_OUTPUTS)
      })
    lookNow()
    mediaDevices?.addEventListener('devicechange', lookNow)
    return () => mediaDevices?.removeEventListener('devicechange', lookNow)
  }, [])
  useEffect(() => sound.output(used.id), [sound, used.id])
  return outputs === null ? null : isAloud(outputs, used)
}
