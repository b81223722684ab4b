import { beforeEach, describe, expect, it, vi } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import type { RunChanges, RunRow } from '#engine/protocol/run.ts';
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

/** An answer that says all, or these changes alone. */
function answer(rows: readonly RunRow[], change: Partial<RunChanges> = {}): RunChanges {
  return {
    rows: rows.map(({ settings: _settings, ...run }) => run),
    settings: rows.map(({ settings }) => JSON.stringify(settings)),
    ...{ removed: [], isWhole: true, at: 'first', ...change },
  };
}

describe('the list of all runs', () => {
  let server: ReturnType<typeof fakeServer>;
  let connection: StoreApi<Connection>;
  let list: RunList;
  let record: readonly RunRow[];
  const ids = () => list.store.getState().rows.map(({ id }) => id);

  beforeEach(() => {
    server = fakeServer();
    record = [row('b', 2), row('a', 1)];
    server.answers['runs.changes'] = () => answer(record);
    server.answers['runs.rows'] = ({ runIds, newest = Infinity }) =>
      record.filter(({ id }) => runIds?.includes(id) ?? true).slice(0, newest);
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
    let say: (changes: RunChanges) => void = () => undefined;
    server.answers['runs.changes'] = () => new Promise((resolve) => (say = resolve));
    list.follow();
    await settle();
    server.emit('run.removed', { runId: 'a' });
    server.emit('run.changed', { ...row('b', 2), name: 'newer' });
    say(answer(record));
    await settle();
    expect(list.store.getState().rows).toMatchObject([{ id: 'b', name: 'newer' }]);
  });

  it('asks for what has changed since, and takes over only that', async () => {
    const stop = list.follow();
    await settle();
    expect(server.calls.at(-1)).toEqual({ method: 'runs.changes', input: {} });
    const [before] = list.store.getState().rows;
    const changes = answer([row('c', 3), row('a', 1, { name: 'noted' })], {
      ...{ isWhole: false, at: 'second', removed: ['never seen'] },
    });
    server.answers['runs.changes'] = () => changes;
    await list.refresh();
    expect(server.calls.at(-1)).toEqual({ method: 'runs.changes', input: { since: 'first' } });
    expect(list.store.getState().rows).toMatchObject([
      ...[{ id: 'c', settings: { lr: 3 } }, { id: 'b' }],
      { id: 'a', name: 'noted', settings: { lr: 1 } },
    ]);
    expect(list.store.getState().byId.get('a')).toMatchObject({ name: 'noted' });
    expect(list.store.getState().rows[1]).toBe(before);
    server.answers['runs.changes'] = () =>
      answer([], { isWhole: false, at: 'third', removed: ['b'] });
    await list.refresh();
    expect(server.calls.at(-1)?.input).toEqual({ since: 'second' });
    expect(ids()).toEqual(['c', 'a']);
    stop();
  });

  it('has the newest few at once while all are read for the first time, and only then', async () => {
    let say: (changes: RunChanges) => void = () => undefined;
    server.answers['runs.changes'] = () => new Promise((resolve) => (say = resolve));
    record = Array.from({ length: 100 }, (_, i) => row(`run ${i}`, 1));
    list.follow();
    await settle();
    expect(list.store.getState()).toMatchObject({ isRead: false, rows: [] });
    expect(list.store.getState().head).toEqual(record.slice(0, 64));
    server.emit('run.removed', { runId: 'run 3' });
    expect(list.store.getState().head.map(({ id }) => id)).not.toContain('run 3');
    const told: number[] = [];
    list.store.subscribe(({ head, rows }) => void told.push(head.length + rows.length));
    say(answer(record));
    await settle();
    // At once: nobody sees neither, or both.
    expect(told).toEqual([99]);
    expect(list.store.getState()).toMatchObject({ isRead: true, head: [] });
  });

  it('stays the same list where nothing has changed', async () => {
    list.follow();
    await settle();
    const told = vi.fn();
    list.store.subscribe(told);
    server.answers['runs.changes'] = () => answer([], { isWhole: false });
    await list.refresh();
    expect(told).not.toHaveBeenCalled();
  });

  it('goes on from where it was after a dropped connection, and when it is followed again', async () => {
    const stop = list.follow();
    await settle();
    server.answers['runs.changes'] = () => answer([row('c', 3)], { isWhole: false });
    connection.setState({ generation: 2 });
    await settle();
    expect(server.calls.at(-1)?.input).toEqual({ since: 'first' });
    expect(ids()).toEqual(['c', 'b', 'a']);
    stop();
    list.follow();
    await settle();
    expect(server.calls.at(-1)?.input).toEqual({ since: 'first' });
    expect(server.calls.filter(({ method }) => method === 'runs.changes')).toHaveLength(3);
  });

  it('shares settings that are the same, and keeps those of a run that it knows', async () => {
    record = [row('b', 2, { settings: { lr: 1 } }), row('a', 1)];
    list.follow();
    await settle();
    const [b, a] = list.store.getState().rows;
    expect(b?.settings).toBe(a?.settings);
    await list.refresh();
    expect(list.store.getState().byId.get('a')?.settings).toBe(a?.settings);
  });

  it('finds what other programs have done, and says why it cannot be read', async () => {
    vi.useFakeTimers();
    try {
      const stop = list.follow();
      await vi.advanceTimersByTimeAsync(0);
      record = [row('c', 3), row('b', 2)];
      await vi.advanceTimersByTimeAsync(3_000);
      expect(ids()).toEqual(['c', 'b']);
      server.answers['runs.changes'] = () => Promise.reject(new Error('The disk is full.'));
      await vi.advanceTimersByTimeAsync(3_000);
      expect(list.store.getState()).toMatchObject({ isRead: true, failure: 'The disk is full.' });
      expect(ids()).toEqual(['c', 'b']);
      stop();
    } finally {
      vi.useRealTimers();
    }
  });
});
