/** The sound of a recording, as who plays, keeps or exports it sees it. */

/** Audio, wherever it lies: a size and positional reads (design 4). One bounded request for a server, one read for a file. */
export interface AudioSource {
  readonly contentType: string
  /** Bytes; what exists now. */
  size(): Promise<number>
  /**
   * Bytes `from` (inclusive) to `to` (exclusive), 0 <= from < to <= size. Fewer bytes than asked for is an error of the
   * source. `lent`: at least as long; the answer may lie in it, which saves who reads much the memory.
   */
  read(from: number, to: number, lent?: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
  close(): Promise<void>
  /**
   * The file of this computer that this sound is made of, where it is made of one: another thread may read it by itself.
   * Asked for anew before each use, for the file may have moved. Throws as `size` does.
   */
  file?(): Promise<SoundFile | null>
}

export interface SoundFile {
  readonly path: string
  readonly hint: Hint
}

/** What is known of audio beside its bytes. */
export interface Hint {
  /** The file's name ends so, without the dot. Content comes first. */
  readonly extension?: string
  /** Hz of what tells its rate neither by its content nor by its name; missing: nobody chose one. */
  readonly rawRate?: number
  /** Looks whether two legs lie interleaved in what calls itself mono: some fifty small reads, so for files only. */
  readonly lookForStereo?: boolean
  /** What was found where that was looked for: nobody looks again, and whoever reads the same file sees the same in it. */
  readonly twoLegs?: boolean
}
