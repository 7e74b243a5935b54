/**
 * Sound for the player of a built page: `recording://` is served by the app alone, so half a minute of a soft tone takes its
 * place. A part whose id holds `broken` stays as it is, and cannot be played; one that holds `slow` never comes.
 */
import { type BrowserContext } from '@playwright/test'

const SECONDS = 30

/** The page's policy must be off: it allows no other sound than the app's. */
export async function serveSound(context: BrowserContext): Promise<void> {
  await context.addInitScript(playTone, SECONDS)
}

/** Runs in the page, before its scripts. */
function playTone(seconds: number): void {
  const rate = 8_000
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
  const address = URL.createObjectURL(new Blob([view], { type: 'audio/wav' }))
  const own = Object.getOwnPropertyDescriptor(HTMLMediaElement.prototype, 'src')
  Object.defineProperty(HTMLMediaElement.prototype, 'src', {
    ...own,
    set(this: HTMLMediaElement, wanted: string) {
      if (wanted.includes('slow')) return
      own?.set?.call(this, wanted.includes('broken') ? wanted : address)
    },
  })
}
