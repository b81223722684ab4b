/**
 * The queue on the disk: a database of its own beside the record, since what waits comes and goes while the
 * record is kept. Every change is one statement or one transaction that says what it expects to find, so that
 * of several processes only one gets an entry, and a kill between two of them leaves nothing half done.
 */
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import type { DataAccess } from '#engine/datasets/index.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import type { QueueEntryState, QueueHold, RunOrigin } from '#engine/protocol/index.ts';
import { StateDatabase } from '../stateDatabase.ts';
import { QUEUE_STEPS } from './schema.ts';

/** What an entry is from the beginning, without its document. */
export interface EntryBody {
  readonly name: string | null;
  readonly projectName: string;
  readonly documentId: string | null;
  readonly addedAt: string;
  readonly tags: readonly string[];
  /** The project as the page calls it, and what it might read when the entry was made. */
  readonly project: string | null;
  readonly access: DataAccess;
  readonly from: RunOrigin | null;
}

export interface NewEntry {
  readonly id: string;
  readonly group: string | null;
  readonly body: EntryBody;
  readonly document: NetworkDocument;
}

/** An entry as it is now. */
export interface StoredEntry {
  readonly id: string;
  readonly owner: string;
  readonly state: QueueEntryState;
  readonly group: string | null;
  readonly run: string | null;
  readonly crashes: number;
  readonly reason: string | null;
  readonly elapsedMs: number | null;
  readonly sizeBytes: number | null;
  readonly body: EntryBody;
}

/** How an entry came out. */
export interface Outcome {
  readonly state: QueueEntryState;
  readonly reason: string | null;
  readonly run: string | null;
  readonly elapsedMs: number | null;
  readonly sizeBytes: number | null;
  readonly at: string;
}

const COLUMNS =
  'id, owner, state, family, run, crashes, reason, elapsed_ms, size_bytes, body, place, ended_at';
const OPEN = `state IN ('waiting', 'running')`;
const TO_RETRY = `state IN ('stopped', 'failed', 'cancelled', 'setAside') AND document <> ''`;

export class QueueStore {
  readonly #database: StateDatabase;

  constructor(folder: string) {
    this.#database = new StateDatabase({
      path: join(folder, 'queue.db'),
      holds: { code: 'queue', name: 'The queue' },
      steps: QUEUE_STEPS,
    });
  }

  close(): void {
    this.#database.close();
  }

  /** Changes when another process, not this one, has written. */
  version(): number {
    return this.#database.read((db) =>
      Number(db.prepare('PRAGMA data_version').get()?.['data_version']),
    );
  }

  /** At the end or before everything that waits. What was over before a new beginning is shown no more. */
  add(entries: readonly NewEntry[], owner: string, next: boolean): void {
    this.#database.write((db) => {
      if (!db.prepare(`SELECT 1 FROM entries WHERE ${OPEN} LIMIT 1`).get()) unlist(db);
      const put = db.prepare(
        `INSERT INTO entries (id, owner, place, state, family, body, document)
         VALUES (?, ?, ?, 'waiting', ?, ?, ?)`,
      );
      const first = next ? edge(db, 'min') - entries.length : edge(db, 'max') + 1;
      entries.forEach(({ id, group, body, document }, i) => {
        const texts = [JSON.stringify(body), JSON.stringify(document)] as const;
        put.run(id, owner, first + i, group, ...texts);
      });
    });
  }

  /** Those that are over by their end, then those to come by their place. */
  listed(): readonly StoredEntry[] {
    return this.#all(
      `SELECT ${COLUMNS} FROM entries WHERE listed = 1 OR ${OPEN}
       ORDER BY CASE state WHEN 'waiting' THEN 2 WHEN 'running' THEN 1 ELSE 0 END,
         CASE WHEN ${OPEN} THEN place END, ended_at, number`,
    );
  }

  ofGroup(group: string): readonly StoredEntry[] {
    return this.#all(`SELECT ${COLUMNS} FROM entries WHERE family = ? ORDER BY number`, group);
  }

  get(id: string): StoredEntry | null {
    return this.#all(`SELECT ${COLUMNS} FROM entries WHERE id = ?`, id)[0] ?? null;
  }

  /** The entry that this run is trained for, or is to go on for. */
  ofRun(run: string): StoredEntry | null {
    return this.#all(`SELECT ${COLUMNS} FROM entries WHERE run = ? AND ${OPEN}`, run)[0] ?? null;
  }

  document(id: string): NetworkDocument | null {
    const row = this.#database.read((db) =>
      db.prepare('SELECT document FROM entries WHERE id = ?').get(id),
    );
    const text = row?.['document'];
    // Written by this file alone.
    return typeof text === 'string' && text !== '' ? (JSON.parse(text) as NetworkDocument) : null;
  }

  /** The next one of this owner. */
  first(owner: string): StoredEntry | null {
    const sql = `SELECT ${COLUMNS} FROM entries WHERE state = 'waiting' AND owner = ?
      ORDER BY place LIMIT 1`;
    return this.#all(sql, owner)[0] ?? null;
  }

  running(owner: string): readonly StoredEntry[] {
    const sql = `SELECT ${COLUMNS} FROM entries WHERE state = 'running' AND owner = ? ORDER BY place`;
    return this.#all(sql, owner);
  }

  /** Whether this owner has something that waits. */
  hasWaiting(owner: string): boolean {
    const sql = `SELECT 1 FROM entries WHERE state = 'waiting' AND owner = ? LIMIT 1`;
    return this.#database.read((db) => db.prepare(sql).get(owner)) !== undefined;
  }

  /** Its turn has come, as this run. False where somebody has taken it out meanwhile. */
  begin(id: string, owner: string, run: string): boolean {
    const sql = `UPDATE entries SET state = 'running', run = ?, reason = NULL
      WHERE id = ? AND owner = ? AND state = 'waiting'`;
    return this.#changed(sql, run, id, owner);
  }

  /** Nothing came of it for now: it waits again, in its place. */
  wait(id: string, change: Pick<StoredEntry, 'run' | 'crashes' | 'reason'>): void {
    const { run, crashes, reason } = change;
    const sql = `UPDATE entries SET state = 'waiting', run = ?, crashes = ?, reason = ?
      WHERE id = ? AND state = 'running'`;
    this.#changed(sql, run, crashes, reason, id);
  }

  /** What has finished is kept by its run; of the others the document is kept to be tried again. */
  end(id: string, { state, reason, run, elapsedMs, sizeBytes, at }: Outcome): boolean {
    const sql = `UPDATE entries SET state = ?, reason = ?, run = ?, elapsed_ms = ?, size_bytes = ?,
        ended_at = ?, document = CASE WHEN ? = 'finished' THEN '' ELSE document END
      WHERE id = ? AND ${OPEN}`;
    return this.#changed(sql, state, reason, run, elapsedMs, sizeBytes, at, state, id);
  }

  /** Of entries that wait; answers those that were taken out. */
  cancel(ids: readonly string[], at: string): readonly StoredEntry[] {
    return this.#database.write((db) => {
      const out = db.prepare(
        `UPDATE entries SET state = 'cancelled', ended_at = ? WHERE id = ? AND state = 'waiting'
         RETURNING ${COLUMNS}`,
      );
      return ids.flatMap((id) => {
        const row = out.get(at, id);
        return row ? [toEntry(row)] : [];
      });
    });
  }

  retry(ids: readonly string[], owner: string): void {
    this.#database.write((db) => {
      const again = db.prepare(
        `UPDATE entries SET state = 'waiting', owner = ?, place = ?, crashes = 0, reason = NULL,
           ended_at = NULL, listed = 1 WHERE id = ? AND ${TO_RETRY}`,
      );
      for (const id of ids) again.run(owner, edge(db, 'max') + 1, id);
    });
  }

  /** In this order before another one; to the end where that one no longer waits. */
  move(ids: readonly string[], before: string | null): void {
    this.#database.write((db) => {
      const waiting = db
        .prepare(`SELECT id FROM entries WHERE state = 'waiting' ORDER BY place`)
        .all()
        .map(({ id }) => String(id));
      const known = new Set(waiting);
      const moved = ids.filter((id) => known.has(id));
      const rest = waiting.filter((id) => !moved.includes(id));
      const at = before === null ? -1 : rest.indexOf(before);
      const index = at < 0 ? rest.length : at;
      const order = [...rest.slice(0, index), ...moved, ...rest.slice(index)];
      const lowest = edge(db, 'min');
      const put = db.prepare('UPDATE entries SET place = ? WHERE id = ?');
      order.forEach((id, i) => put.run(lowest + i, id));
    });
  }

  /** Takes over what belongs to nobody who lives; what was in training waits to go on. */
  adopt(isGone: (owner: string) => boolean, owner: string): number {
    const owners = this.#database
      .read((db) => db.prepare(`SELECT DISTINCT owner FROM entries WHERE ${OPEN}`).all())
      .map((row) => String(row['owner']))
      .filter(isGone);
    if (owners.length === 0) return 0;
    return this.#database.write((db) => {
      const take = db.prepare(
        `UPDATE entries SET owner = ?, state = 'waiting' WHERE owner = ? AND ${OPEN}`,
      );
      return owners.reduce((sum, gone) => sum + Number(take.run(owner, gone).changes), 0);
    });
  }

  /** This owner is about to end: whoever comes next may go on at once. */
  release(owner: string): void {
    this.#changed(
      `UPDATE entries SET owner = '', state = 'waiting' WHERE owner = ? AND ${OPEN}`,
      owner,
    );
  }

  clear(): void {
    this.#database.write((db) => unlist(db));
  }

  /** What was over before then. */
  forget(before: string): void {
    this.#changed(`DELETE FROM entries WHERE NOT ${OPEN} AND ended_at < ?`, before);
  }

  hold(): QueueHold | null {
    const row = this.#database.read((db) => db.prepare('SELECT why, message FROM hold').get());
    // Written by this file alone.
    return row
      ? { by: String(row['why']) as QueueHold['by'], message: String(row['message']) }
      : null;
  }

  setHold(hold: QueueHold | null): void {
    this.#database.write((db) => {
      db.exec('DELETE FROM hold');
      if (!hold) return;
      const put = db.prepare('INSERT INTO hold (id, why, message) VALUES (1, ?, ?)');
      put.run(hold.by, hold.message);
    });
  }

  #changed(sql: string, ...values: readonly (string | number | null)[]): boolean {
    return this.#database.write((db) => Number(db.prepare(sql).run(...values).changes) > 0);
  }

  #all(sql: string, ...values: readonly (string | number)[]): readonly StoredEntry[] {
    return this.#database.read((db) => db.prepare(sql).all(...values)).map(toEntry);
  }
}

function unlist(db: DatabaseSync): void {
  db.exec(`UPDATE entries SET listed = 0 WHERE NOT ${OPEN}`);
}

/** The lowest or the highest place of what is to come. */
function edge(db: DatabaseSync, which: 'min' | 'max'): number {
  const row = db.prepare(`SELECT ${which}(place) AS place FROM entries WHERE ${OPEN}`).get();
  return Number(row?.['place'] ?? 0);
}

function toEntry(row: Record<string, unknown>): StoredEntry {
  const { id, owner, state, family, run, crashes, reason, elapsed_ms, size_bytes, body } = row;
  return {
    id: String(id),
    owner: String(owner),
    // Written by this file alone, as is the body.
    state: String(state) as QueueEntryState,
    group: textOrNull(family),
    run: textOrNull(run),
    crashes: Number(crashes),
    reason: textOrNull(reason),
    elapsedMs: numberOrNull(elapsed_ms),
    sizeBytes: numberOrNull(size_bytes),
    body: JSON.parse(String(body)) as EntryBody,
  };
}

const textOrNull = (value: unknown): string | null => (typeof value === 'string' ? value : null);
const numberOrNull = (value: unknown): number | null => (typeof value === 'number' ? value : null);
