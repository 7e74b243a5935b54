import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { AppFailure } from '../../../shared/failure.ts'
import { type KeepRule, NO_RULE } from '../../../shared/keeping.ts'
import { type Entry, type Hearing } from '../../../shared/library/entry.ts'
import { entryOf } from '../../../shared/library/entry.testing.ts'
import { NO_FILTER } from '../../../shared/library/query.ts'
import { type AudioSource } from '../../../shared/recordings.ts'
import { fakeClock } from '../../wazo/testing/clock.ts'
import { type Kept, type PartPlace } from '../index/port.ts'
import { memorySource, privateFolder, sound, until } from '../testing.ts'
import { Keeper, type KeeperPorts } from './keeper.ts'
import { decided, readLedger } from './ledger.ts'
import { vaultIn } from './testing.ts'

vi.mock('./ledger.ts', { spy: true })

let folder: Awaited<ReturnType<typeof privateFolder>>
beforeEach(async () => {
  folder = await privateFolder()
})
afterEach(() => folder.remove())

const DAY = 86_400_000
const EVERYTHING: KeepRule = { ...NO_RULE, what: 'everything' }

interface Recorded {
  readonly id: string
  readonly startedAt: number
  hearing: Hearing
  favourite: boolean
  bytes: number
}

/** A library of one recording a call, in memory; the pages of a walk have two calls. */
function libraryOf(recordings: Recorded[], rows = new Map<string, Kept>()) {
  const place = (one: Recorded): PartPlace => ({
    id: one.id,
    entry: `entry-${one.id}`,
    cdrId: 1,
    uuid: one.id,
    path: null,
    startedAt: one.startedAt,
    durationMs: null,
    bytes: null,
    hearing: one.hearing,
    fileName: `${one.id}.wav`,
    vaultKey: `key-${one.id}`,
  })
  const entryFor = (one: Recorded): Entry =>
    entryOf({
      id: `entry-${one.id}`,
      startedAt: one.startedAt,
      callMs: null,
      parts: [
        {
          id: one.id,
          startedAt: one.startedAt,
          durationMs: one.bytes / 16,
          hearing: one.hearing,
          kept: rows.has(`key-${one.id}`),
          maybeOthers: false,
          fileName: `${one.id}.wav`,
        },
      ],
      favourite: one.favourite,
    })
  const find = (id: string) => recordings.find(one => one.id === id)
  const index: KeeperPorts['index'] = {
    walk: (selection, after) => {
      const all = [...recordings]
        .sort((a, b) => b.startedAt - a.startedAt)
        .filter(one =>
          selection.kind === 'entries'
            ? selection.ids.includes(`entry-${one.id}`)
            : (!selection.filter.favourites || one.favourite) && one.startedAt >= (selection.filter.from ?? 0),
        )
      const at = Number(after ?? 0)
      const next = at + 2 < all.length ? String(at + 2) : null
      return Promise.resolve({ entries: all.slice(at, at + 2).map(entryFor), next })
    },
    part: id => {
      const one = find(id)
      return Promise.resolve(one === undefined ? null : place(one))
    },
    parts: entry => Promise.resolve(recordings.filter(one => `entry-${one.id}` === entry).map(place)),
    kept: after => {
      const keys = [...rows.keys()].sort().filter(key => after === null || key > after)
      return Promise.resolve(
        keys.slice(0, 2).flatMap(vaultKey => {
          const kept = rows.get(vaultKey)
          const one = find(vaultKey.slice(4))
          return kept === undefined ? [] : [{ ...kept, vaultKey, part: one === undefined ? null : place(one) }]
        }),
      )
    },
    setKept: (vaultKey, kept) => {
      if (kept === null) rows.delete(vaultKey)
      else rows.set(vaultKey, kept)
      return Promise.resolve()
    },
  }
  return { index, rows }
}

async function stage(recordings: Recorded[], rule: KeepRule, more: Partial<KeeperPorts> = {}) {
  const { vault, damaged } = await vaultIn(folder.path)
  const clock = fakeClock(1_000 * DAY)
  const { index, rows } = libraryOf(recordings)
  const state = { rule, whole: true }
  const opened: string[] = []
  const ports: KeeperPorts = {
    index,
    whole: () => state.whole,
    vault,
    clock,
    rule: () => state.rule,
    openSource: part => {
      opened.push(part.id)
      const bytes = recordings.find(one => one.id === part.id)?.bytes ?? 0
      return Promise.resolve(memorySource(() => sound(bytes)).source)
    },
    inMemory: () => Promise.resolve(null),
    onCopy: () => undefined,
    onChange: () => undefined,
    log: (text, error) => {
      throw new Error(text, { cause: error })
    },
    ...more,
  }
  const keeper = new Keeper(ports)
  const settled = (work: string) =>
    until(
      () => keeper.view.work === work,
      () => [keeper.view, [...rows.keys()]],
    )
  return {
    keeper,
    vault,
    clock,
    rows,
    state,
    opened,
    settled,
    damaged,
    index,
    /** That of the next run. */
    fresh: () => new Keeper(ports),
  }
}

const recorded = (id: string, daysAgo: number, more: Partial<Recorded> = {}): Recorded => ({
  id,
  startedAt: (1_000 - daysAgo) * DAY,
  hearing: 'yes',
  favourite: false,
  bytes: 100_000,
  ...more,
})
const five = () => [1, 2, 3, 40, 50].map((days, at) => recorded(`r${at}`, days, { favourite: at === 4 }))
const entries = (...ids: string[]) => ({ kind: 'entries' as const, ids: ids.map(id => `entry-${id}`) })

describe('the rule', () => {
  it.each([
    ['off', []],
    ['recent', ['r0', 'r1', 'r2']],
    ['favourites', ['r4']],
    ['everything', ['r0', 'r1', 'r2', 'r3', 'r4']],
  ] as const)('%s: fetches what it names, newest first, and opens as it was', async (what, ids) => {
    const { keeper, rows, settled, opened, vault } = await stage(five(), { ...NO_RULE, what })
    await keeper.start()
    await settled('idle')
    expect(opened).toEqual(ids)
    expect([...rows.keys()].sort()).toEqual(ids.map(id => `key-${id}`))
    for (const id of ids) expect(await (await vault.open(`key-${id}`))?.size()).toBe(100_000)
    expect(keeper.view).toEqual({ work: 'idle', left: 0, failure: null })
    await keeper.close()
  })

  it('removes what has become too old for it, as time passes', async () => {
    const { keeper, rows, settled, clock, vault } = await stage([recorded('new', 1), recorded('older', 29.5)], {
      ...NO_RULE,
      what: 'recent',
    })
    await keeper.start()
    await settled('idle')
    expect(rows.size).toBe(2)
    for (let hour = 0; hour < 13; hour++) {
      clock.pass(3_600_000)
      await settled('idle')
    }
    expect([[...rows.keys()], vault.copies]).toEqual([['key-new'], 1])
    await keeper.close()
  })

  it('tells before what another one would remove, and removes nothing', async () => {
    const recordings = five()
    const { keeper, rows, settled } = await stage(recordings, EVERYTHING)
    await keeper.start()
    await settled('idle')
    await keeper.keep(entries('r1'))
    await settled('idle')
    const [, , , last] = recordings
    if (last !== undefined) last.hearing = 'deleted'
    const size = (rows.get('key-r0') ?? { bytes: 0 }).bytes
    const goes = async (change: Partial<KeepRule>) => {
      const { copies, bytes, last } = await keeper.wouldRemove({ ...EVERYTHING, ...change })
      expect(bytes).toBe(copies * size)
      return [copies, last]
    }
    expect(await goes({})).toEqual([0, 0])
    expect(await goes({ afterServer: 'remove' })).toEqual([1, 1])
    // what is kept by hand stays, and what the server has no more, unless it is to go with it
    expect(await goes({ what: 'off' })).toEqual([3, 0])
    expect(await goes({ what: 'off', afterServer: 'remove' })).toEqual([4, 1])
    expect(await goes({ what: 'recent', days: 30 })).toEqual([1, 0])
    expect(await goes({ what: 'favourites' })).toEqual([2, 0])
    expect(await goes({ upTo: 3 * size + 10 })).toEqual([2, 0])
    expect(rows.size).toBe(5)
    await keeper.close()
  })

  it('a copy whose recording the server has deleted stays, or goes, as it says', async () => {
    const recordings = five()
    const { keeper, rows, settled, state, vault } = await stage(recordings, EVERYTHING)
    await keeper.start()
    await settled('idle')
    for (const one of recordings.slice(1, 3)) one.hearing = 'deleted'
    // a disk of the server's is not mounted, say
    for (const one of recordings.slice(3, 4)) one.hearing = 'missing'
    // asked for by hand, the last one is kept too
    await keeper.keep(entries('r2'))
    await settled('idle')
    expect(rows.size).toBe(5)
    state.rule = { ...EVERYTHING, afterServer: 'remove' }
    keeper.wake()
    await until(() => rows.size < 5 && keeper.view.work === 'idle')
    expect([[...rows.keys()].sort(), vault.copies]).toEqual([['key-r0', 'key-r2', 'key-r3', 'key-r4'], 4])
    await keeper.close()
  })

  it('keeps to its size, and takes the newest', async () => {
    const many = Array.from({ length: 15 }, (_, at) => recorded(`r${String(at).padStart(2, '0')}`, at))
    const { keeper, vault, settled, rows } = await stage(many, { ...EVERYTHING, upTo: 1_000_000 })
    await keeper.start()
    await settled('full')
    expect([...rows.keys()].sort()).toEqual(many.slice(0, 10).map(one => `key-${one.id}`))
    many.push(recorded('now', -1))
    keeper.wake()
    await until(() => rows.has('key-now') && keeper.view.work === 'full')
    expect([rows.size, rows.has('key-r09'), vault.copies]).toEqual([10, false, 10])
    await keeper.close()
  })

  it('knows the size of what turned out to be larger than it looked, and asks for it once', async () => {
    const sizes: Record<string, number> = { a: 100_000, b: 950_000, c: 100_000 }
    const opened: string[] = []
    const { keeper, rows, settled } = await stage(
      [recorded('a', 1), recorded('b', 2, { bytes: 1_600 }), recorded('c', 3)],
      { ...EVERYTHING, upTo: 1_000_000 },
      {
        openSource: part => {
          opened.push(part.id)
          return Promise.resolve(memorySource(() => sound(sizes[part.id] ?? 0)).source)
        },
      },
    )
    await keeper.start()
    await settled('full')
    expect([opened, [...rows.keys()]]).toEqual([['a', 'b'], ['key-a']])
    await keeper.close()
  })
})

describe('by hand', () => {
  it('what is kept stays, whatever the rule, and survives a restart', async () => {
    const first = await stage(five(), NO_RULE)
    await first.keeper.start()
    await first.keeper.keep(entries('r3', 'r1'))
    await until(() => first.rows.size === 2)
    await first.settled('idle')
    await first.keeper.close()
    const again = new Keeper({
      index: libraryOf(five(), first.rows).index,
      whole: () => true,
      vault: first.vault,
      clock: first.clock,
      rule: () => ({ ...NO_RULE, what: 'favourites' }),
      openSource: () => Promise.resolve(memorySource(() => sound(100_000)).source),
      inMemory: () => Promise.resolve(null),
      onCopy: () => undefined,
      onChange: () => undefined,
      log: () => undefined,
    })
    await again.start()
    await until(() => again.view.work === 'idle')
    expect([...first.rows.keys()].sort()).toEqual(['key-r1', 'key-r3', 'key-r4'])
    await again.close()
  })

  it('many are decided at once: each decision copies the whole ledger', async () => {
    const { keeper, vault } = await stage(five(), NO_RULE)
    await keeper.start()
    vi.mocked(decided).mockClear()
    await keeper.keep({ kind: 'filter', filter: NO_FILTER })
    expect([vi.mocked(decided).mock.calls.length, (await readLedger(vault)).pinned.size]).toEqual([1, 5])
    await keeper.close()
  })

  it('what is removed is not fetched again, until it is kept by hand', async () => {
    const { keeper, rows, settled, vault } = await stage(five(), EVERYTHING)
    await keeper.start()
    await settled('idle')
    await keeper.remove({ kind: 'filter', filter: { ...NO_FILTER, favourites: true } })
    await settled('idle')
    expect([rows.has('key-r4'), vault.copies]).toEqual([false, 4])
    keeper.wake()
    await settled('idle')
    expect(rows.has('key-r4')).toBe(false)
    await keeper.keep(entries('r4'))
    await until(() => rows.has('key-r4'))
    await keeper.close()
  })

  it('what the server still finishes is fetched once it can be heard', async () => {
    const one = recorded('r0', 0, { hearing: 'finishing' })
    const { keeper, rows, settled, clock } = await stage([one], NO_RULE)
    await keeper.start()
    await keeper.keep(entries('r0'))
    await settled('idle')
    expect(rows.size).toBe(0)
    one.hearing = 'yes'
    keeper.libraryChanged()
    clock.pass(3_000)
    await until(() => rows.size === 1)
    await keeper.close()
  })
})

describe('politeness', () => {
  it('one at a time', async () => {
    let open = 0
    let most = 0
    const { keeper, settled } = await stage(five(), EVERYTHING, {
      openSource: () => {
        most = Math.max(most, ++open)
        const { source } = memorySource(() => sound(100_000))
        return Promise.resolve({
          ...source,
          close: () => {
            open--
            return Promise.resolve()
          },
        })
      },
    })
    await keeper.start()
    await settled('idle')
    expect([most, open]).toEqual([1, 0])
    await keeper.close()
  })

  it('nothing is asked of the server while a call is up, and it goes on where it was', async () => {
    const reads: number[] = []
    let inCall = () => undefined as void
    const { keeper, rows, settled } = await stage([recorded('long', 1, { bytes: 1_000_000 })], EVERYTHING, {
      openSource: () => {
        const { source } = memorySource(() => sound(1_000_000))
        return Promise.resolve({
          ...source,
          read: (from, to) => {
            reads.push(from)
            if (reads.length === 2) inCall()
            return source.read(from, to)
          },
        })
      },
    })
    inCall = () => keeper.setInCall(true)
    await keeper.start()
    await settled('paused')
    const before = [...reads]
    keeper.wake()
    expect([before, rows.size]).toEqual([[0, 262_144], 0])
    keeper.setInCall(false)
    await until(() => rows.size === 1)
    expect(reads).toEqual([0, 262_144, 524_288, 786_432])
    await keeper.close()
  })

  it('a server that does not answer is asked later and later, and the user is told', async () => {
    let asked = 0
    let down = true
    const { keeper, rows, clock, settled } = await stage([recorded('r0', 1)], EVERYTHING, {
      openSource: () => {
        asked++
        if (down) return Promise.reject(new AppFailure('unreachable'))
        return Promise.resolve(memorySource(() => sound(10)).source)
      },
    })
    await keeper.start()
    await settled('waiting')
    expect(keeper.view.failure).toEqual({ code: 'unreachable' })
    const waits: number[] = []
    for (let time = 0; time < 9; time++) {
      const [wait = 0] = clock.waiting()
      waits.push(wait)
      const before = asked
      clock.pass(wait)
      await until(() => asked > before && clock.waiting().length > 0)
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 320, 600, 600].map(seconds => seconds * 1000))
    down = false
    clock.pass(600_000)
    await settled('idle')
    expect([rows.size, keeper.view.failure]).toEqual([1, null])
    await keeper.close()
  })

  it('one recording that cannot be had does not stand in the way of the others, and is left alone', async () => {
    const opened: string[] = []
    const { keeper, rows, settled } = await stage(five(), EVERYTHING, {
      openSource: part => {
        opened.push(part.id)
        return part.id === 'r1'
          ? Promise.reject(new AppFailure('recording-deleted'))
          : Promise.resolve(memorySource(() => sound(10)).source)
      },
    })
    await keeper.start()
    await settled('idle')
    keeper.wake()
    await settled('idle')
    expect([rows.size, opened.filter(id => id === 'r1')]).toEqual([4, ['r1']])
    await keeper.close()
  })

  it.each(['recording-missing', 'recording-unreadable', 'recording-no-media'] as const)(
    'what the administrator may repair is asked for again, some hours later: %s',
    async code => {
      let opened = 0
      let broken = true
      const { keeper, rows, settled, clock } = await stage([recorded('r0', 1)], EVERYTHING, {
        openSource: () => {
          opened++
          return broken ? Promise.reject(new AppFailure(code)) : Promise.resolve(memorySource(() => sound(10)).source)
        },
      })
      await keeper.start()
      await settled('idle')
      keeper.wake()
      await settled('idle')
      expect(opened).toBe(1)
      broken = false
      clock.pass(6 * 3_600_000)
      await until(() => rows.size === 1)
      await keeper.close()
      expect(opened).toBe(2)
    },
  )

  it('a full disk is told, and tried again', async () => {
    let full = true
    const { keeper, rows, settled, vault, clock } = await stage([recorded('r0', 1)], EVERYTHING)
    const keep = vault.keep.bind(vault)
    vault.keep = (...given) => (full ? Promise.reject(new AppFailure('disk-full')) : keep(...given))
    await keeper.start()
    await settled('stopped')
    expect(keeper.view.failure).toEqual({ code: 'disk-full' })
    full = false
    clock.pass(5_000)
    await until(() => rows.size === 1)
    await keeper.close()
  })
})

describe('what is not as it was', () => {
  it('a damaged copy is fetched anew', async () => {
    const { keeper, vault, settled, rows, damaged } = await stage([recorded('r0', 1)], EVERYTHING)
    await keeper.start()
    await settled('idle')
    const [file = ''] = (await readdir(join(folder.path, 'copies'), { recursive: true, withFileTypes: true }))
      .filter(one => one.isFile())
      .map(one => join(one.parentPath, one.name))
    await writeFile(file, (await readFile(file)).subarray(1))
    await expect(vault.open('key-r0')).rejects.toThrow('copy-damaged')
    const [key] = damaged
    await keeper.damaged(key ?? '')
    await until(() => rows.has('key-r0') && keeper.view.work === 'idle')
    expect(await (await vault.open('key-r0'))?.size()).toBe(100_000)
    await keeper.close()
  })

  it('rows without a file and files without a row are put right', async () => {
    const { keeper, vault, settled, rows } = await stage(five(), { ...NO_RULE, what: 'recent' })
    const source = () => memorySource(() => sound(100_000)).source
    // sealed, and the process was ended before the index heard of it
    await vault.keep('key-r0', source())
    // an index that was begun anew does not know it, nor does the rule want it
    await vault.keep('key-r4', source())
    rows.set('key-r1', { bytes: 100_000, keptAt: 0 })
    await keeper.start()
    await settled('idle')
    expect([[...rows.keys()].sort(), vault.copies, await vault.open('key-r4')]).toEqual([
      ['key-r0', 'key-r1', 'key-r2'],
      3,
      null,
    ])
    await keeper.close()
  })

  describe.each(['keep', 'remove'] as const)('an index that is begun anew (after the server: %s)', afterServer => {
    const begunAnew = async (rule: Partial<KeepRule>) => {
      const recordings = five()
      const staged = await stage(recordings, { ...EVERYTHING, ...rule, afterServer })
      const { keeper, settled, state } = staged
      await keeper.start()
      await settled('idle')
      await keeper.keep(entries('r1'))
      await settled('idle')
      await keeper.close()
      // two are nowhere any more, and one of them was kept by hand
      const known = recordings.splice(0).filter(({ id }) => id !== 'r1' && id !== 'r2')
      state.whole = false
      return { ...staged, recordings, known, again: staged.fresh() }
    }
    const kept = (...ids: string[]) => ids.map(id => `key-${id}`)

    it('removes nothing, and fetches nothing again, until the sources were read; then what the rule says', async () => {
      const { again, rows, vault, opened, recordings, known, state } = await begunAnew({})
      const before = opened.length
      const idle = () => until(() => again.view.work === 'idle')
      await again.start()
      await idle()
      expect([rows.size, vault.copies, await again.wouldRemove(state.rule)]).toMatchObject([5, 5, { copies: 0 }])
      for (const one of known) {
        recordings.push(one)
        again.wake()
        await idle()
        expect([rows.size, vault.copies]).toEqual([5, 5])
      }
      state.whole = true
      again.wake()
      const stay = afterServer === 'keep' ? ['r0', 'r1', 'r2', 'r3', 'r4'] : ['r0', 'r1', 'r3', 'r4']
      await until(() => rows.size === stay.length && again.view.work === 'idle')
      expect([[...rows.keys()].sort(), vault.copies, opened.length]).toEqual([kept(...stay), stay.length, before])
      await again.close()
    })

    it('what is known again, and not wanted any more, goes', async () => {
      const { again, rows, recordings, known, state } = await begunAnew({})
      state.rule = { ...state.rule, what: 'recent' }
      recordings.push(...known)
      await again.start()
      await until(() => rows.size === 3 && again.view.work === 'idle')
      expect([...rows.keys()].sort()).toEqual(kept('r0', 'r1', 'r2'))
      await again.close()
    })

    it('with its rows lost too: what is known, and what was kept by hand, is found again; the rest goes', async () => {
      const { again, rows, vault, recordings, known, state } = await begunAnew({})
      const idle = () => until(() => again.view.work === 'idle')
      state.rule = { ...state.rule, what: 'off' }
      rows.clear()
      recordings.push(...known.map(one => ({ ...one, hearing: 'deleted' as const })))
      await again.start()
      await idle()
      expect(vault.copies).toBe(5)
      state.whole = true
      again.wake()
      const stay = afterServer === 'keep' ? ['r0', 'r1', 'r3', 'r4'] : ['r1']
      await until(() => vault.copies === stay.length && again.view.work === 'idle')
      expect([...rows.keys()].sort()).toEqual(kept(...stay))
      expect(rows.get('key-r1')?.bytes).toBe(100_000)
      await again.close()
    })
  })

  it('what is kept by hand and not known is fetched once a source tells of it', async () => {
    const recordings = [recorded('r0', 1, { hearing: 'finishing' })]
    const { keeper, rows, settled } = await stage(recordings, NO_RULE)
    await keeper.start()
    await keeper.keep(entries('r0'))
    await settled('idle')
    recordings.splice(0)
    keeper.wake()
    await settled('idle')
    recordings.push(recorded('r0', 1))
    keeper.wake()
    await until(() => rows.size === 1)
    await keeper.close()
  })

  it('what is given up in the middle leaves nothing behind', async () => {
    const { keeper, rows, vault } = await stage([recorded('r0', 1, { bytes: 1_000_000 })], EVERYTHING, {
      openSource: () => {
        const { source } = memorySource(() => sound(1_000_000))
        const slow: AudioSource = {
          ...source,
          read: async (from, to) => {
            if (from > 0) await keeper.remove(entries('r0'))
            return source.read(from, to)
          },
        }
        return Promise.resolve(slow)
      },
    })
    await keeper.start()
    await until(() => keeper.view.work === 'idle')
    expect([rows.size, vault.copies]).toEqual([0, 0])
    await keeper.close()
  })
})

describe('what came whole to be heard', () => {
  /** Parts whose sound is in memory, and what was logged. */
  async function listening(rule: KeepRule, more: Partial<KeeperPorts> = {}) {
    const memory = new Map<string, AudioSource>()
    const asked: string[] = []
    const logged: unknown[] = []
    const staged = await stage(five(), rule, {
      inMemory: part => {
        asked.push(part)
        return Promise.resolve(memory.get(part) ?? null)
      },
      log: (_, error) => logged.push(error),
      ...more,
    })
    const { keeper, settled } = staged
    await keeper.start()
    await settled('idle')
    const hear = (id: string) => {
      memory.set(id, memorySource(() => sound(100_000)).source)
      keeper.heard(id)
    }
    return { ...staged, memory, asked, logged, hear }
  }

  it('is sealed out of memory, stays over a restart, and goes seven days after it was heard last', async () => {
    const { keeper, hear, memory, rows, opened, vault, clock, fresh, logged } = await listening(NO_RULE)
    hear('r0')
    await until(() => rows.has('key-r0') && keeper.view.work === 'idle')
    expect(await (await vault.open('key-r0'))?.read(0, 100_000)).toEqual(sound(100_000))
    memory.clear()
    clock.pass(6 * DAY)
    await keeper.close()
    const again = fresh()
    await again.start()
    again.heard('r0')
    await vi.waitFor(async () => expect((await readLedger(vault)).heard.get('key-r0')).toBe(1_006 * DAY))
    clock.pass(6 * DAY)
    await until(() => again.view.work === 'idle')
    expect(rows.size).toBe(1)
    clock.pass(DAY)
    await until(() => rows.size === 0)
    await again.close()
    expect([vault.copies, (await readLedger(vault)).heard.size, opened, logged]).toEqual([0, 0, [], []])
  })

  it('is not sought again and again while it is played', async () => {
    const { keeper, rows, asked } = await listening(NO_RULE)
    for (let time = 0; time < 5; time++) keeper.heard('r0')
    keeper.heard('r1')
    await until(() => asked.includes('r1'))
    await keeper.close()
    expect([asked, rows.size]).toEqual([['r0', 'r1'], 0])
  })

  it('is the rule’s where the rule names it, and not fetched again', async () => {
    const { keeper, hear, rows, state, settled, vault, opened } = await listening(NO_RULE)
    hear('r0')
    await until(() => rows.has('key-r0') && keeper.view.work === 'idle')
    state.rule = { ...NO_RULE, what: 'recent' }
    keeper.wake()
    await until(() => rows.size === 3)
    await settled('idle')
    expect([opened, (await readLedger(vault)).heard.size]).toEqual([['r1', 'r2'], 0])
    await keeper.close()
  })

  it('is kept by hand without being fetched, and then stays', async () => {
    const { keeper, hear, rows, settled, vault, opened, clock } = await listening(NO_RULE)
    hear('r0')
    await until(() => rows.has('key-r0'))
    await keeper.keep(entries('r0'))
    await settled('idle')
    clock.pass(30 * DAY)
    await settled('idle')
    expect([rows.size, opened, (await readLedger(vault)).heard.size]).toEqual([1, [], 0])
    await keeper.close()
  })

  it('is removed by hand, and not sealed again', async () => {
    const { keeper, hear, rows, vault, clock } = await listening(NO_RULE)
    hear('r0')
    await until(() => rows.has('key-r0') && keeper.view.work === 'idle')
    await keeper.remove(entries('r0'))
    expect([rows.size, vault.copies, (await readLedger(vault)).heard.size]).toEqual([0, 0, 0])
    clock.pass(2 * 3_600_000)
    const keep = vi.spyOn(vault, 'keep')
    hear('r0')
    hear('r1')
    await until(() => rows.has('key-r1') && keeper.view.work === 'idle')
    expect([[...rows.keys()], keep.mock.calls.map(([vaultKey]) => vaultKey)]).toEqual([['key-r1'], ['key-r1']])
    await keeper.close()
  })

  it.each(['removed by hand', 'locked'] as const)('leaves nothing where it is %s while it is sealed', async what => {
    const { keeper, memory, rows, vault, logged } = await listening(NO_RULE)
    const done: Promise<void>[] = []
    const { source } = memorySource(() => sound(1_000_000))
    memory.set('r0', {
      ...source,
      read: async (from, to) => {
        if (from > 0 && done.length === 0) done.push(what === 'locked' ? keeper.close() : keeper.remove(entries('r0')))
        // which waits for nobody
        if (what === 'removed by hand') await done[0]
        return source.read(from, to)
      },
    })
    keeper.heard('r0')
    await until(() => done.length > 0)
    await done[0]
    const told = what === 'locked' ? [] : [new AppFailure('recording-missing')]
    await until(() => logged.length === told.length)
    await keeper.close()
    expect([rows.size, vault.copies, logged]).toEqual([0, 0, told])
  })

  it('leaves nothing where it is removed by hand as it was just sealed', async () => {
    const { keeper, hear, rows, vault } = await listening(NO_RULE)
    const keep = vault.keep.bind(vault)
    const done: Promise<void>[] = []
    vault.keep = async (...given) => {
      const kept = await keep(...given)
      done.push(keeper.remove(entries('r0')))
      return kept
    }
    hear('r0')
    await until(() => done.length > 0)
    await done[0]
    await until(() => keeper.view.work === 'idle')
    expect([rows.size, vault.copies]).toEqual([0, 0])
    await keeper.close()
  })

  it('takes no place of what is kept, and pushes out what was heard before', async () => {
    const { keeper, hear, rows, clock, settled, state } = await listening({ ...NO_RULE, upTo: 350_000 })
    await keeper.keep(entries('r4'))
    await until(() => rows.size === 1)
    await settled('idle')
    for (const id of ['r0', 'r1', 'r2']) {
      hear(id)
      await until(() => rows.has(`key-${id}`) && keeper.view.work === 'idle')
      clock.pass(1_000)
    }
    expect([...rows.keys()].sort()).toEqual(['key-r1', 'key-r2', 'key-r4'])
    state.rule = { ...NO_RULE, upTo: 150_000 }
    hear('r3')
    await until(() => rows.size === 1 && keeper.view.work === 'idle')
    expect([...rows.keys()]).toEqual(['key-r4'])
    await keeper.close()
  })

  it('waits while a call is up, the last three of them', async () => {
    const { keeper, hear, rows, asked } = await listening(NO_RULE)
    keeper.setInCall(true)
    for (const id of ['r0', 'r1', 'r2', 'r3']) {
      hear(id)
      await until(() => asked.includes(id))
    }
    expect([rows.size, keeper.view.work]).toEqual([0, 'paused'])
    keeper.setInCall(false)
    await until(() => rows.size === 3 && keeper.view.work === 'idle')
    expect([...rows.keys()].sort()).toEqual(['key-r1', 'key-r2', 'key-r3'])
    hear('r0')
    await until(() => rows.size === 4)
    await keeper.close()
  })

  it('that did not come to its end is nothing, is logged alone, and is heard anew the next time', async () => {
    let cut = true
    const { keeper, hear, rows, logged, memory } = await listening(NO_RULE, {
      inMemory: part =>
        cut ? Promise.reject(new AppFailure('unreachable')) : Promise.resolve(memory.get(part) ?? null),
    })
    hear('r0')
    await until(() => logged.length === 1)
    expect([rows.size, keeper.view]).toEqual([0, { work: 'idle', left: 0, failure: null }])
    cut = false
    hear('r0')
    await until(() => rows.size === 1)
    await keeper.close()
  })

  it('and finds the disk full is logged alone', async () => {
    const { keeper, hear, rows, logged, vault, settled } = await listening(NO_RULE)
    vault.keep = () => Promise.reject(new AppFailure('disk-full'))
    hear('r0')
    await until(() => logged.length === 1)
    await settled('idle')
    expect([rows.size, keeper.view.failure]).toEqual([0, null])
    await keeper.close()
  })
})
