/**
 * Sound for the player of a built page: `recording://` is served by the app alone, so half a minute of a soft tone takes its
 * place. A part whose id holds `broken` stays as it is, and cannot be played; one that holds `slow` never comes. A test may
 * change what is served from then on (`serve`).
 */
import { type BrowserContext, type Page } from '@playwright/test'

const SECONDS = 30

interface Served {
  readonly seconds: number
  /** Nothing comes, of whatever part. */
  readonly away: boolean
}
type World = typeof globalThis & { testSound?: Partial<Served> }

/** The page's policy must be off: it allows no other sound than the app's. */
export async function serveSound(context: BrowserContext): Promise<void> {
  await context.addInitScript(playTone, SECONDS)
}

/** What an element gets that asks from now on. */
export async function serve(page: Page, sound: Partial<Served>): Promise<void> {
  await page.evaluate(wanted => {
    const world = globalThis as World
    world.testSound = { ...world.testSound, ...wanted }
  }, sound)
}

/** Runs in the page, before its scripts. */
function playTone(usual: number): void {
  const world = globalThis as World
  const made = new Map<number, string>()
  const toneOf = (seconds: number) => {
    const known = made.get(seconds)
    if (known !== undefined) return known
    const address = URL.createObjectURL(new Blob([tone(seconds)], { type: 'audio/wav' }))
    made.set(seconds, address)
    return address
  }
  const rate = 8_000
  function tone(seconds: number) {
    const view = new DataView(new ArrayBuffer(44 + seconds * rate))
    const text = (at: number, letters: string) =>
      [...letters].forEach((letter, index) => view.setUint8(at + index, letter.charCodeAt(0)))
    text(0, 'RIFF')
    view.setUint32(4, view.byteLength - 8, true)
    text(8, 'WAVEfmt ')
    for (const [at, value] of [
      [16, 16],
      [24, rate],
      [28, rate],
      [40, seconds * rate],
    ] as const)
      view.setUint32(at, value, true)
    view.setUint16(20, 1, true)
    view.setUint16(22, 1, true)
    view.setUint16(32, 1, true)
    view.setUint16(34, 8, true)
    text(36, 'data')
    for (let at = 0; at < seconds * rate; at++) view.setUint8(44 + at, 128 + Math.round(20 * Math.sin(at / 4)))
    return view
  }
  const own = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src')
  Object.defineProperty(HTMLMediaElement.prototype, 'src', {
    ...own,
    set(this: HTMLMediaElement, wanted: string) {
      if (wanted.includes('slow')) return
      const { seconds = usual, away = false } = world.testSound ?? {}
      own?.set?.call(this, away || wanted.includes('broken') ? wanted : toneOf(seconds))
    },
  })
}
