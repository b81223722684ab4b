/**
 * All runs there are, as rows: what they are, what they came to and what they were set to. Read when the
 * first part of the page follows it, kept true by events, and asked from time to time while it is followed
 * what has changed, since other programs write the same record and tell nothing. The sessions of runs on show
 * are state/runs.ts's.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorMessage } from '#engine/ir/errors.ts';
import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import type { RunChanges, RunRow, RunSummary } from '#engine/protocol/run.ts';
import { bridge, connectionStore, type Connection } from '../bridge/index.ts';

export interface RunListState {
  /** Newest first. */
  readonly rows: readonly RunRow[];
  readonly byId: ReadonlyMap<string, RunRow>;
  /** The newest few, known before the rest: while all are read for the first time; empty afterwards. */
  readonly head: readonly RunRow[];
  /** False until the record was read for the first time. */
  readonly isRead: boolean;
  /** Why it could not be read, until it can. */
  readonly failure: string | null;
}

export interface RunList {
  readonly store: StoreApi<RunListState>;
  /** Reads it, and keeps it true until the answer is called. */
  follow(): () => void;
  /** What other programs have done meanwhile. */
  refresh(): Promise<void>;
}

/** Between two questions. Where nothing has changed, one takes some tenths of a millisecond of the services. */
const REFRESH_MS = 3_000;

/** As many as a tall window shows. */
const HEAD = 64;

/** Times of one form, which stand in the order of their letters. */
const newestFirst = (a: RunRow, b: RunRow): number =>
  a.createdAt < b.createdAt ? 1 : a.createdAt > b.createdAt ? -1 : 0;

export function createRunList(
  client: Pick<Client<AppCalls, AppEvents>, 'call' | 'on'>,
  connection: Pick<StoreApi<Connection>, 'getState' | 'subscribe'>,
): RunList {
  const store = createStore<RunListState>(() => ({
    rows: [],
    byId: new Map(),
    head: [],
    isRead: false,
    failure: null,
  }));
  let followers = 0;
  let stop = (): void => undefined;
  /** What was told while the record was being read: newer than what is read. Null: the run is gone. */
  let told: Map<string, RunSummary | null> | null = null;
  /** Up to where the record was read (RunChanges.at). */
  let at: string | null = null;

  const listed = (rows: readonly RunRow[]): Pick<RunListState, 'rows' | 'byId'> => ({
    rows,
    byId: new Map(rows.map((row) => [row.id, row])),
  });
  const put = (rows: readonly RunRow[]): void => store.setState(listed(rows));

  const add = (row: RunRow): void => {
    const { rows, byId } = store.getState();
    if (byId.has(row.id)) put(rows.map((each) => (each.id === row.id ? row : each)));
    else put([...rows, row].sort(newestFirst));
  };

  const changed = (run: RunSummary): void => {
    told?.set(run.id, run);
    const known = store.getState().byId.get(run.id);
    // Settings are written when a run begins and never change.
    if (known) add({ ...run, settings: known.settings });
    else if (told === null) void readOne(run.id);
  };

  const removed = (runId: string): void => {
    told?.set(runId, null);
    const { rows, byId, head } = store.getState();
    if (byId.has(runId)) put(rows.filter(({ id }) => id !== runId));
    if (head.length > 0) store.setState({ head: head.filter(({ id }) => id !== runId) });
  };

  const readOne = async (runId: string): Promise<void> => {
    // Gone meanwhile, or the connection is: the next reading finds out.
    const rows = await client.call('runs.rows', { runIds: [runId] }).catch(() => []);
    for (const row of rows) add(row);
  };

  /** What was read, with what was told meanwhile; the same list where nothing has changed. */
  const merged = (
    changes: RunChanges,
    news: ReadonlyMap<string, RunSummary | null>,
  ): readonly RunRow[] => {
    const { rows, byId } = store.getState();
    const gone = new Set(changes.removed);
    const read = new Map(rowsOf(changes, byId).map((row) => [row.id, row]));
    const kept = changes.isWhole
      ? []
      : rows.flatMap((row) => (gone.has(row.id) ? [] : (read.get(row.id) ?? row)));
    const added = [...read.values()].filter((row) => changes.isWhole || !byId.has(row.id));
    const all = added.length === 0 ? kept : [...kept, ...added].sort(newestFirst);
    const isSame = all.length === rows.length && all.every((row, i) => row === rows[i]);
    if (isSame && news.size === 0) return rows;
    return all.flatMap((row) => {
      const now = news.get(row.id);
      return now === null ? [] : now === undefined ? row : { ...now, settings: row.settings };
    });
  };

  /** Of thousands all take longer to read than a view may take to show the first of them. */
  const readHead = async (news: ReadonlyMap<string, RunSummary | null>): Promise<void> => {
    const rows = await client.call('runs.rows', { newest: HEAD });
    store.setState({ head: rows.filter(({ id }) => news.get(id) !== null) });
  };

  const refresh = async (): Promise<void> => {
    // What is being read is as new.
    if (told !== null) return;
    const news = new Map<string, RunSummary | null>();
    told = news;
    try {
      if (at === null) await readHead(news);
      const changes = await client.call('runs.changes', at === null ? {} : { since: at });
      told = null;
      at = changes.at;
      const { rows: before, isRead, failure } = store.getState();
      const rows = merged(changes, news);
      if (rows !== before || !isRead || failure !== null) {
        const list = rows === before ? {} : listed(rows);
        store.setState({ ...list, head: [], isRead: true, failure: null });
      }
      // Begun while the record was read.
      for (const run of news.values()) if (run) changed(run);
    } catch (error) {
      told = null;
      store.setState({ failure: errorMessage(error) });
    }
  };

  const begin = (): (() => void) => {
    let generation = 0;
    const onConnection = ({ state, generation: next }: Connection): void => {
      if (state !== 'connected' || next === generation) return;
      generation = next;
      void refresh();
    };
    const timer = setInterval(() => {
      if (connection.getState().state === 'connected') void refresh();
    }, REFRESH_MS);
    const stops = [
      client.on('run.changed', changed),
      client.on('run.removed', ({ runId }) => removed(runId)),
      connection.subscribe(onConnection),
    ];
    onConnection(connection.getState());
    return () => {
      clearInterval(timer);
      for (const each of stops) each();
    };
  };

  return {
    store,
    refresh,
    follow() {
      followers += 1;
      if (followers === 1) stop = begin();
      let follows = true;
      return () => {
        if (!follows) return;
        follows = false;
        followers -= 1;
        if (followers === 0) stop();
      };
    },
  };
}

/** With settings that are read once for each run, and once for all that were set to the same. */
function rowsOf(
  { rows, settings }: RunChanges,
  known: ReadonlyMap<string, RunRow>,
): readonly RunRow[] {
  const read = new Map<string, RunRow['settings']>();
  return rows.map((run, i) => {
    const text = settings[i] ?? '{}';
    // Written when the run begins and never changed. Of the services, so that it is what they say it is.
    const its =
      known.get(run.id)?.settings ?? read.get(text) ?? (JSON.parse(text) as RunRow['settings']);
    read.set(text, its);
    return { ...run, settings: its };
  });
}

/** The page's list of all runs. */
export const runList = createRunList(bridge, connectionStore);
