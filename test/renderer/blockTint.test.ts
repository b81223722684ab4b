/** Rule: a block's colour is as strong as what the overlay says of its node. */
import { describe, expect, it } from 'vitest';
import { blockTints, gradientTints, heatTint, TINT_STEPS } from '#renderer/charts/blockTint.ts';
import { HEAT_COLUMNS, type Heat } from '#renderer/state/channelRows.ts';
import type { NodeTelemetry } from '#engine/protocol/run.ts';
import type { LiveView } from '#renderer/state/live.ts';
import type { Overlay } from '#renderer/state/view.ts';

/** Two channels that were at 1, and now are at these. */
const heatOf = (first: number, second: number): Heat => {
  const cells = new Float32Array(2 * HEAT_COLUMNS).fill(1);
  cells[HEAT_COLUMNS - 1] = first;
  cells[2 * HEAT_COLUMNS - 1] = second;
  return { channels: 2, cells, from: 1, to: 9 };
};

describe('of activations', () => {
  it('it is how large answers are now beside the largest of the run', () => {
    expect(heatTint(heatOf(1, 1))).toBe(TINT_STEPS);
    expect(heatTint(heatOf(1, 0))).toBe(TINT_STEPS / 2);
    expect(heatTint(heatOf(0, 0))).toBe(0);
    expect(heatTint(heatOf(1, Number.NaN))).toBe('notFinite');
    expect(heatTint({ ...heatOf(0, 0), cells: new Float32Array(2 * HEAT_COLUMNS) })).toBe(0);
  });
});

describe('of gradients', () => {
  it('it goes by powers of ten from the smallest node to the largest', () => {
    const tints = gradientTints([
      ['first', 1e-6],
      ['middle', 1e-4],
      ['last', 1e-2],
      ['cut', 0],
      ['burst', Infinity],
    ]);
    expect(Object.fromEntries(tints)).toEqual({
      first: 0,
      middle: TINT_STEPS / 2,
      last: TINT_STEPS,
      cut: 0,
      burst: 'notFinite',
    });
  });
  it('noise among equals does not fill it', () => {
    const tints = [
      ...gradientTints([
        ['a', 1],
        ['b', 1.1],
      ]).values(),
    ];
    expect(Math.min(...tints.map(Number))).toBeGreaterThan(TINT_STEPS * 0.8);
  });
});

it('it is of what the overlay shows, and of nodes that something is known of', () => {
  const telemetry = { nonFiniteShare: 0, gradientNorm: 1 } as NodeTelemetry;
  const live: Pick<LiveView, 'node' | 'heat'> = {
    node: (id) => (id === 'fc1' ? telemetry : undefined),
    heat: (id) => (id === 'fc1' ? heatOf(1, 0) : null),
  };
  const said = (overlay: Overlay) => [...blockTints(live, overlay, ['fc1', 'data'])];
  expect(said('activations')).toEqual([['fc1', TINT_STEPS / 2]]);
  expect(said('gradients')).toEqual([['fc1', TINT_STEPS]]);
  expect(said('off')).toEqual([]);
  const burst = { ...live, node: () => ({ ...telemetry, nonFiniteShare: 0.1 }) };
  expect([...blockTints(burst, 'activations', ['fc1'])]).toEqual([['fc1', 'notFinite']]);
});
