/** Rule: a new run can begin with the weights that another one came to, and says so; that one stays as it is. */
import { afterEach, expect, test } from 'vitest';
import type { RunOrigin } from '#engine/protocol/index.ts';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { type App, startApp } from '#test/support/app.ts';

let app: App;
afterEach(() => app.close());

const document = applyEdits(pointsDocument('moons', 2), [
  { kind: 'setTraining', training: { epochs: 12, device: 'cpu' } },
]);

function ended({ client }: App, runId: () => string | undefined): Promise<void> {
  return new Promise((resolve) => {
    client.on('run.changed', ({ id, progress }) => {
      if (id === runId() && ['finished', 'failed'].includes(progress.state)) resolve();
    });
  });
}

test('from the weights of a finished run', async () => {
  app = startApp();
  const { client } = app;
  let current: string | undefined;
  const train = async (from?: string) => {
    current = undefined;
    const over = ended(app, () => current);
    const { id } = await client.call('training.start', {
      document,
      ...(from !== undefined && { from: { run: from } }),
    });
    current = id;
    const { progress } = await client.call('runs.get', { runId: id });
    if (progress.state !== 'finished') await over;
    return client.call('runs.get', { runId: id });
  };
  const first = await train();
  const before = JSON.stringify(first.curves);
  const second = await train(first.id);

  expect(second.id).not.toBe(first.id);
  expect(second.parent).toEqual({ run: first.id, step: first.progress.step });
  expect(second.log[0]?.message).toBe(
    `Begins with the weights of ${first.name}, step ${first.progress.step}; the optimiser starts anew.`,
  );
  const validation = (run: typeof first) =>
    run.curves.validation?.values['loss']?.values ?? new Float64Array();
  expect(second.progress.step).toBe(first.progress.step);
  // Where the first was after its last epoch, the second is ahead of after its first one.
  expect(validation(second)[0]).toBeLessThan(validation(first)[0]! / 2);
  expect(second.last?.train?.values['loss']).toBeLessThan(first.last?.train?.values['loss'] ?? 0);
  const kept = await client.call('runs.get', { runId: first.id });
  expect(JSON.stringify(kept.curves)).toBe(before);
  expect(kept).not.toHaveProperty('parent');

  const wider = applyEdits(document, [{ kind: 'setAttrs', id: 'fc1', attrs: { outFeatures: 77 } }]);
  current = undefined;
  const over = ended(app, () => current);
  const partly = await client.call('training.start', { document: wider, from: { run: first.id } });
  current = partly.id;
  expect(partly.weights).toMatchObject({ loaded: ['fc2.bias'], fresh: [], unused: [] });
  expect(partly.weights?.otherShape.map(({ name }) => name)).toEqual([
    'fc1.weight',
    'fc1.bias',
    'fc2.weight',
  ]);
  const { progress, log } = await client.call('runs.get', { runId: partly.id });
  expect(log.map(({ message }) => message)).toContain('1 of 4 weights are those of the file.');
  if (progress.state !== 'finished') await over;
  await expect(
    client.call('training.start', { document, from: { run: 'nobody' } }),
  ).rejects.toMatchObject({
    code: 'run.unknown',
  });
  expect(await client.call('runs.list', null)).toHaveLength(3);
});

test('from any of its checkpoints: with the weights of then, or on as it was', async () => {
  app = startApp();
  const { client } = app;
  const train = async (input: Parameters<typeof start>[0]) => {
    const id = await start(input);
    await expect
      .poll(async () => (await client.call('runs.get', { runId: id })).progress.state)
      .toBe('finished');
    return client.call('runs.get', { runId: id });
  };
  const start = async (input: { epochs: number; from?: RunOrigin }) => {
    const { epochs, from } = input;
    const longer = applyEdits(document, [{ kind: 'setTraining', training: { epochs } }]);
    const { id } = await client.call('training.start', {
      document: longer,
      ...(from && { from }),
    });
    return id;
  };
  const first = await train({ epochs: 200 });
  const checkpoints = await client.call('runs.checkpoints', { runId: first.id });
  expect(checkpoints.at(-1)).toMatchObject({ step: first.progress.step });
  const { step } = checkpoints.find(({ which }) => which === 'kept')!;
  expect(step).toBeLessThan(first.progress.step);

  const branch = await train({ epochs: 1, from: { run: first.id, step } });
  expect(branch).toMatchObject({
    parent: { run: first.id, step },
    progress: { step: branch.progress.stepsPerEpoch },
  });
  expect(branch.parent).not.toHaveProperty('trainedOn');

  const more = await train({ epochs: 203, from: { run: first.id, trainOn: true } });
  expect(more).toMatchObject({
    parent: { run: first.id, step: first.progress.step, trainedOn: true },
    progress: { step: 203 * first.progress.stepsPerEpoch },
  });
  expect(more.curves.train?.step[0]).toBeGreaterThan(first.progress.step);
  expect(more.log.map(({ message }) => message)).toContain(
    `Trains ${first.name} on from step ${first.progress.step}, with its optimiser's state.`,
  );
  await expect(
    client.call('training.start', { document, from: { run: first.id, step: 7_777_777 } }),
  ).rejects.toMatchObject({
    code: 'run.no-checkpoint',
    problems: [{ explanation: expect.stringContaining(`${step}`) as string }],
  });
  await expect(
    client.call('training.start', { document, from: { run: first.id, trainOn: true } }),
  ).rejects.toMatchObject({ code: 'run.nothing-left' });
  // Nothing is left of what never began.
  expect(await client.call('runs.list', null)).toHaveLength(3);
});
