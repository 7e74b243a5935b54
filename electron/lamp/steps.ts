/** The steps of a run as data, so that a run that fails can be made smaller and played again. */
import fc from 'fast-check'
import { Press } from '../../shared/recording/view.ts'
import { PROFILES, type Profile } from './profiles.ts'
import { type CommandFault, type EventFault, type PhoneFault, type Product, type ReadFault, Rig } from './rig.ts'
import { QUIET_MS } from './watch.ts'

const at = fc.nat({ max: 1 })
const ms = fc.constantFrom(50, 400, 1_500, 2_500, 4_000, 7_000)
const times = fc.integer({ min: 1, max: 4 })

const beginning = {
  do: fc.constant('begin' as const),
  outgoing: fc.boolean(),
  here: fc.nat({ max: 2 }).map(one => one > 0),
  automatic: fc.nat({ max: 3 }).map(one => one === 0),
  answered: fc.nat({ max: 3 }).map(one => one > 0),
}

const step = fc.oneof(
  {
    weight: 9,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      ms: fc.constantFrom(30, 200, 700, 900, 2_500, 6_500, 16_000),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('press' as const),
      at,
      place: fc.constantFrom('main' as const, 'main' as const, 'stop' as const),
      twice: fc.boolean(),
      asked: fc.boolean(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('force' as const),
      at,
      press: fc.constantFrom<Press>(...Press.options),
      asked: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('elsewhere' as const),
      at,
      what: fc.constantFrom('code' as const, 'start' as const, 'stop' as const, 'pause' as const, 'resume' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record(beginning),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('answer' as const), at }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('hang up' as const), at, here: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('events' as const),
      times,
      how: fc.constantFrom<EventFault['how']>('lose', 'double', 'delay', 'swap'),
      ms,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('reads' as const),
      times,
      how: fc.constantFrom<ReadFault['how']>('fail', 'slow', 'old', 'hang'),
      ms,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('commands' as const),
      times,
      how: fc.constantFrom<CommandFault['how']>(
        '403',
        '404',
        '503',
        '401',
        'late',
        'slow',
        'worked',
        'worked',
        'lost',
        'lost',
      ),
      ms,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('phone' as const),
      times,
      how: fc.constantFrom<PhoneFault['how']>('fail', 'deaf', 'half', 'broken', 'slow'),
      ms,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('socket' as const),
      how: fc.constantFrom('cut' as const, 'silence' as const),
      ms,
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('flap' as const), times, ms: fc.constantFrom(100, 500, 1_500) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('folder' as const), there: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('permission' as const), may: fc.boolean() }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('clock' as const), ms: fc.constantFrom(-3_600_000, -500, 900, 3_600_000) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('quiet' as const) }) },
)
export type Step = typeof step extends fc.Arbitrary<infer Value> ? Value : never

export interface Run {
  readonly server: string
  /** Most runs begin with a call. */
  readonly begin: Extract<Step, { do: 'begin' }> | null
  readonly steps: readonly Step[]
}

export const runs: fc.Arbitrary<Run> = fc.record({
  server: fc.oneof(
    { weight: 5, arbitrary: fc.constant(PROFILES[0]?.name ?? '') },
    { weight: 6, arbitrary: fc.constantFrom(...PROFILES.map(profile => profile.name)) },
  ),
  begin: fc.oneof({ weight: 6, arbitrary: fc.record(beginning) }, { weight: 1, arbitrary: fc.constant(null) }),
  steps: fc.array(step, { minLength: 10, maxLength: 60, size: 'max' }),
})

const profileNamed = (name: string): Profile => {
  const found = PROFILES.find(profile => profile.name === name)
  if (found === undefined) throw new Error(`There is no server ${name}`)
  return found
}

/** Plays a run. Throws at the first thing that does not hold. @returns how often what was judged */
export async function play({ server, begin, steps }: Run, product: Product): Promise<Readonly<Record<string, number>>> {
  const rig = new Rig(profileNamed(server), product)
  await rig.run(500)
  for (const one of begin === null ? steps : [begin, ...steps]) await take(rig, one)
  await quiet(rig)
  return rig.watch.judged
}

async function take(rig: Rig, one: Step): Promise<void> {
  switch (one.do) {
    case 'wait':
      return rig.run(one.ms)
    case 'press': {
      const views = rig.calls.views()
      const view = views[one.at % Math.max(1, views.length)]
      const place = one.place === 'main' ? view?.recording.main : view?.recording.stop
      if (view === undefined || !place) return
      rig.pressOn(view, place.press, one.asked)
      await rig.run(0)
      if (one.twice) {
        await rig.run(150)
        const again = rig.calls.views().find(other => other.id === view.id)
        const second = one.place === 'main' ? again?.recording.main : again?.recording.stop
        if (again !== undefined && second) rig.pressOn(again, second.press, one.asked)
      }
      return rig.run(0)
    }
    case 'force':
      rig.press(one.at, one.press, one.asked)
      return rig.run(0)
    case 'elsewhere':
      rig.elsewhere(one.at, one.what)
      return rig.run(0)
    case 'begin':
      await rig.begin(one)
      await rig.run(200)
      if (one.answered) rig.answer(1)
      return rig.run(0)
    case 'answer':
      rig.answer(one.at)
      return rig.run(0)
    case 'hang up':
      if (one.here) await rig.hangUpHere(one.at)
      else rig.hangUp(one.at)
      return rig.run(0)
    case 'events':
      for (let time = 0; time < one.times; time += 1) rig.breakEvents(one)
      return
    case 'reads':
      for (let time = 0; time < one.times; time += 1) rig.breakReads(one)
      return
    case 'commands':
      for (let time = 0; time < one.times; time += 1) rig.breakCommands(one)
      return
    case 'phone':
      for (let time = 0; time < one.times; time += 1) rig.breakPhone(one)
      return
    case 'socket':
      if (one.how === 'cut') rig.cut(one.ms)
      else rig.silence(one.ms)
      return rig.run(0)
    case 'flap':
      for (let time = 0; time < one.times; time += 1) {
        rig.cut(one.ms)
        await rig.run(one.ms + 200)
      }
      return
    case 'folder':
      rig.folder.bring(one.there)
      return
    case 'permission':
      rig.setMayRecord(one.may)
      return
    case 'clock':
      // a file's name and the computer must agree on the time
      if (rig.hasStream) rig.setClock(one.ms)
      return rig.run(0)
    case 'restart':
      rig.restart()
      return rig.run(500)
    case 'quiet':
      return quiet(rig)
  }
}

/** Nothing goes wrong any more, and nobody does anything: after a while the lamp is right. */
async function quiet(rig: Rig): Promise<void> {
  rig.heal()
  await rig.run(0)
  while (rig.busyUntil > rig.clock.elapsed) await rig.run(rig.busyUntil - rig.clock.elapsed)
  await rig.run(QUIET_MS)
  rig.watch.quiet()
  rig.watch.check()
}
