/**
 * All runs there are, as rows: what they are, what they came to and what they were set to. Read when the
 * first part of the page follows it, kept true by events, and read anew from time to time while it is
 * followed, since other programs write the same record and tell nothing. The sessions of runs on show are
 * state/runs.ts's.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import { errorMessage } from '#engine/ir/errors.ts';
import type { AppCalls, AppEvents } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import type { RunRow, RunSummary } from '#engine/protocol/run.ts';
import { bridge, connectionStore, type Connection } from '../bridge/index.ts';

export interface RunListState {
  /** Newest first. */
  readonly rows: readonly RunRow[];
  readonly byId: ReadonlyMap<string, RunRow>;
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

/** Between two readings. One of 2,000 runs takes a tenth of a second of the processor. */
const REFRESH_MS = 10_000;

const newestFirst = (a: RunRow, b: RunRow): number => b.createdAt.localeCompare(a.createdAt);

export function createRunList(
  client: Pick<Client<AppCalls, AppEvents>, 'call' | 'on'>,
  connection: Pick<StoreApi<Connection>, 'getState' | 'subscribe'>,
): RunList {
  const store = createStore<RunListState>(() => ({
    rows: [],
    byId: new Map(),
    isRead: false,
    failure: null,
  }));
  let followers = 0;
  let stop = (): void => undefined;
  /** What was told while the record was being read: newer than what is read. Null: the run is gone. */
  let told: Map<string, RunSummary | null> | null = null;

  const put = (rows: readonly RunRow[]): void =>
    store.setState({ rows, byId: new Map(rows.map((row) => [row.id, row])) });

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
    const { rows, byId } = store.getState();
    if (byId.has(runId)) put(rows.filter(({ id }) => id !== runId));
  };

  const readOne = async (runId: string): Promise<void> => {
    // Gone meanwhile, or the connection is: the next reading finds out.
    const rows = await client.call('runs.rows', { runIds: [runId] }).catch(() => []);
    for (const row of rows) add(row);
  };

  const refresh = async (): Promise<void> => {
    // What is being read is as new.
    if (told !== null) return;
    const news = new Map<string, RunSummary | null>();
    told = news;
    try {
      const rows = await client.call('runs.rows', {});
      told = null;
      const { byId } = store.getState();
      put(
        rows.flatMap((row) => {
          const now = news.get(row.id);
          // The same object as long as the run is known: who works something out of it does so once.
          const settings = byId.get(row.id)?.settings ?? row.settings;
          return now === null ? [] : [{ ...(now ?? row), settings }];
        }),
      );
      store.setState({ isRead: true, failure: null });
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

/** The page's list of all runs. */
export const runList = createRunList(bridge, connectionStore);
