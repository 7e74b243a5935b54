import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppFailure, type FailureCode } from '../../../shared/failure.ts'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { unpackedHere } from '../audio/compressed.testing.ts'
import { failureOf } from '../testing.ts'
import { OURS, type Plan, Planner, previewOf, readPlan, writePlan } from './plan.ts'
import { giveUp, layDown, pickUp, type Progress, run } from './run.ts'
import { Ended, entriesOf, FakeDisk, openFake, soundOf, sumOf } from './run.testing.ts'

type Wish = ConstructorParameters<typeof Planner>[0]
const planOf = (count: number, wish: Partial<Wish> = {}): Plan => {
  const whole = { selection: { kind: 'filter', filter: NO_FILTER }, form: 'wav', folders: 'person', names: '{{ name }}' } // prettier-ignore
  const planner = new Planner({ ...whole, ...wish } as Wish)
  for (const entry of entriesOf(count)) planner.add(entry)
  return { form: wish.form ?? 'wav', exportedAt: 1_790_000_000_000, items: planner.items }
}

interface Given {
  readonly open?: (part: string) => Promise<AudioSource>
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: Progress) => void
  readonly waited?: number[]
}
const carryOut = (disk: FakeDisk, plan: Plan, given: Given = {}) =>
  run(
    {
      disk,
      open: given.open ?? openFake,
      unpack: unpackedHere,
      wait: ms => {
        given.waited?.push(ms)
        return Promise.resolve()
      },
      words: ({ code }) => `because: ${code}`,
      onProgress: given.onProgress ?? (() => undefined),
    },
    plan,
    given.signal ?? new AbortController().signal,
  )

async function undisturbed(plan: Plan): Promise<FakeDisk> {
  const disk = new FakeDisk()
  await layDown(disk, plan)
  expect(await carryOut(disk, plan)).toBe('done')
  return disk
}

const contents = (disk: FakeDisk) =>
  Object.fromEntries([...disk.files].sort().map(([path, bytes]) => [path, sumOf(bytes).sha256]))

describe('an export', () => {
  it('writes each recording once, the lists, and nothing else', async () => {
    const plan = planOf(40)
    const disk = await undisturbed(plan)
    const had = plan.items.filter(item => item.path !== null && disk.files.has(item.path))
    expect(disk.files.size).toBe(had.length + 2)
    for (const { part, path } of had) {
      const index = Number(part.split('-')[1]) * 2 + Number(part.split('-')[2])
      expect(disk.files.get(path ?? '')).toEqual(soundOf(index))
    }
    const list = JSON.parse(new TextDecoder().decode(disk.files.get(OURS.json))) as {
      recordings: { file: string | null; sha256: string | null; reason: string | null; durationMs: number }[]
    }
    expect(list.recordings).toHaveLength(plan.items.length)
    for (const { file, sha256, reason, durationMs } of list.recordings) {
      const bytes = disk.files.get(file ?? '') ?? new Uint8Array(0)
      if (file === null) expect(reason).toMatch(/^recording-(deleted|no-media|empty|missing)$/)
      else expect([sumOf(bytes).sha256, Math.round((bytes.length - 44) / 16)]).toEqual([sha256, durationMs])
    }
    expect(new Set(list.recordings.map(one => one.reason))).toContain('recording-missing')
    expect(new TextDecoder().decode(disk.files.get(OURS.csv))).toContain('because: recording-deleted')
  })

  it('taken up again from any crash, as often as there are, equals one that nothing disturbed', async () => {
    const plan = planOf(10)
    const whole = contents(await undisturbed(plan))
    const steps = (await undisturbed(plan)).steps
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({ after: fc.integer({ min: 1, max: steps }), luck: fc.double({ min: 0, max: 1, noNaN: true }) }),
          {
            minLength: 1,
            maxLength: 6,
          },
        ),
        async crashes => {
          const disk = new FakeDisk()
          await layDown(disk, plan)
          for (const { after, luck } of crashes) {
            disk.luck = () => luck
            disk.endAt = disk.steps + after
            const end = await start(disk).catch((error: unknown) => error)
            if (!(end instanceof Ended)) break
            disk.restart()
          }
          disk.endAt = Infinity
          await start(disk)
          expect(contents(disk)).toEqual(whole)
        },
      ),
      { numRuns: 60 },
    )

    /** What a start of the app does. */
    async function start(disk: FakeDisk): Promise<void> {
      const found = await pickUp(disk)
      if (found !== 'over') await carryOut(disk, found)
    }
  })

  it('is paused and gone on with, and then writes what is left only', async () => {
    const plan = planOf(30)
    const whole = contents(await undisturbed(plan))
    const disk = new FakeDisk()
    await layDown(disk, plan)
    const opened: string[] = []
    const open = (part: string) => {
      opened.push(part)
      return openFake(part)
    }
    for (const most of [5, 11, 23]) {
      const pause = new AbortController()
      const onProgress = ({ done }: Progress) => {
        if (done >= most) pause.abort()
      }
      expect(await carryOut(disk, plan, { open, onProgress, signal: pause.signal })).toBe('stopped')
    }
    expect(await carryOut(disk, plan, { open })).toBe('done')
    expect(contents(disk)).toEqual(whole)
    // each pause may cut two in the middle
    const wanted = plan.items.filter(item => item.path !== null).length
    expect(opened.length).toBeLessThanOrEqual(wanted + 6)
  })

  it('finds out that a file was changed meanwhile, and writes it anew', async () => {
    const plan = planOf(8)
    const whole = contents(await undisturbed(plan))
    const disk = new FakeDisk()
    await layDown(disk, plan)
    const pause = new AbortController()
    await carryOut(disk, plan, { onProgress: ({ done }) => done >= 5 && pause.abort(), signal: pause.signal })
    const [changed] = plan.items.flatMap(({ path }) => (path !== null && disk.files.has(path) ? [path] : []))
    disk.files.set(changed ?? '', new Uint8Array([1, 2, 3]))
    await carryOut(disk, plan)
    expect(contents(disk)).toEqual(whole)
  })

  it('given up keeps what is whole, and lists that alone', async () => {
    const plan = planOf(20)
    const disk = new FakeDisk()
    await layDown(disk, plan)
    const pause = new AbortController()
    await carryOut(disk, plan, { onProgress: ({ done }) => done >= 8 && pause.abort(), signal: pause.signal })
    await giveUp({ disk, words: ({ code }) => code }, plan)
    const list = JSON.parse(new TextDecoder().decode(disk.files.get(OURS.json))) as {
      recordings: { file: string | null; sha256: string }[]
    }
    const files = list.recordings.flatMap(({ file, sha256 }) => (file === null ? [] : [[file, sha256]]))
    expect(files.length).toBeGreaterThan(3)
    const { [OURS.csv]: csv, [OURS.json]: json, ...rest } = contents(disk)
    expect([csv, json]).not.toContain(undefined)
    expect(rest).toEqual(Object.fromEntries(files))
  })

  const refusals: FailureCode[] = ['disk-full', 'target-gone', 'target-locked']
  it.each(refusals.flatMap(code => ['write', 'move', 'append', 'finish'].map(step => [code, step] as const)))(
    'says %s at a %s, and goes on once that is mended',
    async (code, step) => {
      const plan = planOf(10)
      const disk = new FakeDisk()
      await layDown(disk, plan)
      let count = 0
      disk.refuse = name => (name === step && ++count >= 4 ? new AppFailure(code) : null)
      expect((await failureOf(carryOut(disk, plan))).code).toBe(code)
      disk.refuse = null
      expect(await carryOut(disk, plan)).toBe('done')
      expect(contents(disk)).toEqual(contents(await undisturbed(plan)))
    },
  )

  it('waits longer and longer for a server that is busy, and says so', async () => {
    const plan = planOf(6)
    const disk = new FakeDisk()
    await layDown(disk, plan)
    const waited: number[] = []
    const told = new Set<string | undefined>()
    let refusals = 4
    const open = (part: string) =>
      refusals-- > 0 ? Promise.reject(new AppFailure({ code: 'throttled', status: 429 })) : openFake(part)
    await carryOut(disk, plan, { open, waited, onProgress: ({ waiting }) => told.add(waiting?.code) })
    expect(waited).toEqual([1_000, 1_000, 2_000, 2_000])
    expect(told).toContain('throttled')
    expect(contents(disk)).toEqual(contents(await undisturbed(plan)))
  })

  it('stops in the end where the server stays away, and is taken up later', async () => {
    const plan = planOf(6)
    const disk = new FakeDisk()
    await layDown(disk, plan)
    const waited: number[] = []
    const open = () => Promise.reject(new AppFailure({ code: 'server-trouble', status: 503 }))
    expect((await failureOf(carryOut(disk, plan, { open, waited }))).code).toBe('server-trouble')
    expect(Math.max(...waited)).toBe(60_000)
    await carryOut(disk, plan)
    expect(contents(disk)).toEqual(contents(await undisturbed(plan)))
  })

  it('does not stop for a recording at which the server fails each time', async () => {
    const plan = planOf(6)
    const disk = new FakeDisk()
    await layDown(disk, plan)
    const open = (part: string) =>
      part === 'part-1-0' ? Promise.reject(new AppFailure({ code: 'server-trouble', status: 500 })) : openFake(part)
    const seen: Progress[] = []
    expect(await carryOut(disk, plan, { open, onProgress: progress => seen.push(progress) })).toBe('done')
    expect(seen.at(-1)?.missed.map(({ code }) => code)).toContain('server-trouble')
  })

  it('asks the server for two recordings at a time, no more', async () => {
    const plan = planOf(30)
    const disk = new FakeDisk()
    await layDown(disk, plan)
    let [now, most] = [0, 0]
    const open = async (part: string) => {
      most = Math.max(most, ++now)
      const source = await openFake(part).finally(() => now--)
      return { ...source, read: async (from: number, to: number) => {
        most = Math.max(most, ++now)
        await new Promise(resolve => setImmediate(resolve))
        return source.read(from, to).finally(() => now--)
      } } // prettier-ignore
    }
    await carryOut(disk, plan, { open })
    expect(most).toBe(2)
  })
})

describe('a plan', () => {
  it('is read back as it was written, and not when it is cut or leads outside', () => {
    const plan = planOf(12)
    const text = writePlan(plan)
    expect(readPlan(text)).toEqual(plan)
    for (const cut of [0, 1, text.length - 1, text.length >> 1]) expect(readPlan(text.slice(0, cut))).toBe(null)
    for (const path of ['../x.wav', '/etc/x', 'a/../../b', 'a\\..\\b', '.tallylight-export/plan.jsonl', 'a//b'])
      expect(readPlan(writePlan({ ...plan, items: plan.items.map(item => ({ ...item, path })) }))).toBe(null)
  })

  it('tells before how many and how much', () => {
    const preview = previewOf(planOf(9, { folders: 'month' }).items)
    expect(preview).toMatchObject({ files: 9, without: 3, bytes: 9 * 960_000 })
    expect(preview.examples[0]).toMatch(/^\d{4}-\d\d\/Marie\.wav$/)
  })

  it('keeps the ending of files that go as they are', () => {
    const planner = new Planner({ form: 'original', folders: 'flat', names: '{{ file }}' })
    for (const [index, fileName] of ['a.gsm', 'b.WAV', 'c', 'd.', 'e.x/y', 'a.gsm'].entries()) {
      const [entry] = entriesOf(index + 2).slice(1)
      const [part] = entry?.parts ?? []
      if (entry !== undefined && part !== undefined) planner.add({ ...entry, parts: [{ ...part, fileName }] })
    }
    expect(planner.items.map(item => item.path)).toEqual(
      ['a.gsm', 'b.WAV', 'c.wav', 'd.wav', 'e.x_y.wav', 'a (2).gsm'],
    ) // prettier-ignore
  })

  it('leaves out what no WAV can be made of, unless it goes as it is', () => {
    const reasons = (['wav', 'original'] as const).map(form => {
      const planner = new Planner({ form, folders: 'flat', names: '{{ file }}' })
      for (const entry of entriesOf(3))
        planner.add({ ...entry, parts: entry.parts.map(part => ({ ...part, hearing: 'format', kept: false })) })
      return planner.items.map(item => item.reason)
    })
    expect(reasons.map(each => [...new Set(each)])).toEqual([['recording-format'], [null]])
  })

  it('refuses a pattern of names before anything is written', () => {
    expect(() => new Planner({ form: 'wav', folders: 'flat', names: '{{ nobody }}' })).toThrow(AppFailure)
  })
})
