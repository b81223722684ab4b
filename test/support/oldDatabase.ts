/** A record of runs as the version before chunks of points wrote it: by its own tables, a text per point. */
import { DatabaseSync } from 'node:sqlite';
import { encodeValue, type RunSummary, type TelemetryFrame } from '#engine/protocol/index.ts';
import { SCHEMA_STEPS } from '#main/services/runs/schema.ts';
import { pointsDocument } from './documents.ts';

/** Released steps are never changed, so these tables are those of then. */
const VERSION = 2;

export interface OldRun {
  /** As it was written then, whatever is in it. */
  readonly summary: Pick<RunSummary, 'id' | 'createdAt'>;
  readonly points: readonly { readonly step: number }[];
  readonly log?: readonly object[];
  readonly frame?: TelemetryFrame;
  readonly notes?: string;
  /** The process that trained it. */
  readonly owner?: string;
}

export function writeOldDatabase(path: string, run: OldRun): void {
  const { summary, points, log = [], frame, notes = '', owner = 'gone' } = run;
  const db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = WAL; BEGIN');
  for (const step of SCHEMA_STEPS.slice(0, VERSION)) {
    if (typeof step !== 'string') throw new Error('These versions were made by SQL alone.');
    db.exec(step);
  }
  db.exec(`PRAGMA user_version = ${VERSION}`);
  const { id, createdAt } = summary;
  const document = JSON.stringify(pointsDocument('moons', 2, { epochs: 1 }));
  db.prepare(
    `INSERT INTO runs (id, created_at, owner, name, notes, summary, document)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
  ).run(id, createdAt, owner, id, notes, JSON.stringify(summary), document);
  const metric = db.prepare('INSERT INTO metrics (run, step, body) VALUES (?, ?, ?)');
  for (const point of points) metric.run(id, point.step, JSON.stringify(point));
  const entry = db.prepare('INSERT INTO logs (run, body) VALUES (?, ?)');
  for (const each of log) entry.run(id, JSON.stringify(each));
  if (frame) {
    db.prepare('INSERT INTO frames (run, kind, body) VALUES (?, ?, ?)').run(
      ...[id, 'telemetry', encodeValue(frame)],
    );
  }
  db.exec('COMMIT');
  db.close();
}
