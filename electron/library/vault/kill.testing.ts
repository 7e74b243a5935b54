/**
 * A process that does nothing but write to a vault, and tells of each step, until it is killed: for the test that
 * kills it. Arguments: the folder, a number to begin at.
 */
import { writeSync } from 'node:fs'
import { keysIn, vaultIn } from './testing.ts'
import { memorySource, sound } from '../testing.ts'

export const PASSPHRASE = 'only with words'

/** What is kept under a number: 0 to 6 segments. */
export const soundOf = (index: number): Uint8Array => sound((index * 48_611) % 400_000)

/** Begins at `first`; the passphrase may guard the key by now. */
async function write(folder: string, first: number): Promise<never> {
  const say = (...words: (string | number)[]) => writeSync(1, `${words.join(' ')}\n`)
  const { vault, keys } = await vaultIn(folder, keysIn(folder))
  if (keys.state === 'locked') await keys.unlock(PASSPHRASE)
  say('open', Buffer.from(keys.derive('copies') ?? []).toString('hex'))
  for (let index = first; ; index++) {
    await vault.keep(`copy ${index}`, memorySource(() => soundOf(index)).source, {
      onProgress: () => say('step', index),
    })
    say('kept', index)
    await vault.keepBytes('list', Buffer.from(String(index)))
    say('listed', index)
    if (keys.guard === 'keyring') await keys.setPassphrase(PASSPHRASE, null)
    else await keys.useKeyring(PASSPHRASE)
    say('wrapped', index)
    if (index % 3 === 0) {
      await vault.drop(`copy ${index}`)
      say('dropped', index)
    }
  }
}

const [, script = '', folder, first] = process.argv
if (script.endsWith('kill.testing.ts') && folder !== undefined) await write(folder, Number(first))
