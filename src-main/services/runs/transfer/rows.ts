/**
 * A run's part of the tables, to be taken elsewhere and to be put in: little by little, since a curve may be
 * long. What is put in is out of sight until all of it is there (`appear`); of a process that died meanwhile it
 * is cleared away as a deleted run is (`stranded`).
 */
import type { DatabaseSync } from 'node:sqlite';
import { inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { encodeValue } from '#engine/protocol/codec.ts';
import type {
  MetricColumns,
  MetricSplit,
  RunEvent,
  RunLogEntry,
  RunSummary,
  SnapshotKind,
} from '#engine/protocol/index.ts';
import { settingsOf } from '#engine/runs/index.ts';
import type { StateDatabase } from '#main/services/stateDatabase.ts';
import { appendColumns } from '../metricChunks.ts';

/** In place of the time of a deletion: not all of it is here yet. */
export const ARRIVING = 'arriving';
/** Texts read at once. */
const PAGE = 500;

export interface Part {
  readonly id: number;
  readonly body: unknown;
}

/** A run that comes, with whoever brings it. */
export interface Arrival {
  readonly summary: RunSummary;
  readonly document: NetworkDocument;
  readonly owner: string;
}

export class PortableRows {
  readonly #database: StateDatabase;

  constructor(database: StateDatabase) {
    this.#database = database;
  }

  /** The document's text, as it was recorded. */
  document(run: string): string {
    const [row] = this.#all('SELECT document AS body FROM runs WHERE id = ?', run);
    return String(row?.['body'] ?? '{}');
  }

  /** Of the points of a split, in their order. */
  chunks(run: string, split: MetricSplit): readonly number[] {
    const sql = `SELECT id FROM metric_chunks WHERE run = ? AND split = ? ORDER BY first_step, id`;
    return this.#all(sql, run, split).map(({ id }) => Number(id));
  }

  chunk(id: number): Uint8Array {
    const [row] = this.#all('SELECT body FROM metric_chunks WHERE id = ?', id);
    return bytesOf(row?.['body']);
  }

  /** JSON texts in their order, after the last one that was had. */
  texts(table: 'events' | 'logs', run: string, after: number): readonly Part[] {
    const sql = `SELECT rowid AS id, body FROM ${table} WHERE run = ? AND rowid > ? ORDER BY rowid LIMIT ${PAGE}`;
    return this.#all(sql, run, after).map(({ id, body }) => ({ id: Number(id), body }));
  }

  /** Of which kinds there is a latest snapshot. */
  kinds(run: string): readonly string[] {
    const sql = 'SELECT kind FROM frames WHERE run = ? ORDER BY kind';
    return this.#all(sql, run).map(({ kind }) => String(kind));
  }

  latest(run: string, kind: string): Uint8Array {
    const [row] = this.#all('SELECT body FROM frames WHERE run = ? AND kind = ?', run, kind);
    return bytesOf(row?.['body']);
  }

  /** Whether there is a run of this id, and whether it can be seen. */
  presence(run: string): 'none' | 'here' | 'deleted' {
    const [row] = this.#all('SELECT deleted_at FROM runs WHERE id = ?', run);
    if (!row) return 'none';
    return row['deleted_at'] === null ? 'here' : 'deleted';
  }

  /** Throws InputError where another was quicker. */
  begin({ summary, document, owner }: Arrival): void {
    const { id, createdAt, name, notes, tags, documentId, archived } = summary;
    const { changes } = this.#database.write((db) =>
      db
        .prepare(
          `INSERT INTO runs (id, created_at, owner, name, notes, tags, summary, document, settings,
             document_id, archived_at, deleted_at)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
        )
        .run(
          ...[id, createdAt, owner, name, notes, JSON.stringify(tags), JSON.stringify(summary)],
          ...[JSON.stringify(document), JSON.stringify(settingsOf(document)), documentId],
          ...[archived ? createdAt : null, ARRIVING],
        ),
    );
    if (Number(changes) === 1) return;
    throw inputError('run-file.twice', 'Somebody else is importing this run just now.');
  }

  addPoints(run: string, split: MetricSplit, parts: readonly MetricColumns[]): void {
    this.#database.write((db) => {
      for (const columns of parts) appendColumns(db, run, split, columns);
    });
  }

  addEvents(run: string, events: readonly RunEvent[]): void {
    this.#database.write((db) => {
      const put = db.prepare(
        'INSERT INTO events (run, step, kind, subject, body) VALUES (?, ?, ?, ?, ?)',
      );
      for (const event of events) {
        const { step, kind, subject = '' } = event;
        put.run(run, step, kind, subject, JSON.stringify(event));
      }
    });
  }

  addLog(run: string, entries: readonly RunLogEntry[]): void {
    this.#database.write((db) => {
      const put = db.prepare('INSERT INTO logs (run, body) VALUES (?, ?)');
      for (const entry of entries) put.run(run, JSON.stringify(entry));
    });
  }

  addLatest(run: string, kind: SnapshotKind, body: unknown): void {
    this.#database.write((db) => {
      const put = db.prepare('INSERT OR REPLACE INTO frames (run, kind, body) VALUES (?, ?, ?)');
      put.run(run, kind, encodeValue(body));
    });
  }

  /** All of these at once, or none: false where one was cleared away meanwhile. */
  appear(runs: readonly string[]): boolean {
    return this.#database.write((db) => {
      const isWhole = arriving(db, runs) === runs.length;
      if (isWhole) {
        const show = db.prepare('UPDATE runs SET deleted_at = NULL WHERE id = ?');
        for (const run of runs) show.run(run);
      }
      return isWhole;
    });
  }

  /** They do not come. */
  drop(run: string): void {
    this.#database.write((db) => {
      db.prepare('DELETE FROM runs WHERE id = ? AND deleted_at = ?').run(run, ARRIVING);
    });
  }

  /** Those that nobody brings any more are marked as what is to go. */
  stranded(isBrought: (owner: string) => boolean, going: string): void {
    const sql = 'SELECT id, owner FROM runs WHERE deleted_at = ?';
    const left = this.#all(sql, ARRIVING).filter(({ owner }) => !isBrought(String(owner)));
    if (left.length === 0) return;
    this.#database.write((db) => {
      const mark = db.prepare('UPDATE runs SET deleted_at = ? WHERE id = ? AND deleted_at = ?');
      for (const { id } of left) mark.run(going, String(id), ARRIVING);
    });
  }

  #all(sql: string, ...values: readonly (string | number)[]) {
    return this.#database.read((db) => db.prepare(sql).all(...values));
  }
}

function arriving(db: DatabaseSync, runs: readonly string[]): number {
  const ask = db.prepare('SELECT 1 FROM runs WHERE id = ? AND deleted_at = ?');
  return runs.filter((run) => ask.get(run, ARRIVING)).length;
}

function bytesOf(body: unknown): Uint8Array {
  return body instanceof Uint8Array ? body : new Uint8Array();
}
