/** For this folder's tests: keys without their price, and a vault on them. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { memoryKeyring } from '../../account/testing.ts'
import { Keys } from './keys.ts'
import { type Stretch } from './passphrase.ts'
import { createVault } from './vault.ts'

/** A key at no price. */
export const cheapStretch: Stretch = (passphrase, { salt }) =>
  Promise.resolve(new Uint8Array(createHash('sha256').update(`${salt} ${passphrase}`).digest()))

export const keysIn = (folder: string, keyring = memoryKeyring()): Keys =>
  new Keys({ file: join(folder, 'key.json'), keyring, stretch: cheapStretch, log: () => undefined })

/** Started, with what it told of damage. */
export async function vaultIn(folder: string, keys = keysIn(folder)) {
  const damaged: (string | null)[] = []
  const vault = createVault({ folder, keys, onDamaged: key => damaged.push(key), onChange: () => undefined })
  await vault.start(await keys.start())
  return { vault, keys, damaged }
}
