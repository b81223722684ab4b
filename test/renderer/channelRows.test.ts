/**
 * Rule: a heat card shows a node's channels in 24 columns, from the beginning of the run to the step on show,
 * the newest last; alike while it trains and after it was read from the record.
 */
import { describe, expect, it } from 'vitest';
import type { ChannelTrack, TelemetryFrame } from '#engine/protocol/run.ts';
import { describeHeat, heatFigure, joinedRows, rampTop } from '#renderer/charts/drawHeat.ts';
import { ChannelHistory, HEAT_COLUMNS, type Heat } from '#renderer/state/channelRows.ts';
import { telemetryFrame } from '#test/support/runFixtures.ts';

type Sizes = Readonly<Record<string, readonly number[]>>;
function frame(step: number, sizes: Sizes): TelemetryFrame {
  const body = telemetryFrame(step, ['data', ...Object.keys(sizes)]);
  return {
    ...body,
    nodes: body.nodes.map((each) => {
      const own = sizes[each.node];
      return own ? { ...each, channels: Float32Array.from(own) } : each;
    }),
  };
}
function trackOf(frames: readonly TelemetryFrame[]): ChannelTrack {
  const told = (each?: TelemetryFrame) => each?.nodes.filter(({ channels }) => channels) ?? [];
  return {
    nodes: told(frames[0]).map(({ node }) => node),
    counts: told(frames[0]).map(({ channels }) => channels?.length ?? 0),
    steps: Float64Array.from(frames, ({ step }) => step),
    sizes: frames.map((each) =>
      Float32Array.from(told(each).flatMap(({ channels }) => [...(channels ?? [])])),
    ),
  };
}
/** Two nodes; of relu1 the first channel grows with the step, the second dies at step 500. */
const at = (step: number) => frame(step, { conv1: [1, 2, 3], relu1: [step, step < 500 ? 7 : 0] });
const rowOf = ({ cells }: Heat, row: number) => [
  ...cells.subarray(row * HEAT_COLUMNS, (row + 1) * HEAT_COLUMNS),
];
function historyOf(...steps: readonly number[]): ChannelHistory {
  const history = new ChannelHistory();
  for (const step of steps) history.accept(at(step));
  return history;
}
const upTo = (last: number, by = 1) =>
  Array.from({ length: Math.floor((last - 1) / by) + 1 }, (_, i) => 1 + i * by);

describe('columns', () => {
  it('go from the beginning of the run to its newest step, that one alone in the last', () => {
    const heat = historyOf(...upTo(1000)).heat('relu1', Infinity);
    expect(heat).toMatchObject({ channels: 2, from: 1, to: 1000 });
    const growing = rowOf(heat!, 0);
    expect(growing).toHaveLength(24);
    expect(growing.at(-1)).toBe(1000);
    for (let i = 1; i < 24; i++) expect(growing[i]).toBeGreaterThan(growing[i - 1]!);
    // The mean of the first of 23 stretches, of whatever rows were kept of it.
    expect(growing[0]).toBeLessThan(44);
    const dying = rowOf(heat!, 1);
    expect(dying.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => 7));
    expect(dying.slice(12)).toEqual(Array.from({ length: 12 }, () => 0));
  });

  it('end where the clock stands', () => {
    const history = historyOf(...upTo(1000, 20));
    const early = history.heat('relu1', 400)!;
    expect([early.from, early.to]).toEqual([1, 381]);
    expect(rowOf(early, 0).at(-1)).toBe(381);
    expect(rowOf(early, 1)).toEqual(Array.from({ length: 24 }, () => 7));
    expect(history.heat('relu1', 0)).toBeNull();
    expect(rowOf(history.heat('relu1', Infinity)!, 1).at(-1)).toBe(0);
  });

  it('of a stretch that was not watched are as the one before', () => {
    const heat = historyOf(1, 1000).heat('relu1', Infinity)!;
    expect(rowOf(heat, 0)).toEqual([...Array.from({ length: 23 }, () => 1), 1000]);
    expect(rowOf(historyOf(1).heat('conv1', Infinity)!, 2)).toEqual(
      Array.from({ length: 24 }, () => 3),
    );
  });

  it('show what was not finite', () => {
    const history = historyOf(...upTo(100));
    history.accept(frame(101, { conv1: [1, NaN, 3], relu1: [1, 1] }));
    const heat = history.heat('conv1', Infinity)!;
    expect(rowOf(heat, 1).map(Number.isNaN)).toEqual([
      ...Array.from({ length: 23 }, () => false),
      true,
    ]);
  });
});

describe('the record', () => {
  it('gives the same picture after a reload, to the width of what is kept', () => {
    const frames = upTo(1000, 11).map(at);
    const lived = historyOf(...upTo(1000, 11));
    const read = new ChannelHistory();
    read.accept(frames.at(-1)!);
    read.insert(trackOf(frames), 'evenly');
    for (const until of [300, 700, Infinity]) {
      expect(read.heat('relu1', until)).toEqual(lived.heat('relu1', until));
    }
  });

  it('has finer columns for a step early in a long run, which take no place of the others', () => {
    const history = new ChannelHistory();
    history.insert(trackOf(upTo(10_000, 200).map(at)), 'evenly');
    expect([history.isFine(600), history.isFine(9_000)]).toEqual([false, true]);
    const whole = history.heat('relu1', 9_000);
    history.insert(trackOf(upTo(600, 25).map(at)), 'near');
    expect(history.isFine(600)).toBe(true);
    const fine = rowOf(history.heat('relu1', 600)!, 0);
    expect(new Set(fine).size).toBeGreaterThan(20);
    expect(rowOf(history.heat('relu1', 9_000)!, 0).slice(2)).toEqual(rowOf(whole!, 0).slice(2));
  });

  it('of another network, or of before channels were kept, is left alone', () => {
    const history = historyOf(...upTo(50));
    const before = history.heat('relu1', Infinity);
    history.insert({ nodes: [], counts: [], steps: new Float64Array(), sizes: [] }, 'evenly');
    history.insert(trackOf([frame(1, { other: [1] })]), 'evenly');
    history.accept(telemetryFrame(51, ['conv1', 'relu1']));
    expect(history.heat('relu1', Infinity)).toEqual(before);
    // A run with another network begins anew.
    history.accept(frame(1, { fc1: [5] }));
    expect([history.heat('relu1', Infinity), history.heat('fc1', Infinity)?.to]).toEqual([null, 1]);
    history.clear();
    expect([history.isEmpty, history.heat('fc1', Infinity)]).toEqual([true, null]);
  });
});

const heatOf = (rows: readonly number[]): Heat => ({
  channels: rows.length,
  cells: Float32Array.from(
    rows.flatMap((size) => Array.from({ length: HEAT_COLUMNS }, () => size)),
  ),
  ...{ from: 1, to: 20 },
});

describe('the drawing', () => {
  it('ends its scale at the 98th percentile, so that one loud channel leaves the others bright', () => {
    const cells = Float32Array.from({ length: 100 }, (_, i) => i + 1);
    expect(rampTop(cells.toReversed())).toBe(99);
    expect(rampTop(Float32Array.of(...cells, NaN))).toBe(99);
    expect(rampTop(new Float32Array(48))).toBe(0);
    // Nearly all dead: what is not is still seen.
    expect(rampTop(Float32Array.from({ length: 100 }, (_, i) => (i === 3 ? 5 : 0)))).toBe(5);
  });

  it('joins neighbours where there are more rows than pixels', () => {
    const heat = heatOf([0, 2, 4, 6, 8]);
    expect(joinedRows(heat, 5).rows).toBe(5);
    const { cells, rows } = joinedRows(heat, 3);
    expect([rows, ...[0, 1, 2].map((row) => cells[row * HEAT_COLUMNS])]).toEqual([3, 1, 5, 8]);
  });

  it('says the dead share of layers that can die, else the size of what comes out', () => {
    const [node] = telemetryFrame(1, ['a']).nodes;
    const numbers = { ...node!, mean: 3, standardDeviation: 4 };
    expect(heatFigure(numbers, 'plain')).toEqual({ text: 'rms 5.00', tone: 'plain' });
    const silence = { silent: 16, units: 32, samples: 1024, step: 1 };
    expect(heatFigure({ ...numbers, silence }, 'warn')).toEqual({ text: '50% dead', tone: 'warn' });
    expect(heatFigure({ ...numbers, silence, nonFiniteShare: 0.1 }, 'plain').tone).toBe('danger');
  });

  it('is said in words', () => {
    expect(describeHeat(heatOf([0, 1, 0]))).toBe(
      '3 rows of channels over steps 1 to 20, 2 of them without an answer now',
    );
  });
});
