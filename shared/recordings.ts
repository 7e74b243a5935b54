/** The sound of a recording, as who plays, keeps or exports it sees it. */

/** Audio, wherever it lies: a size and positional reads (design 4). One bounded request for a server, one read for a file. */
export interface AudioSource {
  readonly contentType: string
  /** Bytes; what exists now. */
  size(): Promise<number>
  /** Bytes `from` (inclusive) to `to` (exclusive), 0 <= from < to <= size. Fewer bytes than asked for is an error of the source. */
  read(from: number, to: number): Promise<Uint8Array>
  close(): Promise<void>
}
