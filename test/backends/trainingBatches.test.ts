/**
 * Rule: a run whose batches a layer cannot learn from does not start, however its data came to be known; with
 * the last batch dropped it runs, that many steps an epoch, and its running statistics are those of whole batches.
 */
import { expect, test } from 'vitest';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import { fileStore, startRun, tensorsIn, wasm } from '../support/engineRun.ts';
import { chain, features, LABEL } from '../support/network.ts';
import { preparedData } from '../support/preparedData.ts';
import { tableFiles } from '../support/tableFiles.ts';
import { fed } from '../support/smallNetworks.ts';

const ROWS = 129;
const OPTIONS = { target: 'kind' };

function table(rows: number): string {
  const lines = Array.from(
    { length: rows },
    (_, i) => `${Math.sin(i)},${Math.cos(3 * i)},${'ab'[i % 2]}`,
  );
  return ['x,y,kind', ...lines].join('\n');
}

function net(training: Record<string, unknown>): NetworkDocument {
  const document = chain(
    [
      ['fc1', 'Linear', { outFeatures: 8 }],
      ['bn1', 'BatchNorm1d'],
      ['relu1', 'ReLU'],
      ['fc2', 'Linear', { outFeatures: 2 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    {
      input: 'features',
      fields: [features(2), { ...LABEL, classes: 2 }],
      training: { batchSize: 128, epochs: 4, split: { validation: 0, test: 0 }, ...training },
    },
  );
  return fed(document, 'csv:points.csv', OPTIONS);
}

async function files(rows: number) {
  const { content, host } = fileStore();
  const source = tableFiles({ 'points.csv': table(rows) });
  const { bytes, data } = await preparedData('points', 'csv:points.csv', OPTIONS, source);
  content.set('points', bytes);
  return { content, host, data };
}

test('a last batch of one is refused once the file is read, with what to change', async () => {
  const { host, data } = await files(ROWS);
  const start = startRun(net({}), wasm(1), { data }, host);
  await expect(start).rejects.toMatchObject({
    code: 'training.batch-norm-batch-one',
    problems: [
      {
        node: 'bn1',
        fixes: [{ label: 'Drop the last batch' }, { label: 'Set batch size to 127' }],
      },
    ],
  });
});

test('one more row is enough', async () => {
  const { host, data } = await files(ROWS + 1);
  const run = await startRun(net({}), wasm(1), { data }, host);
  expect(await run.ended()).toMatchObject({ state: 'finished', step: 8, stepsPerEpoch: 2 });
});

test.each([
  ['reference', async () => createReferenceBackend()],
  ['wasm', wasm(2)],
] as const)('dropped, the run is as long as its whole batches: %s', async (_name, backend) => {
  const { content, host, data } = await files(ROWS);
  const run = await startRun(net({ dropLast: true }), backend, { saveWeights: 'w', data }, host);
  expect(await run.ended()).toMatchObject({
    state: 'finished',
    step: 4,
    stepsPerEpoch: 1,
    epoch: 4,
  });
  const variance = tensorsIn(content, 'w').tensors.get('bn1.running_var')?.data ?? [];
  const whole = await startRun(net({ batchSize: 129 }), backend, { saveWeights: 'v', data }, host);
  expect((await whole.ended()).state).toBe('finished');
  const wanted = tensorsIn(content, 'v').tensors.get('bn1.running_var')?.data ?? [];
  // Of almost the same rows: a batch of one would have halved it.
  const mean = (data: ArrayLike<number>) =>
    Array.from(data).reduce((sum, v) => sum + v, 0) / data.length;
  expect(mean(variance) / mean(wanted)).toBeGreaterThan(0.97);
  expect(mean(variance) / mean(wanted)).toBeLessThan(1.03);
});

test('stopped and resumed, it goes on with the same batches', async () => {
  const settings = net({ dropLast: true, batchSize: 50, epochs: 6 });
  const straight = await files(ROWS);
  const whole = await startRun(
    settings,
    wasm(1),
    { saveWeights: 'w', data: straight.data },
    straight.host,
  );
  expect(await whole.ended()).toMatchObject({ step: 12 });
  const cut = await files(ROWS);
  const options = { checkpointDir: 'c', saveWeights: 'w', data: cut.data };
  const first = await startRun(settings, wasm(1), { ...options, maxSteps: 5 }, cut.host);
  await first.ended();
  const second = await startRun(settings, wasm(2), { ...options, resume: true }, cut.host);
  expect(await second.ended()).toMatchObject({ state: 'finished', step: 12 });
  expect(tensorsIn(cut.content, 'w').tensors).toEqual(tensorsIn(straight.content, 'w').tensors);
});
