/** Somebody calls: shortly after the first phone is registered, one call from outside, so that a visitor has one to take. */
import { type Directory, type Pbx } from './telephony.ts'

const CALLER = { name: 'Marie Tremblay', number: '+14185550142' }
/** How often the phones are looked at, and how long a visitor may look around before it rings. Milliseconds. */
const LOOK_MS = 250
const RINGS_AFTER_MS = 2_500

/** Rings the first phone that registers, once. Answers the way to give up. */
export function welcomeCall(pbx: Pbx, directory: Directory): () => void {
  let rings: NodeJS.Timeout | null = null
  const look = setInterval(() => {
    const [username] = pbx.registered()
    const line = username === undefined ? null : directory.lineByUsername(username)
    if (line === null) return
    clearInterval(look)
    rings = setTimeout(() => pbx.ring(line, CALLER), RINGS_AFTER_MS)
  }, LOOK_MS)
  return () => {
    clearInterval(look)
    if (rings !== null) clearTimeout(rings)
  }
}
