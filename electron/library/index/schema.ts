/**
 * The tables of the two files. The *index* is made of what the sources told: it can be thrown away and read anew. What
 * the user added and which copies lie on this computer is in the *notes*, a small file of its own that outlives it.
 */
import { type Database, numberIn } from './database.ts'
import type { KeptTable } from './journal.ts'

/** The file was written by a later version of the app: it is not touched. */
export class LaterVersion extends Error {}

export interface Schema {
  /** Step by step from an empty file: the number of steps done is the file's `user_version`. */
  readonly migrations: readonly string[]
}

export const INDEX_SCHEMA: Schema = {
  migrations: [
    `
    -- What a source told of a call, one row for each line, file or live call. 'call' is codec.ts's.
    CREATE TABLE telling (
      id INTEGER PRIMARY KEY,
      source INTEGER NOT NULL,
      key TEXT NOT NULL,
      public TEXT NOT NULL,
      started_at INTEGER NOT NULL,
      ended_at INTEGER NOT NULL,
      conversation TEXT,
      gone INTEGER NOT NULL,
      call TEXT NOT NULL,
      entry INTEGER
    );
    CREATE UNIQUE INDEX telling_key ON telling (source, key);
    CREATE UNIQUE INDEX telling_public ON telling (public);
    CREATE INDEX telling_time ON telling (source, started_at, ended_at);
    CREATE INDEX telling_conversation ON telling (conversation, source) WHERE conversation IS NOT NULL;
    CREATE INDEX telling_entry ON telling (entry) WHERE entry IS NOT NULL;

    -- Every id that a recording has, and who tells of it.
    CREATE TABLE sound (part TEXT NOT NULL, telling INTEGER NOT NULL, PRIMARY KEY (part, telling)) WITHOUT ROWID;
    CREATE INDEX sound_telling ON sound (telling);

    -- Tellings joined to a call, as much of it as is searched, filtered and counted. The number follows time (rows.ts), so
    -- that the newest are found without sorting, also among the hits of a search.
    CREATE TABLE entry (
      id INTEGER PRIMARY KEY,
      started_at INTEGER NOT NULL,
      day INTEGER NOT NULL,
      recorded INTEGER NOT NULL,
      outgoing INTEGER,
      length_ms INTEGER,
      recorded_ms INTEGER,
      sources INTEGER NOT NULL,
      how TEXT,
      person TEXT NOT NULL,
      talk TEXT NOT NULL,
      peer_name TEXT NOT NULL,
      peer_number TEXT NOT NULL,
      search TEXT NOT NULL,
      kept INTEGER NOT NULL,
      note_id INTEGER,
      note TEXT NOT NULL,
      tags TEXT NOT NULL,
      favourite INTEGER NOT NULL,
      hidden INTEGER NOT NULL,
      marks INTEGER NOT NULL,
      annotated INTEGER NOT NULL
    );
    CREATE INDEX entry_days ON entry (hidden, recorded, day);
    CREATE INDEX entry_recorded ON entry (hidden, recorded);
    CREATE INDEX entry_person ON entry (person);
    CREATE INDEX entry_talk ON entry (talk);
    CREATE INDEX entry_favourite ON entry (favourite) WHERE favourite = 1;
    CREATE INDEX entry_annotated ON entry (annotated) WHERE annotated = 1;
    CREATE INDEX entry_kept ON entry (kept) WHERE kept = 1;
    CREATE INDEX entry_note ON entry (note_id) WHERE note_id IS NOT NULL;
    CREATE TABLE entry_tag (tag TEXT NOT NULL, entry INTEGER NOT NULL, PRIMARY KEY (tag, entry)) WITHOUT ROWID;
    CREATE INDEX entry_tag_entry ON entry_tag (entry);

    -- 'search' is folded already (text.ts): the same letters count for the search and for its tests.
    CREATE VIRTUAL TABLE entry_text USING fts5 (
      search, content = 'entry', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
    );
    CREATE TRIGGER entry_inserted AFTER INSERT ON entry BEGIN
      INSERT INTO entry_text (rowid, search) VALUES (new.id, new.search);
    END;
    CREATE TRIGGER entry_deleted AFTER DELETE ON entry BEGIN
      INSERT INTO entry_text (entry_text, rowid, search) VALUES ('delete', old.id, old.search);
      DELETE FROM entry_tag WHERE entry = old.id;
    END;
    CREATE TRIGGER entry_searched AFTER UPDATE OF search ON entry WHEN old.search IS NOT new.search BEGIN
      INSERT INTO entry_text (entry_text, rowid, search) VALUES ('delete', old.id, old.search);
      INSERT INTO entry_text (rowid, search) VALUES (new.id, new.search);
    END;

    -- What opening a part taught; it holds as long as the sources tell the same of it as then.
    CREATE TABLE lesson (id INTEGER PRIMARY KEY, part TEXT NOT NULL UNIQUE, hearing TEXT NOT NULL, told TEXT NOT NULL);

    -- Where the reading of a source stands.
    CREATE TABLE place (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, value TEXT NOT NULL);

    -- The zone that the days are of, and up to where the notes were taken in.
    CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), zone TEXT NOT NULL, notes TEXT NOT NULL, revision INTEGER NOT NULL);
    INSERT INTO state VALUES (1, '', '', -1);
    `,
    `
    -- The list shows each entry as it was joined when it was written, and its text index is written in order at the end of
    -- each transaction (textIndex.ts). Entries are made anew of the tellings.
    DROP TABLE entry_text;
    DROP TABLE entry;
    DELETE FROM entry_tag;
    UPDATE telling SET entry = NULL;
    CREATE TABLE entry (
      id INTEGER PRIMARY KEY,
      started_at INTEGER NOT NULL,
      day INTEGER NOT NULL,
      recorded INTEGER NOT NULL,
      outgoing INTEGER,
      length_ms INTEGER,
      recorded_ms INTEGER,
      sources INTEGER NOT NULL,
      how TEXT,
      person TEXT NOT NULL,
      talk TEXT NOT NULL,
      peer_name TEXT NOT NULL,
      peer_number TEXT NOT NULL,
      search TEXT NOT NULL,
      kept INTEGER NOT NULL,
      note_id INTEGER,
      favourite INTEGER NOT NULL,
      hidden INTEGER NOT NULL,
      annotated INTEGER NOT NULL
    );
    CREATE INDEX entry_days ON entry (hidden, recorded, day);
    CREATE INDEX entry_recorded ON entry (hidden, recorded);
    CREATE INDEX entry_person ON entry (person);
    CREATE INDEX entry_talk ON entry (talk);
    CREATE INDEX entry_favourite ON entry (favourite) WHERE favourite = 1;
    CREATE INDEX entry_annotated ON entry (annotated) WHERE annotated = 1;
    CREATE INDEX entry_kept ON entry (kept) WHERE kept = 1;
    CREATE INDEX entry_note ON entry (note_id) WHERE note_id IS NOT NULL;
    -- Apart from what is searched and counted: who looks through all entries reads less. 'body' is codec.ts's.
    CREATE TABLE shown (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE VIRTUAL TABLE entry_text USING fts5 (
      search, content = 'entry', content_rowid = 'id', tokenize = 'trigram case_sensitive 1'
    );
    CREATE TABLE letter (letter TEXT PRIMARY KEY) WITHOUT ROWID;
    `,
    `
    -- What is searched is written once (text.ts): entries are made anew of the tellings.
    INSERT INTO entry_text (entry_text) VALUES ('delete-all');
    DELETE FROM entry;
    DELETE FROM shown;
    DELETE FROM entry_tag;
    UPDATE telling SET entry = NULL;
    -- All that hits of a search are mostly asked for: a tenth of their entries to read.
    CREATE INDEX entry_hit ON entry (id, hidden, recorded, day);
    `,
    `
    -- When it was learnt, milliseconds since the epoch: what may pass is not heeded for ever. Of those before it is not known.
    ALTER TABLE lesson ADD COLUMN at INTEGER NOT NULL DEFAULT 0;
    -- How much of a call was recorded is told otherwise (joining.ts): entries are made anew of the tellings.
    INSERT INTO entry_text (entry_text) VALUES ('delete-all');
    DELETE FROM entry;
    DELETE FROM shown;
    DELETE FROM entry_tag;
    UPDATE telling SET entry = NULL;
    `,
  ],
}

export const NOTES_SCHEMA: Schema = {
  migrations: [
    `
    CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT NOT NULL);
    CREATE TABLE note_identity (identity TEXT PRIMARY KEY, note INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX note_identity_note ON note_identity (note);
    CREATE TABLE kept (id INTEGER PRIMARY KEY, vault_key TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, kept_at INTEGER NOT NULL);
    -- Counts changes: the index sees from it what it missed.
    CREATE TABLE state (id INTEGER PRIMARY KEY CHECK (id = 1), name TEXT NOT NULL, revision INTEGER NOT NULL);
    INSERT INTO state VALUES (1, lower(hex(randomblob(16))), 0);
    `,
  ],
}

/** What a sealed file holds: the rest is made of it. `entry` of a telling is, too. */
export const INDEX_TABLES: readonly KeptTable[] = [
  { name: 'telling', columns: ['source', 'key', 'public', 'started_at', 'ended_at', 'conversation', 'gone', 'call'] },
  { name: 'lesson', columns: ['part', 'hearing', 'told', 'at'] },
  { name: 'place', columns: ['name', 'value'] },
]
export const NOTES_TABLES: readonly KeptTable[] = [
  { name: 'note', columns: ['body'] },
  { name: 'kept', columns: ['vault_key', 'bytes', 'kept_at'] },
  { name: 'state', columns: ['name', 'revision'] },
]

/** Makes the tables, or brings them up to date. Throws LaterVersion. */
export function migrate(database: Database, schema: Schema): void {
  const done = numberIn(database.prepare('PRAGMA user_version').get(), 'user_version')
  if (done > schema.migrations.length) throw new LaterVersion()
  schema.migrations.forEach((sql, step) => {
    if (step < done) return
    database.transaction(() => {
      database.exec(sql)
      database.exec(`PRAGMA user_version = ${step + 1}`)
    })
  })
}

/** Nothing that was committed is lost by a killed app; a power cut may cost the last moments, never the file. */
export function setUp(database: Database): void {
  database.exec('PRAGMA journal_mode = WAL')
  database.exec('PRAGMA synchronous = NORMAL')
  // sorting never writes names to a temporary file
  database.exec('PRAGMA temp_store = MEMORY')
}
