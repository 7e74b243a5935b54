/** Notes are saved as they are typed, and never lost. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Drafts } from './drafts.ts'
import { withTag } from './tags.ts'

interface Save {
  readonly entry: string
  readonly note: string
  readonly done: () => void
  readonly fail: () => void
}

function stage() {
  const saves: Save[] = []
  const drafts = new Drafts({
    save: (entry, note) =>
      new Promise((resolve, reject) => saves.push({ entry, note, done: resolve, fail: () => reject(new Error('no')) })),
    failureOf: () => ({ code: 'library-broken' }),
  })
  return { saves, drafts, said: () => saves.map(({ entry, note }) => [entry, note]) }
}
const settled = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => vi.useFakeTimers())
afterEach(() => vi.useRealTimers())

describe('a note', () => {
  it('is saved once, a moment after the last letter', async () => {
    const { drafts, saves, said } = stage()
    for (const text of ['a', 'ab', 'abc']) drafts.write('one', text)
    expect(said()).toEqual([])
    await vi.advanceTimersByTimeAsync(500)
    expect(said()).toEqual([['one', 'abc']])
    saves[0]?.done()
    await settled()
    expect(drafts.all().get('one')).toEqual({ text: 'abc', state: 'saved', failure: null })
  })

  it('is saved at once when it is left, and then main has it', async () => {
    const { drafts, saves, said } = stage()
    drafts.write('one', 'abc')
    drafts.leave('one')
    expect(said()).toEqual([['one', 'abc']])
    saves[0]?.done()
    await settled()
    expect(drafts.all().size).toBe(0)
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said()).toHaveLength(1)
  })

  it('stays, says why, and is tried again where it is not taken', async () => {
    const { drafts, saves, said } = stage()
    drafts.write('one', 'abc')
    drafts.leave('one')
    saves[0]?.fail()
    await settled()
    expect(drafts.all().get('one')).toEqual({ text: 'abc', state: 'failed', failure: { code: 'library-broken' } })
    drafts.leave('one')
    expect(drafts.all().get('one')?.text).toBe('abc')
    saves[1]?.fail()
    await vi.advanceTimersByTimeAsync(5_000)
    saves[2]?.done()
    await settled()
    expect(said()).toEqual(Array.from({ length: 3 }, () => ['one', 'abc']))
    expect(drafts.all().size).toBe(0)
  })

  it('that is typed on while it is saved is saved again, in the order of typing', async () => {
    const { drafts, saves, said } = stage()
    drafts.write('one', 'abc')
    drafts.flush()
    drafts.write('one', 'abcd')
    saves[0]?.done()
    await settled()
    expect(drafts.all().get('one')).toEqual({ text: 'abcd', state: 'waiting', failure: null })
    await vi.advanceTimersByTimeAsync(500)
    expect(said().at(-1)).toEqual(['one', 'abcd'])
  })

  it.each(['waiting', 'saving', 'failed'] as const)('goes with its call to another id: %s', async state => {
    const { drafts, saves, said } = stage()
    drafts.write('live', 'abc')
    if (state !== 'waiting') drafts.flush()
    if (state === 'failed') saves[0]?.fail()
    await settled()
    expect(drafts.all().get('live')?.state).toBe(state)
    drafts.rename('live', 'logged')
    expect(drafts.all().has('live')).toBe(false)
    expect(drafts.all().get('logged')?.text).toBe('abc')
    drafts.write('logged', 'abcd')
    // the field of the old id is gone, that of the new one is not
    drafts.leave('live')
    if (state === 'saving') saves[0]?.done()
    await vi.advanceTimersByTimeAsync(60_000)
    saves.at(-1)?.done()
    await settled()
    expect(said().at(-1)).toEqual(['logged', 'abcd'])
    expect(
      said()
        .slice(state === 'waiting' ? 0 : 1)
        .every(([entry]) => entry === 'logged'),
    ).toBe(true)
    expect([...drafts.all()]).toEqual([['logged', { text: 'abcd', state: 'saved', failure: null }]])
  })

  it('that is not typed on is saved under the new id too, and stays saved where it was', async () => {
    const { drafts, saves, said } = stage()
    drafts.write('live', 'abc')
    drafts.flush()
    drafts.rename('live', 'logged')
    saves[0]?.done()
    await vi.advanceTimersByTimeAsync(500)
    saves[1]?.done()
    await settled()
    expect(said()).toEqual([
      ['live', 'abc'],
      ['logged', 'abc'],
    ])
    drafts.rename('logged', 'again')
    await vi.advanceTimersByTimeAsync(60_000)
    expect(said()).toHaveLength(2)
    expect(drafts.all().get('again')?.state).toBe('saved')
  })

  it('does not disturb that of another call', async () => {
    const { drafts, saves, said } = stage()
    drafts.write('one', 'a')
    drafts.write('two', 'b')
    drafts.flush()
    saves[0]?.fail()
    saves[1]?.done()
    await settled()
    expect([...drafts.all()].map(([entry, { state }]) => [entry, state])).toEqual([
      ['one', 'failed'],
      ['two', 'saved'],
    ])
    expect(said()).toHaveLength(2)
  })
})

describe('a tag', () => {
  it('is one, whatever its case and accents', () => {
    expect(withTag(['Réclamation'], 'reclamation')).toEqual(['Réclamation'])
    expect(withTag(['order'], 'callback')).toEqual(['order', 'callback'])
  })

  it('is refused where there are fifty', () => {
    const many = Array.from({ length: 50 }, (_, n) => `tag ${n}`)
    expect(withTag(many, 'one more')).toEqual(many)
  })
})
