/** The shape of one part's sound, as far as it is known: asked for until it is whole, and again when the sound has grown. */
import { useEffect, useRef, useState } from 'react'
import { BUCKET_BYTES } from '../../shared/peaks.ts'
import { ask } from '../bridge.ts'

export interface Peaks {
  readonly channels: 1 | 2
  readonly values: Uint8Array
  /** Milliseconds of sound that they tell of. */
  readonly ms: number
  readonly whole: boolean
}

/** `none`: this kind of sound has no shape here. `failed`: the sound could not be had now. Null: not known yet. */
export type PeaksState = Peaks | 'none' | 'failed' | null

interface Of {
  readonly part: string
  readonly rate: number
}

/** A server that takes longer for an answer has the same time again for what is played. */
const SLOW_MS = 400

/** `grown`: changes when there may be more. `rate`: at another one it is another shape. */
export function usePeaks(part: string, grown: number, rate: number): PeaksState {
  const [state, setState] = useState<Of & { peaks: PeaksState }>({ part, rate, peaks: null })
  const held = useRef<(Of & { peaks: Peaks }) | null>(null)
  useEffect(() => {
    let current = true
    const isCurrent = () => current
    const fetch = async () => {
      let peaks = held.current?.part === part && held.current.rate === rate ? held.current.peaks : null
      do {
        const width = (peaks?.channels ?? 1) * BUCKET_BYTES
        const asked = performance.now()
        const answer = await ask('player:peaks', { part, have: (peaks?.values.length ?? 0) / width })
        if (!isCurrent()) return
        if (answer.kind === 'none') return setState({ part, rate, peaks: 'none' })
        if (answer.from > 0 && answer.channels !== peaks?.channels) {
          // it was found to be two legs meanwhile
          peaks = null
          continue
        }
        const start = answer.from * answer.channels * BUCKET_BYTES
        const values = new Uint8Array(start + answer.values.length)
        if (peaks !== null) values.set(peaks.values.subarray(0, start))
        values.set(answer.values, start)
        peaks = { channels: answer.channels, values, ms: answer.ms, whole: answer.whole }
        held.current = { part, rate, peaks }
        setState({ part, rate, peaks })
        const took = performance.now() - asked
        if (!peaks.whole && took > SLOW_MS) await new Promise(resolve => setTimeout(resolve, took))
        if (!isCurrent()) return
      } while (peaks?.whole !== true)
    }
    // why there is no sound is said where it is played
    fetch().catch(() => {
      if (current) setState({ part, rate, peaks: 'failed' })
    })
    return () => {
      current = false
    }
  }, [part, grown, rate])
  return state.part === part && state.rate === rate ? state.peaks : null
}
