import fc from 'fast-check'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { privateFolder } from '../testing.ts'
import { decided, EMPTY_LEDGER, heardNow, type Ledger, readLedger, stillHeard, writeLedger } from './ledger.ts'
import { vaultIn } from './testing.ts'

let folder: Awaited<ReturnType<typeof privateFolder>>
beforeEach(async () => {
  folder = await privateFolder()
})
afterEach(() => folder.remove())

it('comes back as it was written', async () => {
  const { vault } = await vaultIn(folder.path)
  expect(await readLedger(vault)).toEqual(EMPTY_LEDGER)
  const ledger: Ledger = {
    pinned: new Map([['key-a', 'a']]),
    unwanted: new Map([['key-b', 'b']]),
    heard: new Map([['key-c', 1_234]]),
  }
  await writeLedger(vault, ledger)
  expect(await readLedger(vault)).toEqual(ledger)
})

it('one that was written before anything was noted as heard is read', async () => {
  const { vault } = await vaultIn(folder.path)
  const written = { version: 1, pinned: [['key-a', 'a']], unwanted: [] }
  await vault.keepBytes('decisions', Buffer.from(JSON.stringify(written)))
  expect(await readLedger(vault)).toEqual({ ...EMPTY_LEDGER, pinned: new Map([['key-a', 'a']]) })
})

it('whatever happens, a copy is pinned, unwanted or heard, never two of them, and what the user said is not undone', () => {
  const step = fc.record({
    what: fc.constantFrom('pinned', 'unwanted', 'heard', 'struck'),
    at: fc.integer({ min: 0, max: 4 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), steps => {
      const said = new Map<string, string>()
      let ledger = EMPTY_LEDGER
      steps.forEach(({ what, at }, time) => {
        const vaultKey = `key-${at}`
        if (what === 'heard') ledger = heardNow(ledger, vaultKey, time)
        else if (what === 'struck') ledger = stillHeard(ledger, new Set([vaultKey]))
        else {
          ledger = decided(ledger, what, [{ vaultKey, id: `${at}` }])
          said.set(vaultKey, what)
        }
      })
      const all = [...ledger.pinned.keys(), ...ledger.unwanted.keys(), ...ledger.heard.keys()]
      expect(new Set(all).size).toBe(all.length)
      for (const [vaultKey, what] of said)
        expect(ledger[what === 'pinned' ? 'pinned' : 'unwanted'].has(vaultKey)).toBe(true)
    }),
  )
})
