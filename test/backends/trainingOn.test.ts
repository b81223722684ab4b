/**
 * Rule: a run can be trained on from any checkpoint that was kept of it, its optimiser's state and its steps
 * too, as a run of its own; what comes of that is what would have come of longer training.
 */
import { expect, test } from 'vitest';
import type { StartRequest } from '#engine/protocol/engineContract.ts';
import { keptStep } from '#engine/training/checkpointTimeline.ts';
import { fileStore, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { dropoutMlp } from '#test/support/smallNetworks.ts';

const store = fileStore();

async function train(epochs: number, folder: string, more: Partial<StartRequest> = {}) {
  const document = dropoutMlp({ earlyStopping: null, ...({ epochs } as const) });
  const run = await startRun(document, wasm(1), { checkpointDir: folder, ...more }, store.host);
  const end = await run.ended();
  return { ...end, points: run.points('train') };
}

const modelIn = (folder: string) =>
  Object.fromEntries(
    [...tensorsIn(store.content, `${folder}/last.safetensors`).tensors].map(([name, tensor]) => [
      name,
      tensor.data,
    ]),
  );

test('ends as a longer run does', async () => {
  const whole = await train(4, 'whole');
  const first = await train(2, 'first');
  const second = await train(4, 'second', { trainOn: 'first/last.safetensors' });
  expect(first.state).toBe('finished');
  expect(second).toMatchObject({ state: 'finished', step: whole.step });
  expect(modelIn('second')).toEqual(modelIn('whole'));
  // It is a run of its own: its curve and its clock begin where the other one ended.
  expect(Math.min(...second.points.map(({ step }) => step))).toBeGreaterThan(first.step);
});

test('what was kept on the way is there, and can be trained on from', async () => {
  const names = [...store.content.keys()].filter((path) => path.startsWith('whole/'));
  const steps = names.flatMap((path) => keptStep(path.slice('whole/'.length)) ?? []);
  expect(steps.length).toBeGreaterThan(0);
  const step = Math.min(...steps);
  const again = await train(4, 'again', { trainOn: `whole/step-${step}.safetensors` });
  expect(again.state).toBe('finished');
  expect(modelIn('again')).toEqual(modelIn('whole'));
});

test('where nothing is left, or something else is trained, it says so', async () => {
  const from = { trainOn: 'first/last.safetensors' };
  await expect(train(2, 'third', from)).rejects.toMatchObject({ code: 'run.nothing-left' });
  const start = (settings: Parameters<typeof dropoutMlp>[0]) =>
    startRun(dropoutMlp({ earlyStopping: null, ...settings }), wasm(1), from, store.host);
  await expect(start({ epochs: 9, batchSize: 7 })).rejects.toMatchObject({
    code: 'run.cannot-train-on',
  });
});
