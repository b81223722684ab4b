import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunRow } from '#engine/protocol/run.ts';
import type { Connection } from '#renderer/bridge/index.ts';
import { createRunList, type RunList } from '#renderer/state/runList.ts';
import { fakeServer } from '#test/support/fakeServer.ts';
import { runSummary } from '#test/support/runFixtures.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));
const row = (id: string, day: number, change: Partial<RunRow> = {}): RunRow => ({
  ...runSummary(id, 'finished'),
  createdAt: `2026-01-0${day}T00:00:00.000Z`,
  settings: { lr: day },
  ...change,
});

describe('the list of all runs', () => {
  let server: ReturnType<typeof fakeServer>;
  let connection: StoreApi<Connection>;
  let list: RunList;
  let record: readonly RunRow[];
  const ids = () => list.store.getState().rows.map(({ id }) => id);

  beforeEach(() => {
    server = fakeServer();
    record = [row('b', 2), row('a', 1)];
    server.answers['runs.rows'] = ({ runIds }) =>
      record.filter(({ id }) => runIds?.includes(id) ?? true);
    connection = createStore<Connection>(() => ({
      state: 'connected',
      generation: 1,
      reason: null,
    }));
    list = createRunList(server.client, connection);
  });

  it('is read when somebody follows it, and not before', async () => {
    expect(server.calls).toEqual([]);
    const stop = list.follow();
    await settle();
    expect(list.store.getState()).toMatchObject({ isRead: true, failure: null });
    expect(ids()).toEqual(['b', 'a']);
    stop();
    server.emit('run.removed', { runId: 'a' });
    expect(ids()).toEqual(['b', 'a']);
  });

  it('keeps the settings of a run that changes, and reads those of a new one', async () => {
    list.follow();
    await settle();
    server.emit('run.changed', {
      ...runSummary('a', 'finished'),
      createdAt: row('a', 1).createdAt,
      name: 'new',
    });
    expect(list.store.getState().byId.get('a')).toMatchObject({ name: 'new', settings: { lr: 1 } });
    record = [row('c', 3), ...record];
    server.emit('run.changed', runSummary('c', 'finished'));
    await settle();
    expect(ids()).toEqual(['c', 'b', 'a']);
    expect(list.store.getState().byId.get('c')?.settings).toEqual({ lr: 3 });
  });

  it('believes what it is told while it reads rather than what it reads', async () => {
    let answer: (rows: readonly RunRow[]) => void = () => undefined;
    server.answers['runs.rows'] = () => new Promise((resolve) => (answer = resolve));
    list.follow();
    server.emit('run.removed', { runId: 'a' });
    server.emit('run.changed', { ...row('b', 2), name: 'newer' });
    answer(record);
    await settle();
    expect(list.store.getState().rows).toMatchObject([{ id: 'b', name: 'newer' }]);
  });

  it('finds what other programs have done, and says why it cannot be read', async () => {
    vi.useFakeTimers();
    try {
      const stop = list.follow();
      await vi.advanceTimersByTimeAsync(0);
      record = [row('c', 3), row('b', 2)];
      await vi.advanceTimersByTimeAsync(10_000);
      expect(ids()).toEqual(['c', 'b']);
      server.answers['runs.rows'] = () => Promise.reject(new Error('The disk is full.'));
      await vi.advanceTimersByTimeAsync(10_000);
      expect(list.store.getState()).toMatchObject({ isRead: true, failure: 'The disk is full.' });
      expect(ids()).toEqual(['c', 'b']);
      stop();
    } finally {
      vi.useRealTimers();
    }
  });
});
