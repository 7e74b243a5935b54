/**
 * The built window page in Chromium. Snapshots and answers are parsed by the contract before the page gets them, and what it
 * asks is parsed as main would: neither side of a test can drift from the bridge.
 */
import { type Page } from '@playwright/test'
import { policy } from '../../electron/shell/policy.ts'
import { type Parsed, type Result, type WindowRequestName, windowRequests } from '../../shared/bridge.ts'
import { type Failure, type FailureCode, type Outcome } from '../../shared/failure.ts'
import { Snapshot } from '../../shared/snapshot.ts'
import { serveBuilt, type Served } from '../support/builtPage.ts'

/** A secure, public origin, as the app's own is. */
const ORIGIN = 'https://window.test'

type Answer<R extends WindowRequestName> = (argument: Parsed<R>) => Outcome<Result<R>> | Promise<Outcome<Result<R>>>
export type Answers = { readonly [R in WindowRequestName]?: Answer<R> }
export interface Asked {
  readonly name: WindowRequestName
  readonly argument: unknown
}

export interface WindowPage extends Served {
  readonly page: Page
  /** What was asked of main, oldest first, apart from the snapshot and the app's description. */
  readonly asked: readonly Asked[]
  /** The arguments of one kind of request. */
  askedFor(name: WindowRequestName): unknown[]
  /** Changes parts of the snapshot and pushes it. */
  show(change: Partial<Snapshot>): Promise<void>
  /** Answers from now on. */
  answer(more: Answers): void
}

export const done = <T>(value: T): Outcome<T> => ({ ok: true, value })
export const failed = (code: FailureCode, more: Omit<Failure, 'code'> = {}): Outcome<never> => ({
  ok: false,
  failure: { code, ...more },
})

/** An answer that comes when the test says so. */
export function later<T>(): { readonly outcome: Promise<Outcome<T>>; readonly settle: (outcome: Outcome<T>) => void } {
  let settle: (outcome: Outcome<T>) => void = () => undefined
  const outcome = new Promise<Outcome<T>>(resolve => {
    settle = resolve
  })
  return { outcome, settle }
}

/** Half a minute of talk and silence in turns, as a waveform shows it. */
const TALK = {
  kind: 'peaks' as const,
  channels: 1 as const,
  from: 0,
  values: Uint8Array.from({ length: 1500 * 3 }, (_, at) => {
    const bucket = Math.floor(at / 3)
    const loud = bucket % 220 < 140 ? 20 + ((bucket * 37) % 70) : 1
    return at % 3 === 0 ? 256 - loud : at % 3 === 1 ? loud : loud > 1 ? 130 : 20
  }),
  ms: 30_000,
  whole: true,
}

const usual: Answers = {
  'phone:turnSecret': () => done({ known: false }),
  'app:describe': () => done({ version: '1.2.3', electron: '45', chromium: '156' }),
  'library:list': () => done({ entries: [] }),
  'library:outline': () => done({ total: 0, days: [] }),
  'library:groups': () => done([]),
  'library:tags': () => done([]),
  'library:entry': () => done(null),
  'library:listed': ({ ids }) => done(ids),
  'library:marks': () => done([]),
  'naming:current': () => done(null),
  'naming:try': () => done({ example: null, tells: null, samples: [] }),
  'keeping:wouldRemove': () => done({ copies: 0, bytes: 0, last: 0 }),
  'player:tellsRate': () => done(true),
  'player:place': () => done(null),
  'player:peaks': () => done(TALK),
}
const untold: ReadonlySet<string> = new Set<WindowRequestName>(['app:snapshot', 'app:describe'])

function isWindowRequest(name: string): name is WindowRequestName {
  return Object.hasOwn(windowRequests, name)
}

/** Opens the page on its first snapshot. */
export async function openWindow(
  page: Page,
  first: Snapshot,
  given: Answers = {},
  name: 'index' | 'mini' = 'index',
): Promise<WindowPage> {
  let snapshot = Snapshot.parse(first)
  let answers: Answers = { ...usual, ...given }
  const asked: Asked[] = []

  const ask = async <R extends WindowRequestName>(name: R, argument: unknown): Promise<Outcome<unknown>> => {
    const contract = windowRequests[name]
    // the contract's own schema made it, for this very name
    const parsed = contract.argument.parse(argument) as Parsed<R>
    if (!untold.has(name)) asked.push({ name, argument: parsed })
    const answer: Answer<R> | undefined = answers[name]
    const outcome = answer === undefined ? done(undefined) : await answer(parsed)
    return outcome.ok ? done(contract.result.parse(outcome.value)) : outcome
  }
  const served = await serveBuilt(page, ORIGIN, policy([]), (name, argument) => {
    if (name === 'app:snapshot') return Promise.resolve(done(snapshot))
    if (!isWindowRequest(name)) throw new Error(`The window asked for ${name}`)
    return ask(name, argument)
  })
  await page.goto(`${ORIGIN}/${name}.html`)
  await page.locator('#root > *').first().waitFor()
  return {
    ...served,
    page,
    asked,
    askedFor: name => asked.filter(one => one.name === name).map(one => one.argument),
    show: change => {
      snapshot = Snapshot.parse({ ...snapshot, ...change })
      return served.tell('snapshot', snapshot)
    },
    answer: more => {
      answers = { ...answers, ...more }
    },
  }
}
