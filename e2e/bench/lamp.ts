/**
 * `npm run bench lamp`: from the click on Record to the DOM commit of the proven red, in a real Electron against the demo
 * server on loopback, beside the bare time of the same request and the same event without the app. Both on one call of
 * one server, in turns.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { type Page } from '@playwright/test'
import { launch } from '../support/app.ts'
import { startDemoProcess } from '../support/demo.ts'
import { dial, lampShows, registered, signIn } from '../support/steps.ts'
import { BareClient } from './bareClient.ts'
import { type Benchmark, type Samples } from './benchmark.ts'
import { percentile } from './statistics.ts'

const PRESSES = 200
const TELL_EVERY = 50
const LATE_MS = 15_000

type Series = 'committed' | 'painted' | 'bare'

const adds = ({ committed, bare }: Samples<Series>, share: number) =>
  percentile(committed, share) - percentile(bare, share)

export const lampBenchmark: Benchmark<Series> = {
  name: 'lamp',
  what: 'from the click on Record to the proven red of the lamp',
  series: {
    committed: 'the app: red in the DOM',
    painted: 'the app: next painted frame',
    bare: 'bare: the same request, then its event',
  },
  bars: [
    { what: 'the app adds at p50', most: 20, of: samples => adds(samples, 50) },
    { what: 'the app adds at p99', most: 60, of: samples => adds(samples, 99) },
  ],
  measure: async say => {
    const profile = await mkdtemp(join(tmpdir(), 'tallylight-bench-'))
    const demo = await startDemoProcess()
    const running = await launch({ profile })
    try {
      const window = await running.window()
      await signIn(window, demo, 'eve')
      await registered(window)
      await dial(window, '1050')
      await lampShows(window, 'off')
      const versions = await window.evaluate(() => bridge.request('app:describe', undefined))
      const bare = await BareClient.open(demo, 'eve')
      try {
        const samples = await inTurns(window, bare, say)
        return { samples, on: versions.ok ? `Electron ${versions.value.electron}` : 'an unknown Electron' }
      } finally {
        bare.close()
      }
    } finally {
      await running.close()
      await demo.stop()
      await rm(profile, { recursive: true, force: true })
    }
  },
}

async function inTurns(window: Page, bare: BareClient, say: (text: string) => void): Promise<Samples<Series>> {
  const samples = { committed: [] as number[], painted: [] as number[], bare: [] as number[] }
  const call = await bare.call()
  await watchLamp(window)
  const pressOnce = async () => {
    const shown = await press(window)
    samples.committed.push(shown.committed)
    samples.painted.push(shown.painted)
    await bare.record(call, 'stop')
  }
  const askOnce = async () => {
    samples.bare.push(await bare.record(call, 'start'))
    await bare.record(call, 'stop')
  }
  for (let press = 1; press <= PRESSES; press++) {
    // who goes first has the quieter machine: in turns, too
    for (const once of press % 2 === 0 ? [pressOnce, askOnce] : [askOnce, pressOnce]) await once()
    if (press % TELL_EVERY === 0) say(`lamp: ${press} of ${PRESSES} presses`)
  }
  return samples
}

interface Shown {
  /** Milliseconds from the click. */
  readonly committed: number
  readonly painted: number
}

declare global {
  /** In the page: what the last click led to. */
  var lampShown: Promise<Shown>
}

/** Listens in the page, from outside the app: to clicks before any handler of its own, and to commits to the DOM. */
async function watchLamp(window: Page): Promise<void> {
  await window.evaluate(() => {
    let clicked: { at: number; shown: (shown: Shown) => void } | null = null
    const next = () => {
      globalThis.lampShown = new Promise(resolve => {
        addEventListener('click', () => (clicked = { at: performance.now(), shown: resolve }), {
          capture: true,
          once: true,
        })
      })
    }
    const look = () => {
      if (clicked === null || document.querySelector('[data-lamp]')?.getAttribute('data-lamp') !== 'recording') return
      const { at, shown } = clicked
      const committed = performance.now() - at
      clicked = null
      requestAnimationFrame(() => {
        // a message is handled after the frame that was just begun
        const after = new MessageChannel()
        after.port1.onmessage = () => {
          shown({ committed, painted: performance.now() - at })
          next()
        }
        after.port2.postMessage(null)
      })
    }
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      attributeFilter: ['data-lamp'],
    })
    next()
  })
}

/** One press of Record with the mouse, as soon as the place takes one. */
async function press(window: Page): Promise<Shown> {
  await window.waitForFunction(() => {
    const place = document.querySelector('[data-place=main]')
    const lamp = document.querySelector('[data-lamp]')?.getAttribute('data-lamp')
    return lamp === 'off' && place !== null && place.getAttribute('aria-disabled') !== 'true'
  })
  const box = await window.locator('[data-place=main]').boundingBox()
  if (box === null) throw new Error('no place to press')
  const shown = window.evaluate(() => globalThis.lampShown)
  await window.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  const late = new AbortController()
  const never = setTimeout(LATE_MS, undefined, { signal: late.signal }).then(() => {
    throw new Error(`the lamp was not red ${LATE_MS / 1000} s after the click`)
  })
  try {
    return await Promise.race([shown, never])
  } finally {
    late.abort()
    never.catch(() => undefined)
  }
}
