/**
 * Rows sealed one by one: AES-256-GCM, bound to the table and the number of the row, so that none can be put in another's
 * place. What stays readable: how many rows there are, how long each is to 128 bytes, and when the file was written. A whole
 * file, or a row of it, can be replaced by an older copy of itself; nothing can be read or made up without the key.
 */
import { createCipheriv, createDecipheriv, createSecretKey, hkdfSync, randomBytes } from 'node:crypto'

const CIPHER = 'aes-256-gcm'
const NONCE = 12
const TAG = 16
/** Texts are filled up to a multiple of as many bytes: their length tells less. */
const GRAIN = 128

export interface Seal {
  seal(place: string, text: string): Uint8Array
  /** Throws SealBroken where it was sealed with another key, for another place, or was changed since. */
  open(place: string, sealed: Uint8Array): string
}

export class SealBroken extends Error {}

/** @param key 32 bytes; what is used here is derived from it, so that it may serve for other things too */
export function createSeal(key: Uint8Array): Seal {
  if (key.length !== 32) throw new Error('a key of 32 bytes is needed')
  // made once: of bytes each row would make one anew
  const own = createSecretKey(Buffer.from(hkdfSync('sha256', key, Buffer.alloc(0), 'tallylight library rows', 32)))
  return {
    seal: (place, text) => {
      const bytes = Buffer.from(text)
      // blanks at the end mean nothing in JSON, which all of it is
      const filled = Buffer.concat([bytes, Buffer.alloc((GRAIN - (bytes.length % GRAIN)) % GRAIN, ' ')])
      const nonce = randomBytes(NONCE)
      const cipher = createCipheriv(CIPHER, own, nonce).setAAD(Buffer.from(place))
      return Buffer.concat([nonce, cipher.update(filled), cipher.final(), cipher.getAuthTag()])
    },
    open: (place, sealed) => {
      const bytes = Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength)
      if (bytes.length < NONCE + TAG) throw new SealBroken()
      try {
        const decipher = createDecipheriv(CIPHER, own, bytes.subarray(0, NONCE), { authTagLength: TAG })
        decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(bytes.length - TAG))
        const clear = [decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]
        return Buffer.concat(clear).toString().trimEnd()
      } catch (error) {
        throw new SealBroken('a sealed row', { cause: error })
      }
    },
  }
}
