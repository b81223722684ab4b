/**
 * Runs in SQLite (WAL): what was trained, with which settings, and everything it told. Readable while it
 * is written, also by other processes; kill -9 loses at most what was not handed over yet.
 */
import type { DatabaseSync } from 'node:sqlite';
import { type InputError, inputError, type NetworkDocument } from '#engine/ir/index.ts';
import { decodeValue, encodeValue } from '#engine/protocol/codec.ts';
import {
  ACTIVE_STATES,
  type CurveRange,
  type EpochFigures,
  type MetricPoint,
  type MetricPosition,
  type RunChanges,
  type RunCurves,
  type RunEvent,
  type RunLogEntry,
  type RunRow,
  type RunSummary,
  type SmallCurve,
  type SnapshotKind,
  type SnapshotMap,
} from '#engine/protocol/index.ts';
import { RECORD } from '#engine/ir/systemError.ts';
import { isStarred, type RunSettings, settingsOf, withStar } from '#engine/runs/index.ts';
import { IN_USE, StateDatabase } from '../stateDatabase.ts';
import { readChanges } from './changes.ts';
import { appendPoints, forgetPointsAfter, readCurves, readRange } from './metricChunks.ts';
import { readAtEpoch, readSmallCurve } from './listCurves.ts';
import { readSummary } from './oldRecords.ts';
import { type Owners, processOwners } from './owner.ts';
import { SCHEMA_STEPS } from './schema.ts';
import { ARRIVING, PortableRows } from './transfer/rows.ts';

/** A run as somebody saw it: what a claim on it is compared with. */
export interface Holding {
  readonly owner: string;
  readonly summary: RunSummary;
}

/** What people say of a run. Kept apart from what the engine says, which another process may be writing. */
export type Annotations = Pick<RunSummary, 'name' | 'notes' | 'tags' | 'starred'>;

export interface NewRun {
  readonly id: string;
  readonly createdAt: string;
  readonly owner: string;
  readonly document: NetworkDocument;
}

/** What came in of a run since the last time. */
export interface RunNews {
  readonly points: readonly MetricPoint[];
  readonly events: readonly RunEvent[];
  readonly entries: readonly RunLogEntry[];
  /** The latest of each kind. */
  readonly snapshots: ReadonlyMap<SnapshotKind, unknown>;
  readonly summary: RunSummary | null;
}

const COLUMNS = 'id, name, notes, tags, archived_at, size_bytes, document_id, summary';
/** Of each table the bytes of a run. */
const BYTES_OF = [
  'SELECT length(document) + length(settings) + length(summary) AS bytes FROM runs WHERE id = ?',
  'SELECT sum(length(body)) FROM metric_chunks WHERE run = ?',
  `SELECT sum(length(metric_outlines.body)) FROM metric_outlines
   JOIN metric_chunks ON chunk = metric_chunks.id WHERE run = ?`,
  'SELECT sum(length(body)) FROM events WHERE run = ?',
  'SELECT sum(length(body)) FROM logs WHERE run = ?',
  'SELECT sum(length(body)) FROM frames WHERE run = ?',
];
const BYTES = `SELECT sum(bytes) AS bytes FROM (${BYTES_OF.join(' UNION ALL ')})`;
const STATE = `json_extract(summary, '$.progress.state')`;
const ACTIVE = `${STATE} IN (${[...ACTIVE_STATES].map((state) => `'${state}'`).join(', ')})`;
const KEPT = 'deleted_at IS NULL';
/** In place of the time of a deletion: it cannot be taken back any more. */
const GOING = 'going';

export class RunStore {
  readonly #database: StateDatabase;
  /** Runs on their way from one record to another. */
  readonly portable: PortableRows;
  readonly #owners: Pick<Owners, 'isAlive'>;

  constructor(path: string, owners: Pick<Owners, 'isAlive'> = processOwners) {
    this.#database = new StateDatabase({
      holds: RECORD,
      path,
      steps: SCHEMA_STEPS,
      mayUpgrade: (db) => refuseWhileWritten(db, path, owners),
    });
    this.portable = new PortableRows(this.#database);
    this.#owners = owners;
  }

  /** Why nothing can be recorded; null where it can. */
  get refusal(): InputError | null {
    return this.#database.refusal;
  }

  close(): void {
    this.#database.close();
  }

  /** `summarise` gets the run's number, which no other run ever has. */
  create(run: NewRun, summarise: (number: number) => RunSummary): RunSummary {
    return this.#database.write((db) => {
      const { lastInsertRowid } = db
        .prepare(
          `INSERT INTO runs (id, created_at, owner, document_id, document, settings)
           VALUES (?, ?, ?, ?, ?, ?)`,
        )
        .run(
          run.id,
          run.createdAt,
          run.owner,
          run.document.id ?? null,
          JSON.stringify(run.document),
          JSON.stringify(settingsOf(run.document)),
        );
      const summary = summarise(Number(lastInsertRowid));
      putSummary(db, summary);
      const { id, name, notes, tags } = summary;
      putAnnotations(db, id, { name, notes, tags });
      return summary;
    });
  }

  /** Newest first. */
  summaries(): readonly RunSummary[] {
    return this.#all(`SELECT ${COLUMNS} FROM runs WHERE ${KEPT} ORDER BY number DESC`).map(
      toSummary,
    );
  }

  /** Newest first, with what each was set to. */
  rows(runIds?: readonly string[], newest?: number): readonly RunRow[] {
    const ofThese = runIds === undefined ? '' : 'AND id IN (SELECT value FROM json_each(?))';
    const few = newest === undefined ? '' : `LIMIT ${Math.trunc(newest)}`;
    const rows = this.#all(
      `SELECT ${COLUMNS}, settings FROM runs WHERE ${KEPT} ${ofThese} ORDER BY number DESC ${few}`,
      ...(runIds === undefined ? [] : [JSON.stringify(runIds)]),
    );
    return rows.map((row) => ({
      ...toSummary(row),
      settings: parsed<RunSettings>(row['settings']),
    }));
  }

  /** Since an earlier answer; runs of `also` are among them, whatever became of them. */
  changes(since: string | undefined, also: readonly string[]): RunChanges {
    const columns = `${COLUMNS}, settings`;
    const { rows, ...found } = this.#database.read((db) =>
      readChanges(db, { columns, kept: KEPT, since, also }),
    );
    const settings = rows.map((row) => String(row['settings']));
    return { ...found, rows: rows.map(toSummary), settings };
  }

  summary(id: string): RunSummary | null {
    const [row] = this.#all(`SELECT ${COLUMNS} FROM runs WHERE id = ? AND ${KEPT}`, id);
    return row ? toSummary(row) : null;
  }

  /** Runs that some process is training, or was when it ended. */
  active(): readonly Holding[] {
    return this.#all(`SELECT ${COLUMNS}, owner FROM runs WHERE ${ACTIVE} AND ${KEPT}`).map(
      toHolding,
    );
  }

  holding(id: string): Holding | null {
    const [row] = this.#all(`SELECT ${COLUMNS}, owner FROM runs WHERE id = ? AND ${KEPT}`, id);
    return row ? toHolding(row) : null;
  }

  document(id: string): NetworkDocument | null {
    const [row] = this.#all(`SELECT document FROM runs WHERE id = ? AND ${KEPT}`, id);
    return row ? parsed<NetworkDocument>(row['document']) : null;
  }

  /**
   * The run passes into other hands, or comes to an end, unless somebody was quicker: one statement, so that
   * of two who saw the same only one gets it. What is told of that is written along with it, or not at all.
   * Answers who did.
   */
  swap(seen: Holding, next: Holding, events: readonly RunEvent[] = []): boolean {
    return this.#database.write((db) => {
      const { changes } = db
        .prepare(
          `UPDATE runs SET owner = ?, summary = ? WHERE id = ? AND owner = ? AND ${STATE} = ?`,
        )
        .run(
          next.owner,
          JSON.stringify(next.summary),
          seen.summary.id,
          seen.owner,
          seen.summary.progress.state,
        );
      if (Number(changes) !== 1) return false;
      for (const event of events) putEvent(db, seen.summary.id, event);
      return true;
    });
  }

  /** What is not named stays: others may have written it meanwhile. Null where there is no such run. */
  annotate(id: string, change: Partial<Annotations>): RunSummary | null {
    return this.#database.write((db) => putAnnotations(db, id, change));
  }

  /** Out of sight, to be had back. Not a run that somebody trains; answers whether it was done. */
  delete(id: string, at: string): boolean {
    const sql = `UPDATE runs SET deleted_at = ? WHERE id = ? AND ${KEPT} AND NOT ${ACTIVE}`;
    return this.#database.write((db) => Number(db.prepare(sql).run(at, id).changes) === 1);
  }

  /** Null where there is nothing to be had back. */
  restore(id: string): RunSummary | null {
    const sql = `UPDATE runs SET deleted_at = NULL WHERE id = ? AND NOT ${KEPT}
      AND deleted_at NOT IN (?, ?) RETURNING ${COLUMNS}`;
    const row = this.#database.write((db) => db.prepare(sql).get(id, GOING, ARRIVING));
    return row ? toSummary(row) : null;
  }

  /** Null: back among the others. Answers the run, null where there is none. */
  archive(id: string, at: string | null): RunSummary | null {
    const sql = `UPDATE runs SET archived_at = ? WHERE id = ? AND ${KEPT} RETURNING ${COLUMNS}`;
    const row = this.#database.write((db) => db.prepare(sql).get(at, id));
    return row ? toSummary(row) : null;
  }

  leftNoCheckpoint(id: string): void {
    const sql = `UPDATE runs SET summary = json_set(summary, '$.hasCheckpoint', json('false')) WHERE id = ?`;
    this.#database.write((db) => db.prepare(sql).run(id));
  }

  setSize(id: string, bytes: number): void {
    const sql = 'UPDATE runs SET size_bytes = ? WHERE id = ?';
    this.#database.write((db) => db.prepare(sql).run(bytes, id));
  }

  /** Written by an earlier version, or by a process that was killed. */
  unmeasured(): readonly string[] {
    return this.#all('SELECT id FROM runs WHERE size_bytes IS NULL').map(({ id }) => String(id));
  }

  /** What the tables have of it, without what SQLite needs to find it. */
  bytesOf(id: string): number {
    const [row] = this.#all(BYTES, ...BYTES_OF.map(() => id));
    return Number(row?.['bytes'] ?? 0);
  }

  /**
   * Deleted before then, about to go for good, or come in part: from now on nobody gets them back. A time
   * begins with a digit, so that ARRIVING is before none.
   */
  doomed(before: string): readonly string[] {
    this.portable.stranded((owner) => this.#owners.isAlive(owner), GOING);
    const sql = `UPDATE runs SET deleted_at = ? WHERE NOT ${KEPT} AND (deleted_at < ? OR deleted_at = ?)
      RETURNING id`;
    const found = this.#database.write((db) => db.prepare(sql).all(GOING, before, GOING));
    return found.map(({ id }) => String(id));
  }

  /** For good, with all that the tables have of it. Its files are to be gone before. */
  purge(id: string): void {
    this.#database.write((db) => {
      db.prepare('DELETE FROM runs WHERE id = ? AND deleted_at = ?').run(id, GOING);
    });
  }

  /** A run of this owner that never began. */
  withdraw(id: string, owner: string): void {
    this.#database.write((db) => {
      db.prepare('DELETE FROM runs WHERE id = ? AND owner = ?').run(id, owner);
    });
  }

  /** Everything or nothing. */
  record(news: ReadonlyMap<string, RunNews>): void {
    this.#database.write((db) => {
      const log = db.prepare('INSERT INTO logs (run, body) VALUES (?, ?)');
      const put = db.prepare('INSERT OR REPLACE INTO frames (run, kind, body) VALUES (?, ?, ?)');
      for (const [run, { points, events, entries, snapshots, summary }] of news) {
        appendPoints(db, run, points);
        for (const event of events) putEvent(db, run, event);
        for (const entry of entries) log.run(run, JSON.stringify(entry));
        for (const [kind, body] of snapshots) put.run(run, kind, encodeValue(body));
        if (summary) putSummary(db, summary);
      }
    });
  }

  /** Of each split what came after the step named for it; long ones in about so many stretches. */
  curves(run: string, since?: MetricPosition, buckets?: number): RunCurves {
    return this.#database.read((db) => readCurves(db, run, since, buckets));
  }

  curvesIn(run: string, range: CurveRange): readonly RunCurves[] {
    return this.#database.read((db) => readRange(db, run, range));
  }

  smallCurves(runs: readonly string[], metric: string, points: number): readonly SmallCurve[] {
    return this.#database.read((db) =>
      runs.flatMap((run) => readSmallCurve(db, run, metric, points) ?? []),
    );
  }

  atEpoch(runs: readonly string[], figures: EpochFigures): Float64Array {
    return this.#database.read((db) =>
      Float64Array.from(runs, (run) => readAtEpoch(db, run, figures)),
    );
  }

  /** Takes back what came after a checkpoint, before the run goes on from there. */
  forgetAfter(run: string, step: number): void {
    this.#database.write((db) => {
      forgetPointsAfter(db, run, step);
      db.prepare('DELETE FROM events WHERE run = ? AND step > ?').run(run, step);
      const drop = db.prepare('DELETE FROM frames WHERE run = ? AND kind = ?');
      for (const [kind, body] of Object.entries(latestOf(db, run))) {
        if (body.step > step) drop.run(run, kind);
      }
    });
  }

  events(run: string): readonly RunEvent[] {
    const sql = 'SELECT body FROM events WHERE run = ? ORDER BY id';
    return this.#all(sql, run).map((row) => parsed<RunEvent>(row['body']));
  }

  log(run: string): readonly RunLogEntry[] {
    const sql = 'SELECT body FROM logs WHERE run = ? ORDER BY rowid';
    return this.#all(sql, run).map((row) => parsed<RunLogEntry>(row['body']));
  }

  /** The latest of each kind. */
  snapshots(run: string): Partial<SnapshotMap> {
    return this.#database.read((db) => latestOf(db, run));
  }

  #all(sql: string, ...values: readonly (string | number)[]) {
    return this.#database.read((db) => db.prepare(sql).all(...values));
  }
}

function latestOf(db: DatabaseSync, run: string): Partial<SnapshotMap> {
  const rows = db.prepare('SELECT kind, body FROM frames WHERE run = ?').all(run);
  const found = rows.flatMap(({ kind, body }) =>
    body instanceof Uint8Array ? [[kind, decodeValue(body)]] : [],
  );
  // Written by this file alone, each under its kind.
  return Object.fromEntries(found) as Partial<SnapshotMap>;
}

/**
 * A program of an earlier version that trains writes the tables that it knows: changed under it, the rest of
 * its run would be lost. It is waited for.
 */
function refuseWhileWritten(db: DatabaseSync, path: string, owners: Pick<Owners, 'isAlive'>): void {
  const rows = db.prepare(`SELECT owner FROM runs WHERE ${ACTIVE}`).all();
  if (!rows.some(({ owner }) => owners.isAlive(String(owner)))) return;
  throw inputError(
    IN_USE,
    'An earlier version of Netloom is training and writes this record. It is brought up to date when that ' +
      'run has ended; until then nothing can be trained here.',
    { path },
  );
}

/** Of what is written over only the latest is kept: nobody can go back to the others. */
function putEvent(db: DatabaseSync, run: string, event: RunEvent): void {
  const { kind, step, subject = '' } = event;
  if (kind === 'checkpoint') {
    db.prepare('DELETE FROM events WHERE run = ? AND kind = ? AND subject = ?').run(
      ...[run, kind, subject],
    );
  }
  db.prepare('INSERT INTO events (run, step, kind, subject, body) VALUES (?, ?, ?, ?, ?)').run(
    ...[run, step, kind, subject, JSON.stringify(event)],
  );
}

function putSummary(db: DatabaseSync, summary: RunSummary): void {
  db.prepare('UPDATE runs SET summary = ? WHERE id = ?').run(JSON.stringify(summary), summary.id);
}

function putAnnotations(
  db: DatabaseSync,
  id: string,
  { name, notes, starred, ...change }: Partial<Annotations>,
): RunSummary | null {
  const tags = starred === undefined ? change.tags : starredTags(db, id, starred, change.tags);
  const row = db
    .prepare(
      `UPDATE runs SET name = coalesce(?, name), notes = coalesce(?, notes), tags = coalesce(?, tags)
       WHERE id = ? RETURNING ${COLUMNS}`,
    )
    .get(name ?? null, notes ?? null, tags === undefined ? null : JSON.stringify(tags), id);
  return row ? toSummary(row) : null;
}

/** Those that are given, else those it has, with the star or without. */
function starredTags(
  db: DatabaseSync,
  id: string,
  isOn: boolean,
  given?: readonly string[],
): readonly string[] {
  const row = db.prepare('SELECT tags FROM runs WHERE id = ?').get(id);
  return withStar({ tags: given ?? (row ? parsed<readonly string[]>(row['tags']) : []) }, isOn);
}

/** Rows are written by this file alone, so their JSON has the type it was written with. */
function parsed<T>(body: unknown): T {
  return JSON.parse(String(body)) as T;
}

function toHolding(row: Record<string, unknown>): Holding {
  return { owner: String(row['owner']), summary: toSummary(row) };
}

function toSummary(row: Record<string, unknown>): RunSummary {
  const tags = parsed<readonly string[]>(row['tags']);
  return {
    ...readSummary(parsed(row['summary'])),
    name: String(row['name']),
    notes: String(row['notes']),
    tags,
    starred: isStarred({ tags }),
    archived: row['archived_at'] !== null,
    sizeBytes: typeof row['size_bytes'] === 'number' ? row['size_bytes'] : null,
    documentId: typeof row['document_id'] === 'string' ? row['document_id'] : null,
  };
}
