/**
 * Runs in SQLite (WAL): what was trained, with which settings, and everything it told. Readable while it
 * is written; a crash of this process loses at most what was not flushed yet (a second).
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { decodeValue, encodeValue } from '#engine/protocol/codec.ts';
import type { MetricPoint, MetricSplit, RunLogEntry } from '#engine/protocol/index.ts';

/** Everything about a run but its series, as one JSON record. */
export interface RunRecord {
  readonly id: string;
  readonly createdAt: string;
  readonly body: string;
}
export const FRAME_KINDS = ['telemetry', 'samples', 'boundary', 'confusion'] as const;
export type FrameKind = (typeof FRAME_KINDS)[number];

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS runs (
    id TEXT PRIMARY KEY, created_at TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS metrics (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    split TEXT NOT NULL, step INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS metrics_by_run ON metrics(run, step);
  CREATE TABLE IF NOT EXISTS logs (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS logs_by_run ON logs(run);
  CREATE TABLE IF NOT EXISTS frames (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    kind TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (run, kind)
  ) STRICT;
`;

export class RunStore {
  readonly #db: DatabaseSync;

  constructor(path: string) {
    mkdirSync(dirname(path), { recursive: true });
    this.#db = new DatabaseSync(path);
    this.#db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
    this.#db.exec('PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 5000;');
    this.#db.exec(SCHEMA);
  }

  close(): void {
    this.#db.close();
  }

  put({ id, createdAt, body }: RunRecord): void {
    this.#db
      .prepare(
        'INSERT INTO runs (id, created_at, body) VALUES (?, ?, ?) ON CONFLICT(id) DO UPDATE SET body = excluded.body',
      )
      .run(id, createdAt, body);
  }

  /** Newest first. */
  all(): readonly RunRecord[] {
    return this.#db
      .prepare('SELECT id, created_at, body FROM runs ORDER BY created_at DESC, rowid DESC')
      .all()
      .map(recordOf);
  }

  get(id: string): RunRecord | null {
    const row = this.#db.prepare('SELECT id, created_at, body FROM runs WHERE id = ?').get(id);
    return row ? recordOf(row) : null;
  }

  delete(id: string): void {
    this.#db.prepare('DELETE FROM runs WHERE id = ?').run(id);
  }

  /** One transaction for everything that came in since the last. */
  append(
    run: string,
    points: readonly MetricPoint[],
    entries: readonly RunLogEntry[],
    frames: ReadonlyMap<FrameKind, unknown>,
  ): void {
    this.#db.exec('BEGIN');
    try {
      const metric = this.#db.prepare(
        'INSERT INTO metrics (run, split, step, body) VALUES (?, ?, ?, ?)',
      );
      for (const point of points) metric.run(run, point.split, point.step, JSON.stringify(point));
      const log = this.#db.prepare('INSERT INTO logs (run, body) VALUES (?, ?)');
      for (const entry of entries) log.run(run, JSON.stringify(entry));
      const frame = this.#db.prepare(
        'INSERT OR REPLACE INTO frames (run, kind, body) VALUES (?, ?, ?)',
      );
      for (const [kind, body] of frames) {
        frame.run(run, kind, encodeValue(body));
      }
      this.#db.exec('COMMIT');
    } catch (error) {
      this.#db.exec('ROLLBACK');
      throw error;
    }
  }

  metrics(run: string, sinceStep = -1): readonly MetricPoint[] {
    return this.#db
      .prepare('SELECT body FROM metrics WHERE run = ? AND step > ? ORDER BY rowid')
      .all(run, sinceStep)
      .map((row) => parsed<MetricPoint>(row['body']));
  }

  lastMetric(run: string, split: MetricSplit): MetricPoint | null {
    const row = this.#db
      .prepare('SELECT body FROM metrics WHERE run = ? AND split = ? ORDER BY rowid DESC LIMIT 1')
      .get(run, split);
    return row ? parsed<MetricPoint>(row['body']) : null;
  }

  /** Takes back what came after a checkpoint, before the run goes on from there. */
  forgetMetricsAfter(run: string, step: number): void {
    this.#db.prepare('DELETE FROM metrics WHERE run = ? AND step > ?').run(run, step);
  }

  log(run: string): readonly RunLogEntry[] {
    return this.#db
      .prepare('SELECT body FROM logs WHERE run = ? ORDER BY rowid')
      .all(run)
      .map((row) => parsed<RunLogEntry>(row['body']));
  }

  frame(run: string, kind: FrameKind): unknown {
    const row = this.#db
      .prepare('SELECT body FROM frames WHERE run = ? AND kind = ?')
      .get(run, kind);
    const body = row?.['body'];
    return body instanceof Uint8Array ? decodeValue(body) : undefined;
  }
}

/** Rows are written by this file alone, so their JSON has the type it was written with. */
function parsed<T>(body: unknown): T {
  return JSON.parse(String(body)) as T;
}

function recordOf(row: Record<string, unknown>): RunRecord {
  return { id: String(row['id']), createdAt: String(row['created_at']), body: String(row['body']) };
}
