import { beforeEach, describe, expect, it } from 'vitest'
import { AppFailure } from '../shared/failure.ts'
import { type Snapshot } from '../shared/snapshot.ts'
import { callOf, quiet, running, snapshotOf } from '../shared/snapshots.testing.ts'
import { Acts } from './acts.ts'

let did: string[]
let keyed: Snapshot['shell']['keyed']
let snapshot: Snapshot
let gone: boolean
let acts: Acts

beforeEach(() => {
  did = []
  keyed = null
  gone = false
  snapshot = snapshotOf([callOf(running)])
  acts = new Acts({
    snapshot: () => snapshot,
    press: (call, press) => {
      if (gone) throw new AppFailure('call-gone')
      did.push(`${press} ${call}`)
    },
    mute: (call, on) => {
      did.push(`mute ${call} ${on}`)
      return Promise.resolve()
    },
    mark: call => {
      if (gone) throw new AppFailure('call-gone')
      did.push(`mark ${call}`)
      return true
    },
    settings: change => void did.push(JSON.stringify(change)),
    keyed: told => (keyed = told),
    show: () => void did.push('show'),
    quit: () => void did.push('quit'),
    log: () => undefined,
  })
})

describe('a key', () => {
  it('presses the place of its call, and names it', async () => {
    await acts.key('pause')
    expect(did).toEqual(['pause a'])
    expect(keyed).toMatchObject({ action: 'pause', peer: 'Marie Tremblay', done: true })
  })

  it('says that nothing was done where its place is not there, or the call is gone', async () => {
    await acts.key('record')
    expect(did).toEqual([])
    expect(keyed).toMatchObject({ action: 'record', done: false })
    gone = true
    await acts.key('stop')
    expect(keyed).toMatchObject({ action: 'stop', done: false })
  })

  it('marks the moment; where nothing is recorded, or the call is gone, it says that it did not', async () => {
    await acts.key('mark')
    expect(did).toEqual(['mark a'])
    expect(keyed).toMatchObject({ action: 'mark', done: true })
    gone = true
    await acts.key('mark')
    expect(keyed).toMatchObject({ action: 'mark', done: false })
    gone = false
    snapshot = snapshotOf([callOf(quiet)])
    await acts.key('mark')
    expect(did).toEqual(['mark a'])
    expect(keyed).toMatchObject({ action: 'mark', done: false })
  })

  it('mutes, and shows the window', async () => {
    await acts.key('mute')
    await acts.key('show')
    expect(did).toEqual(['mute a true', 'show'])
  })
})

describe('an item of the tray', () => {
  it('is a press of its call; one that has to ask shows the window instead', () => {
    snapshot = snapshotOf([callOf(quiet)])
    acts.deed({ do: 'press', call: 'a', press: 'start', asks: false })
    acts.deed({ do: 'press', call: 'a', press: 'start', asks: true })
    acts.deed({ do: 'mini-bar', choice: 'never' })
    acts.deed({ do: 'quit' })
    expect(did).toEqual(['start a', 'show', '{"miniBar":"never"}', 'quit'])
  })
})
