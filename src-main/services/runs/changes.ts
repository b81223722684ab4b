/**
 * Which runs are others than somebody has them who read them before: the tables count every change of a run
 * (schema.ts), whichever program makes it, and each run bears the number of its last one. A run that was
 * deleted is still there to say so; of what went for good nothing is, so that whoever read before that reads
 * all anew. Nothing here knows what a run is.
 */
import type { DatabaseSync } from 'node:sqlite';

export interface ChangedRows {
  /** Newest first, with the columns asked for. */
  readonly rows: readonly Record<string, unknown>[];
  readonly removed: readonly string[];
  readonly isWhole: boolean;
  readonly at: string;
}

export interface ChangesWanted {
  /** Of the table of runs, `id` among them. */
  readonly columns: string;
  /** What says that a run is not deleted. */
  readonly kept: string;
  /** `at` of an earlier answer. */
  readonly since: string | undefined;
  /** Runs that are wanted in any case: of these somebody knows more than the tables. */
  readonly also: readonly string[];
}

export function readChanges(db: DatabaseSync, wanted: ChangesWanted): ChangedRows {
  const { columns, kept, since, also } = wanted;
  // Read first: what is changed in between is among the rows, and comes once more the next time.
  const now = db.prepare('SELECT series, latest, gone FROM run_changes').get();
  const series = String(now?.['series']);
  const gone = Number(now?.['gone']);
  const at = `${series}.${String(now?.['latest'])}`;
  const from = readSince(since, series);
  if (from === null || from < gone) {
    const all = `SELECT ${columns} FROM runs WHERE ${kept} ORDER BY number DESC`;
    return { rows: db.prepare(all).all(), removed: [], isWhole: true, at };
  }
  // Few among many: sorted after they are found (+), where the order would be a reason to walk all of them.
  const changed = db.prepare(
    `SELECT ${columns}, ${kept} AS is_kept FROM runs
     WHERE changed > ? OR id IN (SELECT value FROM json_each(?)) ORDER BY +number DESC`,
  );
  const found = changed.all(from, JSON.stringify(also));
  return {
    rows: found.filter((row) => row['is_kept'] === 1),
    removed: found.flatMap((row) => (row['is_kept'] === 1 ? [] : [String(row['id'])])),
    isWhole: false,
    at,
  };
}

/** Null where it was never said, or of another record. */
function readSince(since: string | undefined, series: string): number | null {
  const [of, number] = since?.split('.') ?? [];
  const from = Number(number ?? NaN);
  return of === series && Number.isSafeInteger(from) ? from : null;
}
