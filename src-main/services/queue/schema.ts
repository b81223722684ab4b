/**
 * The ladder of the queue's tables, climbed as that of the record is (services/runs/schema.ts): what has been
 * released is never changed, what comes next is another step.
 */
import type { SchemaStep } from '../stateDatabase.ts';

export const QUEUE_STEPS: readonly SchemaStep[] = [
  `
  CREATE TABLE entries (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    place REAL NOT NULL,
    state TEXT NOT NULL,
    family TEXT,
    run TEXT,
    crashes INTEGER NOT NULL DEFAULT 0,
    reason TEXT,
    ended_at TEXT,
    elapsed_ms REAL,
    size_bytes REAL,
    listed INTEGER NOT NULL DEFAULT 1,
    body TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entries_by_state ON entries(state, place);
  CREATE INDEX entries_by_family ON entries(family);
  CREATE INDEX entries_by_run ON entries(run);
  CREATE TABLE hold (
    id INTEGER PRIMARY KEY CHECK (id = 1), why TEXT NOT NULL, message TEXT NOT NULL
  ) STRICT;
`,
];
