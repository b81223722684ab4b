/**
 * The ladder of the tables of sweeps, climbed as that of the record is (services/runs/schema.ts): what has been
 * released is never changed, what comes next is another step.
 */
import type { SchemaStep } from '../stateDatabase.ts';

export const SWEEP_STEPS: readonly SchemaStep[] = [
  `
  CREATE TABLE sweeps (
    number INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    state TEXT NOT NULL,
    body TEXT NOT NULL,
    document TEXT NOT NULL
  ) STRICT;
  CREATE TABLE trials (
    sweep TEXT NOT NULL REFERENCES sweeps(id) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    run TEXT,
    body TEXT NOT NULL,
    PRIMARY KEY (sweep, number)
  ) STRICT;
  CREATE INDEX trials_by_run ON trials(run);
`,
];
