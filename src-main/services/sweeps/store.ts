/**
 * Sweeps on the disk, in a database of their own beside the record: what was planned, and of each trial its
 * values, its run and what it told. Written as it happens, so that a kill loses at most the trial's last word.
 */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { DataAccess } from '#engine/datasets/index.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { SweepInfo, SweepState } from '#engine/protocol/index.ts';
import type { SweepTrial } from '#engine/search/index.ts';
import { StateDatabase } from '../stateDatabase.ts';
import { SWEEP_STEPS } from './schema.ts';

export interface SweepBody extends Omit<SweepInfo, 'id' | 'state' | 'trials'> {
  readonly access: DataAccess;
}

export interface StoredSweep {
  readonly id: string;
  readonly owner: string;
  readonly state: SweepState;
  readonly body: SweepBody;
  readonly trials: readonly SweepTrial[];
}

type Row = Record<string, unknown>;

export class SweepStore {
  readonly #database: StateDatabase;

  constructor(folder: string) {
    this.#database = new StateDatabase({
      path: join(folder, 'sweeps.db'),
      holds: { code: 'sweeps', name: 'The record of sweeps' },
      steps: SWEEP_STEPS,
    });
  }

  close(): void {
    this.#database.close();
  }

  add({ id, owner, state, body }: Omit<StoredSweep, 'trials'>, document: NetworkDocument): void {
    this.#database.write((db) => {
      db.prepare(
        'INSERT INTO sweeps (id, owner, state, body, document) VALUES (?, ?, ?, ?, ?)',
      ).run(id, owner, state, JSON.stringify(body), JSON.stringify(document));
    });
  }

  /** Newest first. */
  list(): readonly StoredSweep[] {
    return this.#database.read((db) =>
      db
        .prepare('SELECT id, owner, state, body FROM sweeps ORDER BY number DESC')
        .all()
        .map((row) => stored(db, row)),
    );
  }

  get(id: string): StoredSweep | null {
    return this.#database.read((db) => {
      const row = db.prepare('SELECT id, owner, state, body FROM sweeps WHERE id = ?').get(id);
      return row ? stored(db, row) : null;
    });
  }

  document(id: string): NetworkDocument | null {
    return this.#database.read((db) => {
      const row = db.prepare('SELECT document FROM sweeps WHERE id = ?').get(id);
      return row ? parsed<NetworkDocument>(row['document']) : null;
    });
  }

  /** Of two who want to go on with it, the one who saw the owner of before gets it. */
  claim({ id, owner }: StoredSweep, next: string): boolean {
    const sql = `UPDATE sweeps SET owner = ?, state = 'running' WHERE id = ? AND owner = ?`;
    return this.#database.write((db) => Number(db.prepare(sql).run(next, id, owner).changes) === 1);
  }

  put(id: string, state: SweepState, body: SweepBody): void {
    this.#database.write((db) => {
      const sql = 'UPDATE sweeps SET state = ?, body = ? WHERE id = ?';
      db.prepare(sql).run(state, JSON.stringify(body), id);
    });
  }

  putTrial(id: string, trial: SweepTrial): void {
    this.#database.write((db) => {
      db.prepare(
        'INSERT OR REPLACE INTO trials (sweep, number, run, body) VALUES (?, ?, ?, ?)',
      ).run(...[id, trial.number, trial.run, JSON.stringify(trial)]);
    });
  }
}

function stored(db: DatabaseSync, row: Row): StoredSweep {
  const id = String(row['id']);
  const trials = db.prepare('SELECT body FROM trials WHERE sweep = ? ORDER BY number').all(id);
  return {
    id,
    owner: String(row['owner']),
    // Written by this file alone.
    state: String(row['state']) as SweepState,
    body: parsed<SweepBody>(row['body']),
    trials: trials.map(({ body }) => parsed<SweepTrial>(body)),
  };
}

/** Rows are written by this file alone, so their JSON has the type it was written with. */
function parsed<T>(body: unknown): T {
  return JSON.parse(String(body)) as T;
}
