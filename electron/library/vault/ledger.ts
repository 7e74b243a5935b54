/** What the user decided of single copies, by hand: pinned ones stay, unwanted ones are not fetched again. Sealed. */
import { z } from 'zod'
import { AppFailure } from '../../../shared/failure.ts'
import { type SealedVault } from './vault.ts'

const Pairs = z.array(z.tuple([z.string(), z.string()]))
const Written = z.object({ version: z.literal(1), pinned: Pairs, unwanted: Pairs })

/** By the copy's key in the vault: the part's id in the index. */
export interface Ledger {
  readonly pinned: ReadonlyMap<string, string>
  readonly unwanted: ReadonlyMap<string, string>
}

export const EMPTY_LEDGER: Ledger = { pinned: new Map(), unwanted: new Map() }

const NAME = 'decisions'

/** One that was changed on the disk says nothing any more: nothing is decided then. Throws what the disk throws. */
export async function readLedger(vault: Pick<SealedVault, 'openBytes'>): Promise<Ledger> {
  try {
    const bytes = await vault.openBytes(NAME)
    if (bytes === null) return EMPTY_LEDGER
    const { pinned, unwanted } = Written.parse(JSON.parse(Buffer.from(bytes).toString('utf8')))
    return { pinned: new Map(pinned), unwanted: new Map(unwanted) }
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
  }
  await vault.keepBytes(NAME, Buffer.from(JSON.stringify(written)))
}

/** What a decision changes: each part is pinned or unwanted, never both. */
export function decided(
  ledger: Ledger,
  decision: 'pinned' | 'unwanted',
  parts: readonly { readonly vaultKey: string; readonly id: string }[],
): Ledger {
  const pinned = new Map(ledger.pinned)
  const unwanted = new Map(ledger.unwanted)
  const [to, from] = decision === 'pinned' ? [pinned, unwanted] : [unwanted, pinned]
  for (const { vaultKey, id } of parts) {
    to.set(vaultKey, id)
    from.delete(vaultKey)
  }
  return { pinned, unwanted }
}
