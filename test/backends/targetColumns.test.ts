/**
 * Rules of targets in several columns: labels are judged and shown each, numbers are shown each, by the names of
 * their columns and by how far ahead they are.
 */
import { expect, test } from 'vitest';
import { fileStore, startRun, wasm } from '#test/support/engineRun.ts';
import { data, features, network, target } from '#test/support/network.ts';
import { fed } from '#test/support/smallNetworks.ts';
import { preparedData } from '#test/support/preparedData.ts';
import { tableFiles } from '#test/support/tableFiles.ts';

test('labels of which a row may have several are judged each, and told with their curves', async () => {
  const rows = Array.from({ length: 200 }, (_, i) => {
    const [a, b] = [Math.sin(i * 1.7), Math.cos(i * 2.3)];
    return `${a},${b},${Number(a > 0)},${Number(b > 0.3)},0`;
  });
  const files = tableFiles({ 't.csv': ['a,b,left,high,never', ...rows].join('\n') });
  const table = { target: 'left,high,never' };
  const labels = ['left', 'high', 'never'];
  const document = network(
    [
      data([features(2), { ...target(3), labels }]),
      ['fc', 'Linear', { outFeatures: 3 }],
      ['loss', 'BCEWithLogitsLoss'],
    ],
    ['data.features > fc.x', 'fc.y > loss.prediction', 'data.target > loss.target'],
    { epochs: 30, objectives: [{ optimizer: { type: 'Adam', attrs: { lr: 0.05 } } }] },
  );
  const { content, host } = fileStore();
  const prepared = await preparedData('t.data', 'csv:t.csv', table, files);
  content.set('t.data', prepared.bytes);
  const run = await startRun(
    fed(document, 'csv:t.csv', table),
    wasm(1),
    { data: prepared.data, telemetryHz: 10 },
    host,
  );
  expect(await run.ended()).toMatchObject({ state: 'finished' });
  const values = run.points('validation').at(-1)?.values ?? {};
  // Of a label that no row has nothing can be found: scikit-learn's mean has a zero for it.
  expect(values['recall']).toBeGreaterThan(0.5);
  expect(values['recall']).toBeLessThanOrEqual(2 / 3);
  expect(values['accuracy']).toBeGreaterThan(0.9);
  expect(values['subsetAccuracy']).toBeLessThanOrEqual(values['accuracy'] ?? 0);
  expect(values['rocAuc']).toBeGreaterThan(0.95);
  expect(values).not.toHaveProperty('rmse');
  const counts = run.told.confusion.at(-1)?.frame;
  expect(counts).toMatchObject({ kind: 'labels', classNames: labels });
  expect(counts?.counts).toHaveLength(12);
  expect(counts?.scores?.map(({ rocAuc }) => Number.isNaN(rocAuc))).toEqual([false, false, true]);
  const shown = run.told.samples.at(-1)?.frame;
  if (shown?.kind !== 'labels') throw new Error('other samples');
  expect(shown.names).toEqual(labels);
  expect(shown.samples.length).toBeGreaterThan(10);
  for (const { features: [a = 0, b = 0] = [], labels: has, probabilities, loss } of shown.samples) {
    expect([...has]).toEqual([Number(a > 0), Number(b > 0.3), 0]);
    const right = probabilities.map((share, i) => (has[i] === 1 ? share : 1 - share));
    const [p, q, r] = right;
    expect(loss).toBeCloseTo(-Math.log((p ?? 0) * (q ?? 0) * (r ?? 0)) / 3, 4);
  }
});

test('several numbers of a sample are shown each, by the names of their columns', async () => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i / 30 - 1},${(i * i) / 900},${-i / 40}`);
  const files = tableFiles({ 't.csv': ['a,curve,line', ...rows].join('\n') });
  const table = { target: 'curve,line', targetScale: 4 };
  const document = network(
    [data([features(1), target(2)]), ['fc', 'Linear', { outFeatures: 2 }], ['loss', 'MSELoss']],
    ['data.features > fc.x', 'fc.y > loss.prediction', 'data.target > loss.target'],
    { epochs: 1 },
  );
  const { content, host } = fileStore();
  const prepared = await preparedData('t.data', 'csv:t.csv', table, files);
  content.set('t.data', prepared.bytes);
  const fedTable = fed(document, 'csv:t.csv', table);
  const run = await startRun(fedTable, wasm(1), { data: prepared.data, telemetryHz: 10 }, host);
  await run.ended();
  const shown = run.told.samples.at(-1)?.frame;
  if (shown?.kind !== 'regression') throw new Error('other samples');
  expect(shown).toMatchObject({ names: ['curve', 'line'], count: 2, inputCount: 1 });
  const { inputs, targets, predictions } = shown;
  expect([targets.length, predictions.length]).toEqual([2 * inputs.length, 2 * inputs.length]);
  inputs.forEach((x, i) => {
    const at = Math.round((x + 1) * 30);
    expect(targets[2 * i]).toBeCloseTo((at * at) / 900, 5);
    expect(targets[2 * i + 1]).toBeCloseTo(-at / 40, 5);
  });
});

test('numbers that are forecast are shown by the name of their column and how far ahead they are', async () => {
  const sold = Array.from({ length: 90 }, (_, i) => `${(Math.sin(i / 4) + 1).toFixed(4)}`);
  const files = tableFiles({ 's.csv': ['sold', ...sold].join('\n') });
  const options = { window: 6, horizon: 3, scaling: 'none' };
  const document = network(
    [
      data([{ ...features(6), name: 'history' }, target(3)]),
      ['fc', 'Linear', { outFeatures: 3 }],
      ['loss', 'MSELoss'],
    ],
    ['data.history > fc.x', 'fc.y > loss.prediction', 'data.target > loss.target'],
    { epochs: 1 },
  );
  const { content, host } = fileStore();
  const prepared = await preparedData('s.data', 'windows:s.csv', options, files);
  content.set('s.data', prepared.bytes);
  const fedWindows = fed(document, 'windows:s.csv', options);
  const run = await startRun(fedWindows, wasm(1), { data: prepared.data, telemetryHz: 10 }, host);
  await run.ended();
  expect(run.told.samples.at(-1)?.frame).toMatchObject({
    kind: 'regression',
    names: ['sold +1', 'sold +2', 'sold +3'],
  });
});
