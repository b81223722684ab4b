/**
 * Metrics of runs at an epoch, for the columns that show them: of all runs at once, since a table is sorted by
 * them too. Of a run that trains a number is asked for again when it comes to another epoch.
 */
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { AppCalls } from '#engine/protocol/appContract.ts';
import type { Client } from '#engine/protocol/rpc.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import { bridge } from '../bridge/index.ts';
import { type AtEpoch, atEpochName } from './atEpoch.ts';

export interface EpochFigures {
  /** Another number whenever more is known. */
  readonly store: StoreApi<{ readonly version: number }>;
  readonly at: AtEpoch;
  /** Asks for what these columns do not know of these runs yet. */
  want(columns: readonly string[], rows: readonly RunRow[]): void;
}

interface Known {
  readonly value: number;
  /** Epochs done when it was asked for. */
  readonly epoch: number;
}

const nameOf = ({ key, split, epoch }: Parameters<AtEpoch>[0]): string =>
  `${split} ${key} ${epoch}`;

export function createEpochFigures(client: Pick<Client<AppCalls, unknown>, 'call'>): EpochFigures {
  const store = createStore(() => ({ version: 0 }));
  const known = new Map<string, Map<string, Known>>();
  const asking = new Set<string>();

  const ask = async (id: string, rows: readonly RunRow[]): Promise<void> => {
    const figure = atEpochName(id);
    if (!figure || asking.has(id)) return;
    const name = nameOf(figure);
    const found = known.get(name) ?? new Map<string, Known>();
    known.set(name, found);
    const missing = rows.filter((row) => {
      const before = found.get(row.id);
      const isDone = before !== undefined && !Number.isNaN(before.value);
      return !isDone && before?.epoch !== row.progress.epoch;
    });
    if (missing.length === 0) return;
    asking.add(id);
    try {
      const runIds = missing.map((row) => row.id);
      const { key: metric, split, epoch } = figure;
      const values = await client.call('runs.atEpoch', { runIds, metric, split, epoch });
      missing.forEach((row, i) =>
        found.set(row.id, { value: values[i] ?? NaN, epoch: row.progress.epoch }),
      );
      store.setState(({ version }) => ({ version: version + 1 }));
    } catch {
      // Asked again with the next rows.
    } finally {
      asking.delete(id);
    }
  };

  return {
    store,
    at: (figure, { id }) => {
      const value = known.get(nameOf(figure))?.get(id)?.value;
      return value === undefined || Number.isNaN(value) ? undefined : value;
    },
    want(columns, rows) {
      for (const id of columns) void ask(id, rows);
    },
  };
}

export const epochFigures = createEpochFigures(bridge);
