import { beforeEach, describe, expect, it } from 'vitest';
import { createStore, type StoreApi } from 'zustand/vanilla';
import { emptyDocument } from '#engine/ir/document.ts';
import { RemoteError } from '#engine/protocol/rpc.ts';
import type { RunDetail, RunSummary } from '#engine/protocol/run.ts';
import type { Connection } from '#renderer/bridge/index.ts';
import { LiveView } from '#renderer/state/live.ts';
import { barRun, createRuns, shownRun } from '#renderer/state/runs.ts';
import { fakeServer } from '#test/support/fakeServer.ts';
import { runDetail, runSummary, telemetryFrame, trainPoint } from '#test/support/runFixtures.ts';

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('runs', () => {
  let server: ReturnType<typeof fakeServer>;
  let live: LiveView;
  let connection: StoreApi<Connection>;
  let runs: ReturnType<typeof createRuns>;
  const steps = () => [...runs.series().train.column('step')];

  beforeEach(() => {
    server = fakeServer();
    live = new LiveView();
    connection = createStore<Connection>(() => ({
      state: 'connected',
      generation: 1,
      reason: null,
    }));
    runs = createRuns(server.client, connection, live);
    runs.connect();
  });

  it('shows a run that starts, with what it had already recorded first', async () => {
    let answer: (detail: RunDetail) => void = () => {};
    server.answers['runs.get'] = () => new Promise((resolve) => (answer = resolve));
    server.answers['training.start'] = () => runSummary('a', 'preparing');
    await runs.start(emptyDocument('x'));
    expect(runs.store.getState()).toMatchObject({ activeRunId: 'a', shownRunId: 'a' });

    // Live points that overtake the record wait for it, and repeated ones count once.
    server.emit('run.metrics', { runId: 'a', points: [trainPoint(3), trainPoint(4)] });
    server.emit('run.snapshot', {
      runId: 'a',
      kind: 'telemetry',
      body: telemetryFrame(4, ['fc1']),
    });
    expect(steps()).toEqual([]);
    answer(runDetail('a', 'running', [trainPoint(1), trainPoint(2), trainPoint(3)]));
    await settle();
    expect(steps()).toEqual([1, 2, 3, 4]);
    expect(live.latest?.step).toBe(4);
  });

  it('ignores what other runs send', async () => {
    server.answers['runs.get'] = ({ runId }) => runDetail(runId, 'running', [trainPoint(1)]);
    await runs.show('a');
    server.emit('run.metrics', { runId: 'b', points: [trainPoint(9)] });
    server.emit('run.snapshot', {
      runId: 'b',
      kind: 'telemetry',
      body: telemetryFrame(9, ['fc1']),
    });
    expect(steps()).toEqual([1]);
    expect(live.latest).toBeNull();
  });

  it('follows a run that trains while another one is on show, and shows it whole again', async () => {
    const belongs = new Set(['a']);
    const own = createRuns(server.client, connection, live, ({ id }) => belongs.has(id));
    const stop = own.connect();
    server.answers['runs.get'] = ({ runId }) =>
      runDetail(runId, runId === 'a' ? 'running' : 'finished', [trainPoint(1)]);
    server.emit('run.changed', runSummary('a', 'running', 1));
    await settle();
    expect(own.store.getState()).toMatchObject({ activeRunId: 'a', shownRunId: 'a' });
    await own.show('b');
    server.emit('run.metrics', { runId: 'a', points: [trainPoint(2)] });
    server.emit('run.snapshot', {
      runId: 'a',
      kind: 'telemetry',
      body: telemetryFrame(2, ['fc1']),
    });
    expect([...own.series().train.column('step')]).toEqual([1]);
    expect(live.latest).toBeNull();
    // One of another document trains beside it and comes neither on show nor into the bar.
    server.emit('run.changed', runSummary('c', 'running', 1));
    const now = { activeRunIds: ['a', 'c'], activeRunId: 'a', shownRunId: 'b' };
    expect(own.store.getState()).toMatchObject(now);
    expect(barRun(own.store.getState())?.id).toBe('a');
    server.emit('run.changed', runSummary('a', 'running', 2));
    await settle();
    expect([...own.series().train.column('step')]).toEqual([1, 2]);
    expect(live.latest?.step).toBe(2);
    stop();
  });

  it('stays with the one on show of several that train, and pauses that one', async () => {
    const looked: (readonly string[])[] = [];
    runs.followLooked((ids) => void looked.push(ids));
    server.answers['runs.get'] = ({ runId }) => runDetail(runId, 'running', [trainPoint(1)]);
    server.answers['training.pause'] = () => null;
    server.emit('run.changed', runSummary('a', 'running', 1));
    server.emit('run.changed', runSummary('b', 'running', 1));
    server.emit('run.changed', runSummary('a', 'running', 2));
    await settle();
    expect(runs.store.getState()).toMatchObject({ shownRunId: 'a', activeRunIds: ['a', 'b'] });
    await runs.show('b');
    server.emit('run.changed', runSummary('a', 'running', 3));
    expect(runs.store.getState()).toMatchObject({ shownRunId: 'b', activeRunId: 'b' });
    await runs.pause();
    expect(server.calls.at(-1)).toEqual({ method: 'training.pause', input: { runId: 'b' } });
    // It ends: the other one comes on show with its next word.
    server.emit('run.changed', runSummary('b', 'finished', 9));
    expect(runs.store.getState()).toMatchObject({ shownRunId: 'b', activeRunId: 'a' });
    server.emit('run.changed', runSummary('a', 'running', 4));
    expect(runs.store.getState()).toMatchObject({ shownRunId: 'a', activeRunIds: ['a'] });
    expect(looked).toEqual([['a'], ['b'], [], ['a']]);
  });

  it('catches up after a reconnect from the last step it has of each split', async () => {
    server.answers['runs.get'] = ({ runId }) =>
      runDetail(runId, 'running', [trainPoint(1), trainPoint(2)]);
    await runs.show('a');
    server.answers['runs.get'] = ({ runId }) =>
      runDetail(runId, 'running', [trainPoint(2), trainPoint(3)]);
    server.answers['runs.list'] = () => [runSummary('a', 'running', 3)];
    connection.setState({ state: 'reconnecting', generation: 1, reason: 'x' });
    connection.setState({ state: 'connected', generation: 2, reason: null });
    await settle();
    expect(server.calls.findLast(({ method }) => method === 'runs.get')).toEqual({
      method: 'runs.get',
      input: { runId: 'a', buckets: 2000, since: { train: 2 } },
    });
    expect(steps()).toEqual([1, 2, 3]);
  });

  it('gets a validation point that was lost at the step that was seen last', async () => {
    const validation = (step: number) => ({ ...trainPoint(step), split: 'validation' as const });
    const recorded = [trainPoint(1), validation(1), trainPoint(2), validation(2)];
    server.answers['runs.get'] = ({ runId, since }) => {
      const points = since === undefined ? recorded.slice(0, 3) : recorded;
      const after = points.filter(({ split, step }) => step > (since?.[split] ?? -1));
      return runDetail(runId, 'running', after);
    };
    await runs.show('a');
    // The connection drops between the training point of step 2 and its validation point.
    connection.setState({ state: 'connected', generation: 2, reason: null });
    await settle();
    expect(steps()).toEqual([1, 2]);
    expect([...runs.series().validation.column('step')]).toEqual([1, 2]);
  });

  it('finds the active run after a reload of the page', async () => {
    const info = server.answers['app.info']!;
    server.answers['app.info'] = async () => ({ ...(await info(null)), activeRunIds: ['z'] });
    server.answers['runs.list'] = () => [runSummary('z', 'running', 7)];
    server.answers['runs.get'] = () => runDetail('z', 'running', [trainPoint(7)]);
    connection.setState({ state: 'connected', generation: 2, reason: null });
    await settle();
    await settle();
    expect(runs.store.getState()).toMatchObject({ shownRunId: 'z', activeRunId: 'z' });
    expect(steps()).toEqual([7]);
  });

  it('knows that a run trains in another program, whatever is said of it or shown of it here', async () => {
    const there = { ...runSummary('z', 'running', 7), elsewhere: true as const };
    server.answers['runs.get'] = () => runDetail('z', 'running', [trainPoint(7)], there);
    server.emit('run.changed', { ...there, tags: ['kept'] });
    await settle();
    expect(runs.store.getState()).toMatchObject({
      ...{ shownRunId: null, activeRunId: null, activeRunIds: [], runs: { z: { tags: ['kept'] } } },
    });
    expect(runs.wasWatched('z')).toBe(false);
    await runs.show('z');
    expect(runs.store.getState()).toMatchObject({ shownRunId: 'z', activeRunId: null });
    await runs.pause();
    expect(server.calls.filter(({ method }) => method.startsWith('training.'))).toEqual([]);
    // Nor does one that trains here give way to it.
    server.emit('run.changed', runSummary('a', 'running', 1));
    server.emit('run.changed', { ...there, name: 'another' });
    expect(runs.store.getState()).toMatchObject({ shownRunId: 'a', activeRunIds: ['a'] });
  });

  it('reads a run anew when it goes back to its checkpoint', async () => {
    const points = [1, 2, 3, 4, 5].map((step) => trainPoint(step));
    server.answers['runs.get'] = () => runDetail('a', 'interrupted', points);
    await runs.show('a');
    server.answers['runs.get'] = () => runDetail('a', 'running', points.slice(0, 3));
    server.answers['training.recover'] = () => runSummary('a', 'preparing', 3);
    await runs.recover();
    await settle();
    expect(steps()).toEqual([1, 2, 3]);
    server.emit('run.metrics', { runId: 'a', points: [trainPoint(4)] });
    expect(steps()).toEqual([1, 2, 3, 4]);
  });

  it('follows the states of a run', () => {
    server.answers['runs.get'] = () => runDetail('a', 'running', []);
    const changed = (run: RunSummary) => server.emit('run.changed', run);
    changed(runSummary('a', 'running', 1));
    expect(runs.store.getState().activeRunId).toBe('a');
    changed(runSummary('a', 'interrupted', 2));
    expect(runs.store.getState().activeRunId).toBeNull();
    expect(shownRun(runs.store.getState())?.progress.state).toBe('interrupted');
  });

  it('reads a run anew whenever it is at an earlier step than before', async () => {
    const points = [1, 2, 3, 4, 5].map((step) => trainPoint(step));
    server.answers['runs.get'] = () => runDetail('a', 'running', points);
    await runs.show('a');
    server.emit('run.changed', runSummary('a', 'preparing', 5));
    await settle();
    expect(steps()).toEqual([1, 2, 3, 4, 5]);
    server.answers['runs.get'] = () => runDetail('a', 'running', points.slice(0, 3));
    server.emit('run.changed', runSummary('a', 'running', 3));
    await settle();
    expect(steps()).toEqual([1, 2, 3]);
  });

  it('goes back to the run before when a new one comes to nothing', async () => {
    server.answers['runs.get'] = ({ runId }) => runDetail(runId, 'finished', [trainPoint(1)]);
    await runs.show('a');
    // The record of the new run is asked for, and is gone when the question arrives.
    server.answers['runs.get'] = async ({ runId }) => {
      if (runId === 'a') return runDetail('a', 'finished', [trainPoint(1)]);
      await settle();
      throw new RemoteError({ name: 'InputError', message: 'There is no run "b".' });
    };
    server.answers['training.start'] = () => {
      server.emit('run.changed', runSummary('b', 'preparing'));
      server.emit('run.removed', { runId: 'b' });
      throw new RemoteError({ name: 'EngineError', message: 'No.', code: 'engine.ended' });
    };
    await runs.start(emptyDocument('x'));
    await settle();
    await settle();
    const { shownRunId, activeRunId, failure, runs: known } = runs.store.getState();
    expect({ shownRunId, activeRunId }).toEqual({ shownRunId: 'a', activeRunId: null });
    expect(failure?.message).toBe('No.');
    expect(Object.keys(known)).toEqual(['a']);
    expect(steps()).toEqual([1]);
  });

  it('keeps why an action failed until the next one', async () => {
    const problem = { code: 'x.y', severity: 'error', message: 'Open input.' } as const;
    server.answers['training.start'] = () => {
      throw new RemoteError({ name: 'InputError', message: 'No.', problems: [problem] });
    };
    await runs.start(emptyDocument('x'));
    expect(runs.store.getState()).toMatchObject({
      pending: null,
      failure: { message: 'No.', problems: [problem] },
    });
    server.answers['training.start'] = () => runSummary('a', 'preparing');
    server.answers['runs.get'] = () => runDetail('a', 'preparing', []);
    await runs.start(emptyDocument('x'));
    expect(runs.store.getState().failure).toBeNull();
  });

  it('asks once, however often the button is pressed', async () => {
    server.answers['runs.get'] = () => runDetail('a', 'running', []);
    server.emit('run.changed', runSummary('a', 'running', 1));
    let answer = () => {};
    server.answers['training.pause'] = () =>
      new Promise((resolve) => (answer = () => resolve(null)));
    const first = runs.pause();
    expect(runs.store.getState().pending).toBe('pause');
    await runs.pause();
    answer();
    await first;
    expect(server.calls.filter((c) => c.method === 'training.pause')).toHaveLength(1);
    expect(runs.store.getState().pending).toBeNull();
  });

  it('stops a run that is still being prepared, whose start has not been answered', async () => {
    server.answers['runs.get'] = () => runDetail('a', 'preparing', []);
    server.answers['training.stop'] = () => null;
    let begun = () => {};
    server.answers['training.start'] = () =>
      new Promise((resolve) => (begun = () => resolve(runSummary('a', 'stopped'))));
    const start = runs.start(emptyDocument('x'));
    server.emit('run.changed', runSummary('a', 'preparing'));
    await runs.stop();
    expect(server.calls.filter((c) => c.method === 'training.stop')).toHaveLength(1);
    expect(runs.store.getState().pending).toBe('start');
    begun();
    await start;
    expect(runs.store.getState().pending).toBeNull();
  });

  it('bounds its log', async () => {
    server.answers['runs.get'] = () => runDetail('a', 'running', []);
    await runs.show('a');
    for (let i = 0; i < 1200; i++) {
      const entry = { timeMs: i, level: 'info', message: `m${i}` } as const;
      server.emit('run.log', { runId: 'a', entry });
    }
    expect(runs.store.getState().log).toHaveLength(1000);
    expect(runs.store.getState().log.at(-1)?.message).toBe('m1199');
  });
});
