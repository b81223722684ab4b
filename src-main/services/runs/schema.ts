/**
 * The ladder of the record's tables: step n makes of version n what version n + 1 is, the first from nothing.
 * All that is missing is climbed in one transaction (stateDatabase.ts). What has been released is never changed;
 * what comes next is another step. The third one writes points as they are written now: who changes how that
 * is done leaves it a copy of what it leans on.
 */
import type { DatabaseSync } from 'node:sqlite';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import type { MetricPoint } from '#engine/protocol/index.ts';
import { type RunSettings, settingsOf } from '#engine/runs/index.ts';
import { bestsOf } from './bests.ts';
import type { SchemaStep } from '../stateDatabase.ts';
import { appendPoints } from './metricChunks.ts';
import { readPoint } from './oldRecords.ts';

export const SCHEMA_STEPS: readonly SchemaStep[] = [
  `
  CREATE TABLE runs (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    created_at TEXT NOT NULL,
    owner TEXT NOT NULL,
    name TEXT NOT NULL DEFAULT '',
    notes TEXT NOT NULL DEFAULT '',
    tags TEXT NOT NULL DEFAULT '[]',
    summary TEXT NOT NULL DEFAULT '{}',
    document TEXT NOT NULL
  ) STRICT;
  CREATE TABLE metrics (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, step INTEGER NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX metrics_by_run ON metrics(run, step);
  CREATE TABLE logs (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX logs_by_run ON logs(run);
  CREATE TABLE frames (
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    kind TEXT NOT NULL, body BLOB NOT NULL, PRIMARY KEY (run, kind)
  ) STRICT;
`,
  // Runs of before belong to no document: their project's name could be anybody's.
  `
  ALTER TABLE runs ADD COLUMN document_id TEXT;
  CREATE INDEX runs_by_document ON runs(document_id);
`,
  (db) => {
    db.exec(`
  CREATE TABLE metric_chunks (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    split TEXT NOT NULL,
    first_step INTEGER NOT NULL,
    last_step INTEGER NOT NULL,
    points INTEGER NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX metric_chunks_by_run ON metric_chunks(run, split, first_step);
  CREATE TABLE metric_outlines (
    chunk INTEGER PRIMARY KEY REFERENCES metric_chunks(id) ON DELETE CASCADE, body BLOB NOT NULL
  ) STRICT;
  CREATE TABLE events (
    id INTEGER PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs(id) ON DELETE CASCADE,
    step INTEGER NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL DEFAULT '',
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX events_by_run ON events(run, step);
  ALTER TABLE runs ADD COLUMN deleted_at TEXT;
`);
    pointsIntoChunks(db);
    db.exec('DROP TABLE metrics');
  },
  (db) => {
    db.exec(`ALTER TABLE runs ADD COLUMN settings TEXT NOT NULL DEFAULT '{}'`);
    const put = db.prepare('UPDATE runs SET settings = ?, summary = ? WHERE id = ?');
    for (const { id, document, summary } of db.prepare('SELECT * FROM runs').all()) {
      const bests = bestsOf(db, String(id));
      put.run(
        JSON.stringify(settingsOfStored(document)),
        JSON.stringify({ ...(JSON.parse(String(summary)) as object), bests }),
        String(id),
      );
    }
  },
  // Sizes are measured after the start (retention.ts): files are no part of a transaction.
  `
  ALTER TABLE runs ADD COLUMN archived_at TEXT;
  ALTER TABLE runs ADD COLUMN size_bytes INTEGER;
`,
  // Written by the tables themselves: several programs change runs, each in ways of its own (changes.ts).
  `
  CREATE TABLE run_changes (
    series TEXT NOT NULL, latest INTEGER NOT NULL, gone INTEGER NOT NULL
  ) STRICT;
  INSERT INTO run_changes (series, latest, gone) VALUES (lower(hex(randomblob(8))), 0, 0);
  ALTER TABLE runs ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
  CREATE INDEX runs_by_change ON runs(changed);
  CREATE TRIGGER run_added AFTER INSERT ON runs BEGIN
    UPDATE run_changes SET latest = latest + 1;
    UPDATE runs SET changed = (SELECT latest FROM run_changes) WHERE number = NEW.number;
  END;
  CREATE TRIGGER run_changed
  AFTER UPDATE OF name, notes, tags, summary, archived_at, size_bytes, deleted_at ON runs BEGIN
    UPDATE run_changes SET latest = latest + 1;
    UPDATE runs SET changed = (SELECT latest FROM run_changes) WHERE number = NEW.number;
  END;
  CREATE TRIGGER run_gone AFTER DELETE ON runs BEGIN
    UPDATE run_changes SET latest = latest + 1, gone = latest + 1;
  END;
  CREATE INDEX runs_by_state ON runs(json_extract(summary, '$.progress.state'));
`,
];

/** A document that cannot be read any more has nothing that could be found by it. */
function settingsOfStored(document: unknown): RunSettings {
  const restored = restoreDocument(JSON.parse(String(document)));
  return restored.ok ? settingsOf(restored.document) : {};
}

/** So many rows are in memory at once. */
const BATCH = 10_000;

function pointsIntoChunks(db: DatabaseSync): void {
  const runs = db.prepare('SELECT DISTINCT run FROM metrics').all();
  const rows = db.prepare(
    'SELECT rowid, body FROM metrics WHERE run = ? AND rowid > ? ORDER BY rowid LIMIT ?',
  );
  for (const { run } of runs) {
    let after = -1;
    for (;;) {
      const batch = rows.all(String(run), after, BATCH);
      appendPoints(db, String(run), batch.flatMap(pointOf));
      if (batch.length < BATCH) break;
      after = Number(batch.at(-1)?.['rowid']);
    }
  }
}

/** A row that is no point has nothing that could be kept. */
function pointOf({ body }: Record<string, unknown>): MetricPoint[] {
  try {
    const stored: unknown = JSON.parse(String(body));
    if (typeof stored !== 'object' || stored === null) return [];
    const point = readPoint(stored as Readonly<Record<string, unknown>>);
    return Number.isFinite(point.step) ? [point] : [];
  } catch {
    return [];
  }
}
