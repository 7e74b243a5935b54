/** The index as the rest of the library sees it: it answers from a thread of its own, so everything is a promise. */
import type { Entry, Hearing, SourceKind } from '../../../shared/library/entry.ts'
import type { Annotation, Mark, MarkChange } from '../../../shared/library/notes.ts'
import type {
  Filter,
  Group,
  GroupQuery,
  ListPage,
  ListQuery,
  Outline,
  Selection,
} from '../../../shared/library/query.ts'

/** The key of a CDR: its id in twelve digits. */
export const cdrKey = (id: number): string => String(id).padStart(12, '0')

/** A recording as a source tells of it. */
export interface SourceRecording {
  /**
   * Its identity, the same for ever: `<server's uuid of the recording>` of the call log, `/<path relative to the root>` of
   * a folder. A file whose base name is such a uuid is that recording.
   */
  readonly key: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  readonly endedAt: number | null
  /** Of the audio, where the file itself tells, or where its pauses were seen. */
  readonly durationMs: number | null
  /** Bytes, where known. */
  readonly bytes: number | null
  readonly hearing: Hearing
  readonly fileName: string
}

/**
 * A call as one source tells of it; the index joins what several tell of the same call. Recordings of `live` (all
 * `finishing`) and its `why` give way once another source tells of recordings of that call.
 */
export interface SourceCall {
  readonly source: SourceKind
  /**
   * Its identity in this source, the same for ever: the CDR's id (`cdrKey`, so that keys are in the order of ids), the
   * path of the file, the live call's conversation.
   */
  readonly key: string
  /**
   * False: whose it is cannot be told (a file named by a uuid alone, in a folder of the whole company). It is listed, and
   * counted, only while another source tells of the same recording.
   */
  readonly ownerKnown: boolean
  readonly conversation: string | null
  readonly startedAt: number
  readonly answeredAt: number | null
  readonly callMs: number | null
  readonly answered: boolean | null
  readonly outgoing: boolean | null
  readonly peer: { readonly name: string; readonly number: string }
  /** Numbers of either side as the source writes them, for the search and for joining: hostile input. */
  readonly numbers: readonly string[]
  /** Null: this source does not tell of recordings. */
  readonly recordings: readonly SourceRecording[] | null
  readonly why: Entry['why']
  readonly how: Entry['how']
}

/** Where a part's sound lies. */
export interface PartPlace {
  readonly id: string
  readonly entry: string
  readonly cdrId: number | null
  /** The server's uuid; null: only a file is known. */
  readonly uuid: string | null
  /** Relative to the folder's root, with `/`; null: not in the folder. */
  readonly path: string | null
  readonly startedAt: number
  readonly durationMs: number | null
  readonly bytes: number | null
  readonly hearing: Hearing
  readonly fileName: string
  /** What the vault files it under: the same after a new synchronisation. */
  readonly vaultKey: string
}

export interface Kept {
  /** Of the sound, bytes. */
  readonly bytes: number
  /** Milliseconds since the epoch. */
  readonly keptAt: number
}

/** One step of a walk over all that a selection means. */
export interface WalkPage {
  readonly entries: readonly Entry[]
  /** Opaque; null = this was the last. */
  readonly next: string | null
}

/** Every method throws AppFailure `library-broken` where the index cannot be read or written. */
export interface LibraryIndex {
  list(query: ListQuery): Promise<ListPage>
  outline(filter: Filter): Promise<Outline>
  groups(query: GroupQuery): Promise<Group[]>
  tags(): Promise<string[]>
  entry(id: string): Promise<Entry | null>
  /** Of these entries those that the filter finds, by the ids that they have now. */
  listed(filter: Filter, ids: readonly string[]): Promise<string[]>
  /** Newest first, 200 a step, by keyset: entries that come or go meanwhile disturb nothing. */
  walk(selection: Selection, after: string | null): Promise<WalkPage>
  part(id: string): Promise<PartPlace | null>
  parts(entry: string): Promise<PartPlace[]>
  /** By the server's uuid of the recording: what a link names. */
  partOf(uuid: string): Promise<PartPlace | null>

  /**
   * Takes in what a source tells, in order, some calls at a time, so that questions are answered in between. Answers how
   * many entries that changed. After a failure some may be taken in: the same again loses and doubles nothing.
   */
  take(calls: readonly SourceCall[]): Promise<number>
  /** A source no longer has these calls: gone where nothing else knows them and nothing of the user's hangs on them. */
  gone(source: SourceKind, keys: readonly string[]): Promise<number>
  /** Keys of a source, in order, after a key, at most 1,000: to tell what it no longer has. */
  keys(source: SourceKind, after: string | null): Promise<string[]>
  /**
   * What opening a part taught about it (`deleted`, `empty`, ...). It is heeded as long as the sources tell the same of the
   * part; what may pass (`missing`, `no-media`) for an hour.
   */
  heard(part: string, hearing: Hearing): Promise<void>
  /** Forgets what opening a part taught. Answers whether there was anything. */
  unlearn(part: string): Promise<boolean>
  /** Where a reading of a source stands; any JSON. Undefined = never written. */
  note(name: string): Promise<unknown>
  /** With `calls`: takes them in, and is written only once all of them are (in the transaction of the last). */
  setNote(name: string, value: unknown, calls?: readonly SourceCall[]): Promise<void>

  annotate(selection: Selection, change: Annotation): Promise<void>
  addTag(selection: Selection, tag: string): Promise<void>
  marks(entry: string): Promise<Mark[]>
  /** Together, and whatever the other marks are by then. */
  changeMarks(entry: string, changes: readonly MarkChange[]): Promise<void>
  /** Everything of the user's (notes, tags, favourites, marks), by the calls' identities, as JSON of a versioned schema. */
  exportNotes(): Promise<string>
  /** Takes such JSON in: newer wins, nothing is lost. Throws AppFailure `notes-unreadable`. Answers how many calls it touched. */
  importNotes(json: string): Promise<number>

  /** Null: the copy is no longer there. */
  setKept(vaultKey: string, kept: Kept | null): Promise<void>
  /** All copies, by key, at most 1,000 after a key. */
  kept(
    after: string | null,
  ): Promise<readonly (Kept & { readonly vaultKey: string; readonly part: PartPlace | null })[]>

  close(): Promise<void>
}
