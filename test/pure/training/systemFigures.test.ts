/** Rule: what training takes of the machine is told about once a second of training, and of no pause. */
import { expect, test } from 'vitest';
import { inListOrder, metricName, ofSamples } from '#engine/metrics/names.ts';
import { SystemFigures } from '#engine/training/systemFigures.ts';

test('processor time since the last figure, by training time, and the memory of now', () => {
  const used = { cpuMs: 5_000, memoryBytes: 1e8 };
  const meter = { elapsedMs: 200 };
  const figures = new SystemFigures({ usage: () => ({ ...used }) }, meter);
  // What it took to prepare is none of it.
  expect(figures.take()).toEqual({});
  [meter.elapsedMs, used.cpuMs] = [1_150, 6_500];
  expect(figures.take()).toEqual({});
  [meter.elapsedMs, used.cpuMs, used.memoryBytes] = [1_200, 6_500, 2e8];
  expect(figures.take()).toEqual({ cpuUse: 1.5, memoryUse: 2e8 });
  expect(figures.take()).toEqual({});
  [meter.elapsedMs, used.cpuMs] = [3_200, 7_500];
  expect(figures.take()).toEqual({ cpuUse: 0.5, memoryUse: 2e8 });
});

test('a host that does not say has none', () => {
  expect(new SystemFigures({}, { elapsedMs: 5_000 }).take()).toEqual({});
});

test('they are numbers of the run, named and with a unit, after its metrics', () => {
  expect(metricName('cpuUse')).toMatchObject({ label: 'CPU use', unit: 'relative', better: null });
  expect(metricName('memoryUse')).toMatchObject({ label: 'Memory use', unit: 'bytes' });
  expect(inListOrder(['memoryUse', 'cpuUse', 'loss'])).toEqual(['loss', 'cpuUse', 'memoryUse']);
  expect(ofSamples({ loss: 1, cpuUse: 2, memoryUse: 3 })).toEqual({ loss: 1 });
});
