/** What turns the blocks of a codec into sound: always the same number of samples from the same number of bytes. */

export interface BlockDecoder {
  /** Bytes and samples of one block (mono). */
  readonly blockBytes: number
  readonly blockSamples: number
  /** Decodes `count` whole blocks from the start of `bytes`; `out` takes their samples, 16 bits each. */
  decode(bytes: Uint8Array, count: number, out: Int16Array): void
  /** What was heard so far shapes what follows: the state between two blocks, and the way back to it. */
  save(): unknown
  load(state: unknown): void
}
