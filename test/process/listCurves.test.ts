/** Rules of what a list reads of many runs at once: small curves keep their shape, numbers at an epoch are of that epoch. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MetricPoint } from '#engine/protocol/index.ts';
import { RunsService } from '#main/services/runs/runs.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';

let folder: ReturnType<typeof temporaryFolder>;
let runs: RunsService;
beforeEach(() => {
  folder = temporaryFolder();
  const nothing = (): undefined => undefined;
  runs = new RunsService({
    ...{ folder: folder.path, onChanged: nothing, onRemoved: nothing, onFault: nothing },
  });
});
afterEach(() => {
  runs.close();
  folder.remove();
});

const begin = (points: readonly MetricPoint[]): string => {
  const { id: runId } = runs.create(pointsDocument('moons', 2, { epochs: 1 }));
  runs.metrics({ runId, points });
  return runId;
};
const train = (count: number, lossAt: (i: number) => number): readonly MetricPoint[] =>
  Array.from({ length: count }, (_, i) => ({
    ...{ split: 'train', step: i + 1, epoch: i / 100, timeMs: i },
    values: { loss: lossAt(i), learningRate: 1e-3 },
  }));
const judged = (epochs: number, offset = 0): readonly MetricPoint[] =>
  Array.from({ length: epochs }, (_, i) => ({
    ...{ split: 'validation', step: (i + 1) * 100, epoch: i + 1, timeMs: i },
    values: { accuracy: offset + (i + 1) / 10_000 },
  }));

describe('small curves', () => {
  test('are means of stretches, of as many points as were asked for', () => {
    const short = begin(train(3, (i) => i));
    const long = begin(train(20_000, (i) => 1 - i / 20_000 + (i % 2) * 0.5));
    const [first, second] = runs.smallCurves([short, long], 'loss', 40);
    expect([...(first?.values ?? [])]).toEqual([0, 1, 2]);
    expect([...(first?.steps ?? [])]).toEqual([1, 2, 3]);
    expect(second?.runId).toBe(long);
    expect(second?.values).toHaveLength(40);
    expect(second?.steps.at(-1)).toBe(20_000);
    second?.values.forEach((value, i) => {
      // The jumps from step to step are gone, the way down is there.
      expect(Math.abs(value - (1.25 - (i + 0.5) / 40))).toBeLessThan(0.1);
    });
  });
  test('show where a number was none', () => {
    const lost = begin(train(100, (i) => (i < 50 ? 1 : NaN)));
    const [curve] = runs.smallCurves([lost], 'loss', 10);
    expect([...(curve?.values ?? [])].map(Number.isNaN)).toEqual(
      Array.from({ length: 10 }, (_, i) => i >= 5),
    );
  });
  test('are of what it was judged by where training has no such number, and leave out who has none', () => {
    const one = begin([...train(5, () => 1), ...judged(3)]);
    const other = begin(train(5, () => 1));
    expect(runs.smallCurves([other, one], 'accuracy', 9).map(({ runId }) => runId)).toEqual([one]);
    expect(runs.smallCurves(['unknown'], 'loss', 9)).toEqual([]);
  });
});

describe('numbers at an epoch', () => {
  const at = (ids: readonly string[], epoch: number) => [
    ...runs.atEpoch(ids, { metric: 'accuracy', split: 'validation', epoch }),
  ];
  test('are of that epoch, in the order asked for', () => {
    const ids = [begin(judged(10)), begin(judged(10, 1))];
    expect(at(ids, 4)).toEqual([4 / 10_000, 1 + 4 / 10_000]);
    expect(at(ids.toReversed(), 10)).toEqual([1 + 10 / 10_000, 10 / 10_000]);
  });
  test('are found in a long record', () => {
    const long = begin(judged(5_000));
    for (const epoch of [1, 511, 512, 513, 2_600, 5_000]) {
      expect(at([long], epoch)).toEqual([epoch / 10_000]);
    }
  });
  test('are none of a run that did not come so far, or was never judged', () => {
    expect(at([begin(judged(3)), begin(train(9, () => 1)), 'unknown'], 4)).toEqual([NaN, NaN, NaN]);
    expect(at([begin(judged(3))], 0)).toEqual([NaN]);
  });
});
