/**
 * Rule: the desktop app trains on the GPU through its hidden window: shell, engine process, page, worker
 * and port as built, on a stand-in for Electron and Chromium's software adapter.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { RunDetail, RunSummary } from '#engine/protocol/index.ts';
import { ALLOW_SOFTWARE } from '#main/engineProcess/nodeGpu.ts';
import { temporaryFolder } from '#test/support/cli.ts';
import { pointsDocument } from '#test/support/documents.ts';
import { type ElectronApp, startElectronApp } from '#test/support/electronApp.ts';

const folder = temporaryFolder();
let app: ElectronApp;

const start = async (): Promise<void> => {
  app = startElectronApp(folder.path, { [ALLOW_SOFTWARE]: '1' });
  await app.evaluate(`(() => {
    let nextId = 1e9;
    const waiting = new Map();
    window.host.onMessage((message) => waiting.get(message.id)?.(message));
    window.call = (method, input) =>
      new Promise((done, fail) => {
        const id = nextId++;
        waiting.set(id, ({ output, error }) => (error ? fail(new Error(error.message)) : done(output)));
        window.host.send({ kind: 'call', id, method, input });
      });
  })()`);
};
beforeAll(start);
afterAll(async () => {
  await app.end();
  folder.remove();
});

const call = <T>(method: string, input: unknown): Promise<T> =>
  app.evaluate<T>(`window.call(${JSON.stringify(method)}, ${JSON.stringify(input)})`);

test('moons train on the GPU of a hidden window', async () => {
  const document = pointsDocument('moons', 2);
  const { id: runId, device } = await call<RunSummary>('training.start', {
    document: { ...document, training: { ...document.training, epochs: 3, device: 'webgpu' } },
  });
  expect(device).toMatch(/^webgpu, .*software/);
  const detail = () => call<RunDetail>('runs.get', { runId });
  await expect
    .poll(async () => (await detail()).progress.state, { interval: 200 })
    .toBe('finished');
  const { last } = await detail();
  expect(last?.test?.values['loss']).toBeGreaterThan(0);
  expect(last?.test?.values['loss']).toBeLessThan(0.7);
});

test('quitting waits for the checkpoint of a run on the GPU', async () => {
  const document = pointsDocument('moons', 2);
  const { id: runId } = await call<RunSummary>('training.start', {
    document: { ...document, training: { ...document.training, epochs: 5000, device: 'webgpu' } },
  });
  const detail = () => call<RunDetail>('runs.get', { runId });
  await expect
    .poll(async () => (await detail()).progress.step, { interval: 100 })
    .toBeGreaterThan(20);
  const before = (await detail()).progress.step;
  await app.order('quit').catch(() => undefined);
  expect(await app.exited).toBe(0);
  await start();
  const { progress, log } = await detail();
  expect(progress.state).toBe('interrupted');
  expect(progress.step).toBeGreaterThanOrEqual(before);
  expect(log.map(({ message }) => message).join()).not.toMatch(/GPU was lost/);
});
