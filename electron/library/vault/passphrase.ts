/** From a passphrase to a key: Argon2id, at a price that guessing has to pay too. */
import { argon2id } from 'hash-wasm'
import { z } from 'zod'
import { startThread } from '../threads.ts'

/** Bytes of the key that comes out, and of the salt. */
export const KEY_BYTES = 32
const SALT_BYTES = 16

/**
 * What a passphrase costs. The lower bounds are those that this app writes (RFC 9106, second recommended option, with one
 * lane): a file that asks for less was weakened, and is refused. The upper ones keep a forged file from eating the memory.
 */
export const Price = z.object({
  algorithm: z.literal('argon2id'),
  memoryKib: z.number().int().min(65_536).max(1_048_576),
  passes: z.number().int().min(3).max(20),
  lanes: z.literal(1),
  salt: z.string().regex(new RegExp(`^[0-9a-f]{${SALT_BYTES * 2}}$`)),
})
export type Price = z.infer<typeof Price>

/** A passphrase's key, 32 bytes. The same letters count as the same however they were typed (NFKC). */
export type Stretch = (passphrase: string, price: Price) => Promise<Uint8Array>

export const newPrice = (random: (bytes: number) => Buffer): Price => ({
  algorithm: 'argon2id',
  memoryKib: 65_536,
  passes: 3,
  lanes: 1,
  salt: random(SALT_BYTES).toString('hex'),
})

/** In this thread, which stands still meanwhile: some 0.3 s. */
export const stretch: Stretch = (passphrase, { memoryKib, passes, lanes, salt }) =>
  argon2id({
    password: passphrase.normalize('NFKC'),
    salt: Buffer.from(salt, 'hex'),
    memorySize: memoryKib,
    iterations: passes,
    parallelism: lanes,
    hashLength: KEY_BYTES,
    outputType: 'binary',
  })

const Answer = z.instanceof(Uint8Array)

/** In a thread of its own (`passphraseWorker.ts`, built to `file`), which ends with the answer. */
export function stretchIn(file: string): Stretch {
  return (passphrase, price) =>
    new Promise((resolve, reject) => {
      const worker = startThread(file, { workerData: { passphrase, price } })
      worker.once('message', (answer: unknown) => {
        const parsed = Answer.safeParse(answer)
        if (parsed.success) resolve(parsed.data)
        else reject(new Error('The thread answered something else'))
      })
      worker.once('error', reject)
      worker.once('exit', code => reject(new Error(`The thread ended with ${code}, and without an answer`)))
    })
}
