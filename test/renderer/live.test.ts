/**
 * Rule: there is one clock. Whatever shows a run shows it at the step of the timeline, or the last that was
 * known before it, and says which; what comes in meanwhile is kept and changes nothing of the past.
 */
import { describe, expect, it, vi } from 'vitest';
import { SNAPSHOT_KINDS, type RunSnapshot, type SnapshotKind } from '#engine/protocol/run.ts';
import { LiveView } from '#renderer/state/live.ts';
import { RunSession } from '#renderer/state/runSession.ts';
import { SnapshotHistory } from '#renderer/state/snapshotHistory.ts';
import { createTimeline, moved, snapped } from '#renderer/state/timeline.ts';
import { telemetryFrame } from '#test/support/runFixtures.ts';

function setup() {
  const timeline = createTimeline();
  const live = new LiveView(timeline);
  const session = new RunSession('a');
  live.show(session);
  const see = (step: number, nodes = ['fc1', 'fc2']): void =>
    session.addSnapshot({ kind: 'telemetry', body: telemetryFrame(step, nodes) });
  return { timeline, live, session, see };
}

/** As far as the clock is concerned. */
const snapshot = (kind: SnapshotKind, step: number): RunSnapshot =>
  (kind === 'telemetry'
    ? { runId: 'a', kind, body: telemetryFrame(step, ['fc1']) }
    : { runId: 'a', kind, body: { step } }) as RunSnapshot;

describe('the clock', () => {
  it('is the same for every kind, live and in the past', () => {
    const { timeline, live, session } = setup();
    const told = new Map(SNAPSHOT_KINDS.map((kind) => [kind, vi.fn()]));
    for (const [kind, listener] of told) live.subscribeKind(kind, listener);
    // Each comes at its own pace.
    const PACE = { telemetry: 1, samples: 4, boundary: 3, confusion: 10, latents: 5 };
    for (let step = 1; step <= 60; step++) {
      for (const kind of SNAPSHOT_KINDS) {
        if (step % PACE[kind] === 0 || step === 1) session.addSnapshot(snapshot(kind, step));
      }
    }
    const LAST = Object.fromEntries(SNAPSHOT_KINDS.map((kind) => [kind, 60]));
    const steps = () =>
      Object.fromEntries(SNAPSHOT_KINDS.map((kind) => [kind, live.shown(kind)?.step]));
    expect(steps()).toEqual(LAST);
    for (const step of [60, 59, 30, 17, 9, 2, 1]) {
      timeline.goTo(step);
      for (const kind of SNAPSHOT_KINDS) {
        const known = step - (step % PACE[kind]);
        expect([kind, live.shown(kind)?.step]).toEqual([kind, Math.max(known, 1)]);
      }
    }
    for (const [, listener] of told) expect(listener).toHaveBeenCalled();
    timeline.goTo('live');
    expect(steps()).toEqual(LAST);
  });

  it('stands while the run goes on, and loses nothing of it', () => {
    const { live, session, see } = setup();
    for (let step = 0; step < 50; step++) see(step);
    live.lookAt(10);
    expect([live.pinned, live.frame?.step]).toEqual([true, 10]);
    see(50);
    session.addSnapshot(snapshot('samples', 50));
    expect(live.frame?.step).toBe(10);
    expect(live.steps.at(-1)).toBe(50);
    live.lookAt(null);
    expect([live.frame?.step, live.shown('samples')?.step]).toEqual([50, 50]);
  });

  it('knows what the record has and has not been read yet', () => {
    const { timeline, live, session } = setup();
    const none = new Float64Array();
    expect(live.isOnItsWay('telemetry')).toBe(false);
    const steps = new Float64Array([5, 50]);
    session.setRecorded({
      ...{ telemetry: steps, samples: none, boundary: none, confusion: none, latents: none },
    });
    const coming = (): boolean[] => SNAPSHOT_KINDS.map((kind) => live.isOnItsWay(kind));
    expect(coming()).toEqual(SNAPSHOT_KINDS.map((kind) => kind === 'telemetry'));
    timeline.goTo(4);
    expect(live.isOnItsWay('telemetry')).toBe(false);
    timeline.goTo(6);
    expect(live.isOnItsWay('telemetry')).toBe(true);
    session.addRecorded([snapshot('telemetry', 5)], 'near');
    expect([live.isOnItsWay('telemetry'), live.frame?.step]).toEqual([false, 5]);
  });

  it('is live again for another run, and where a run repeats the step it stands on', () => {
    const { timeline, live, see } = setup();
    for (let step = 0; step < 20; step++) see(step);
    live.lookAt(15);
    see(10);
    expect(timeline.store.getState().step).toBe('live');
    expect(live.frame?.step).toBe(10);
    live.lookAt(5);
    live.show(new RunSession('b'));
    expect(timeline.store.getState().step).toBe('live');
    expect([live.frame, live.node('fc1'), live.gradientRows]).toEqual([null, undefined, []]);
  });

  it('moves by records, also from between two of them, and past the newest is live', () => {
    const steps = [1, 5, 9, 20];
    expect(moved(steps, 'live', -1)).toBe(9);
    expect(moved(steps, 9, 1)).toBe('live');
    expect(moved(steps, 9, -1)).toBe(5);
    expect(moved(steps, 7, -1)).toBe(5);
    expect(moved(steps, 7, 1)).toBe(9);
    expect(moved(steps, 1, -1)).toBe(1);
    expect(moved([], 'live', -1)).toBe('live');
    expect([3, 8, 19, 30].map((step) => snapped(steps, step))).toEqual([1, 9, 'live', 'live']);
  });
});

describe('live view', () => {
  it('tells only while subscribed, and finds nodes and their parameters', () => {
    const { live, see } = setup();
    const listener = vi.fn();
    const stop = live.subscribe('fc1', listener);
    see(1);
    expect(listener).toHaveBeenCalledTimes(1);
    expect(live.node('fc1')?.activation.max).toBe(2);
    expect(live.parametersOf('fc2').map((p) => p.name)).toEqual(['fc2.weight']);
    stop();
    see(2);
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('makes gradient rows in graph order, log10, with the update ratio of the weight', () => {
    const { live, session } = setup();
    const norm = (node: string) => (node === 'a' ? 0.01 : 0);
    session.addSnapshot({ kind: 'telemetry', body: telemetryFrame(1, ['a', 'b'], norm) });
    expect(live.gradientColumns).toEqual(['a', 'b']);
    const row = live.gradientRows[0]!;
    expect(row.logNorm[0]).toBeCloseTo(-2);
    expect(row.logNorm[1]).toBe(-Infinity);
    expect(row.updateRatio[0]).toBeCloseTo(1e-3);
  });
});

describe('the past of a run', () => {
  const stepsOf = (history: SnapshotHistory<{ readonly step: number }>) =>
    history.all.map(({ step }) => step);

  it('is kept evenly over a long run, within a bound, the latest always last', () => {
    const { live, see } = setup();
    for (let step = 0; step < 20_000; step++) see(step, ['fc1']);
    const { steps } = live;
    expect(steps.length).toBeLessThanOrEqual(160);
    expect(steps.length).toBeGreaterThan(60);
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(19_999);
    const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]!);
    expect(Math.max(...gaps)).toBe(Math.min(...gaps));
    expect(live.gradientRows.length).toBeLessThanOrEqual(193);
    expect(live.gradientRows[0]?.step).toBe(0);
  });

  it('takes no more memory than it may', () => {
    const history = new SnapshotHistory<{ step: number; values: Float32Array }>({
      count: 1000,
      bytes: 100_000,
    });
    for (let step = 0; step < 500; step++) history.accept({ step, values: new Float32Array(250) });
    expect(history.all.length).toBeLessThanOrEqual(100);
  });

  it('repeats what a resumed run repeats, and takes in what the record has of before', () => {
    const history = new SnapshotHistory<{ readonly step: number }>({ count: 100, bytes: 1e6 });
    for (const step of [10, 11, 12]) history.accept({ step });
    history.accept({ step: 11 });
    expect(stepsOf(history)).toEqual([10, 11]);
    history.insert([{ step: 3 }, { step: 11 }, { step: 7 }]);
    expect(stepsOf(history)).toEqual([3, 7, 10, 11]);
    expect([history.at(2), history.at(8)]).toEqual([null, { step: 7 }]);
    expect(history.latest).toEqual({ step: 11 });
  });
});
