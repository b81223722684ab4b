import { describe, expect, it, vi } from 'vitest';
import { LiveView } from '#renderer/state/live.ts';
import { telemetryFrame } from '#test/support/runFixtures.ts';

describe('live view', () => {
  it('tells only while subscribed, and finds nodes and their parameters', () => {
    const live = new LiveView();
    live.show('a');
    const listener = vi.fn();
    const stop = live.subscribe('fc1', listener);
    live.accept(telemetryFrame(1, ['fc1', 'fc2']));
    expect(listener).toHaveBeenCalledTimes(1);
    expect(live.node('fc1')?.activation.max).toBe(2);
    expect(live.parametersOf('fc2').map((p) => p.name)).toEqual(['fc2.weight']);
    stop();
    live.accept(telemetryFrame(2, ['fc1', 'fc2']));
    expect(listener).toHaveBeenCalledTimes(1);
  });

  it('keeps frames evenly over a long run, within a bound, the latest always last', () => {
    const live = new LiveView();
    live.show('a');
    for (let step = 0; step < 20_000; step++) live.accept(telemetryFrame(step, ['fc1']));
    const steps = live.history.map((frame) => frame.step);
    expect(steps.length).toBeLessThanOrEqual(160);
    expect(steps.length).toBeGreaterThan(60);
    expect(steps[0]).toBe(0);
    expect(steps.at(-1)).toBe(19_999);
    const gaps = steps.slice(1, -1).map((step, i) => step - steps[i]!);
    expect(Math.max(...gaps)).toBe(Math.min(...gaps));
    expect(live.gradientRows).toHaveLength(96);
  });

  it('looks back without losing what comes in, and returns', () => {
    const live = new LiveView();
    live.show('a');
    for (let step = 0; step < 50; step++) live.accept(telemetryFrame(step, ['fc1']));
    live.lookAt(10);
    expect(live.pinned).toBe(true);
    expect(live.frame?.step).toBe(10);
    live.accept(telemetryFrame(50, ['fc1']));
    expect(live.frame?.step).toBe(10);
    live.lookAt(null);
    expect(live.frame?.step).toBe(50);
  });

  it('makes gradient rows in graph order, log10, with the update ratio of the weight', () => {
    const live = new LiveView();
    live.show('a');
    live.accept(telemetryFrame(1, ['a', 'b'], (node) => (node === 'a' ? 0.01 : 0)));
    expect(live.gradientColumns).toEqual(['a', 'b']);
    const row = live.gradientRows[0]!;
    expect(row.logNorm[0]).toBeCloseTo(-2);
    expect(row.logNorm[1]).toBe(-Infinity);
    expect(row.updateRatio[0]).toBeCloseTo(1e-3);
  });

  it('forgets another run, and the steps a resumed run repeats', () => {
    const live = new LiveView();
    live.show('a');
    for (let step = 0; step < 20; step++) live.accept(telemetryFrame(step, ['fc1']));
    live.accept(telemetryFrame(10, ['fc1']));
    expect(live.gradientRows.map((row) => row.step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(live.history.at(-1)?.step).toBe(10);
    live.show('b');
    expect(live.frame).toBeNull();
    expect(live.node('fc1')).toBeUndefined();
    expect(live.gradientRows).toEqual([]);
  });
});
