/**
 * What is known of single copies. What the user decided by hand: pinned ones stay, unwanted ones are not fetched again. And
 * those that are here for nothing but having been heard. Sealed.
 */
import { z } from 'zod'
import { AppFailure } from '../../../shared/failure.ts'
import { type SealedVault } from './vault.ts'

const Pairs = z.array(z.tuple([z.string(), z.string()]))
const Written = z.object({
  version: z.literal(1),
  pinned: Pairs,
  unwanted: Pairs,
  // came later
  heard: z.array(z.tuple([z.string(), z.number()])).default([]),
})

/** By the copy's key in the vault. Each is in one of the three at most. */
export interface Ledger {
  /** The part's id in the index. */
  readonly pinned: ReadonlyMap<string, string>
  readonly unwanted: ReadonlyMap<string, string>
  /** When it was heard last, milliseconds since the epoch. */
  readonly heard: ReadonlyMap<string, number>
}

export const EMPTY_LEDGER: Ledger = { pinned: new Map(), unwanted: new Map(), heard: new Map() }

const NAME = 'decisions'

/** One that was changed on the disk says nothing any more: nothing is decided then. Throws what the disk throws. */
export async function readLedger(vault: Pick<SealedVault, 'openBytes'>): Promise<Ledger> {
  try {
    const bytes = await vault.openBytes(NAME)
    if (bytes === null) return EMPTY_LEDGER
    const { pinned, unwanted, heard } = Written.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    return { pinned: new Map(pinned), unwanted: new Map(unwanted), heard: new Map(heard) }
  } catch (error) {
    if (error instanceof AppFailure && error.failure.code === 'copy-damaged') return EMPTY_LEDGER
    throw error
  }
}

export async function writeLedger(vault: Pick<SealedVault, 'keepBytes'>, ledger: Ledger): Promise<void> {
  const written: z.input<typeof Written> = {
    version: 1,
    pinned: [...ledger.pinned],
    unwanted: [...ledger.unwanted],
    heard: [...ledger.heard],
  }
  await vault.keepBytes(NAME, Buffer.from(JSON.stringify(written)))
}

/** What a decision changes. */
export function decided(
  ledger: Ledger,
  decision: 'pinned' | 'unwanted',
  parts: readonly { readonly vaultKey: string; readonly id: string }[],
): Ledger {
  const pinned = new Map(ledger.pinned)
  const unwanted = new Map(ledger.unwanted)
  const heard = new Map(ledger.heard)
  const [to, from] = decision === 'pinned' ? [pinned, unwanted] : [unwanted, pinned]
  for (const { vaultKey, id } of parts) {
    to.set(vaultKey, id)
    from.delete(vaultKey)
    heard.delete(vaultKey)
  }
  return { pinned, unwanted, heard }
}

/** A copy was heard that the user decided nothing of. */
export function heardNow(ledger: Ledger, vaultKey: string, now: number): Ledger {
  if (ledger.pinned.has(vaultKey) || ledger.unwanted.has(vaultKey)) return ledger
  return { ...ledger, heard: new Map(ledger.heard).set(vaultKey, now) }
}

/** Of those that were heard, these alone are still here for nothing else. */
export function stillHeard(ledger: Ledger, vaultKeys: ReadonlySet<string>): Ledger {
  return { ...ledger, heard: new Map([...ledger.heard].filter(([vaultKey]) => vaultKeys.has(vaultKey))) }
}
