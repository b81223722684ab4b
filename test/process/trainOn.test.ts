/** Rule: a new run can begin with the weights that another one came to, and says so; that one stays as it is. */
import { afterEach, expect, test } from 'vitest';
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
    const { id } = await client.call('training.start', { document, ...(from && { from }) });
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
  const partly = await client.call('training.start', { document: wider, from: first.id });
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
  await expect(client.call('training.start', { document, from: 'nobody' })).rejects.toMatchObject({
    code: 'run.unknown',
  });
  expect(await client.call('runs.list', null)).toHaveLength(3);
});
