/** Rule: a run does what it is told: pauses, steps, stops, ends early with its best epoch, gives up on NaN. */
import { describe, expect, test, vi } from 'vitest';
import { applyEdits } from '#engine/ir/applyEdits.ts';
import {
  type EngineRun,
  fileStore,
  RUN,
  startRun,
  tensorsIn,
  wasm,
} from '#test/support/engineRun.ts';
import { chain, features, target } from '#test/support/network.ts';
import { dropoutMlp, fed, points } from '#test/support/smallNetworks.ts';
import { turns } from '#test/support/waiting.ts';

const sgd = (lr: number) => [{ optimizer: { type: 'SGD', attrs: { lr } } }];
const LONG = { epochs: 5000 };

describe('commands', () => {
  test('pause, step, go on, stop', async () => {
    const run = await startRun(points('moons', 'crossEntropy', LONG), wasm(1), { paused: true });
    expect(await run.until(({ state }) => state === 'paused')).toMatchObject({ step: 0 });
    await run.service.step(RUN);
    await run.until(({ step }) => step === 1);
    await run.service.step(RUN);
    await run.until(({ step }) => step === 2);
    // Still paused: nothing happens by itself.
    await turns(20);
    expect(run.told.progress.at(-1)?.progress).toMatchObject({ step: 2, state: 'paused' });
    await run.service.resume(RUN);
    await run.until(({ step, state }) => step > 100 && state === 'running');
    await run.service.pause(RUN);
    const paused = await run.until(({ state, step }) => state === 'paused' && step > 100);
    await turns(20);
    expect(run.told.progress.at(-1)?.progress).toMatchObject({ step: paused.step });
    await run.service.stop(RUN);
    const end = await run.ended();
    expect(end).toMatchObject({ state: 'stopped', step: paused.step });
    expect(end.reason).toContain('user');
    expect(() => run.service.pause(RUN)).toThrow('not being trained');
  });

  test('a pause is heard within an evaluation, which then goes on', async () => {
    const document = fed(points('moons', 'crossEntropy', { epochs: 2, batchSize: 600 }), 'moons', {
      count: 3000,
    });
    let [breaths, pausesAt, clockMs] = [0, Infinity, 0];
    // Time flies: every step is a slice with a breath after it, every batch of an evaluation has one.
    const run = await startRun(
      document,
      wasm(1),
      { paused: true },
      {
        now: () => (clockMs += 20),
        yieldToEventLoop: async () => {
          breaths += 1;
          if (breaths === pausesAt) await run.service.pause(RUN);
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
    );
    const { stepsPerEpoch } = await run.until(({ state }) => state === 'paused');
    pausesAt = breaths + stepsPerEpoch;
    await run.service.resume(RUN);
    const paused = await run.until(({ state, step }) => state === 'paused' && step > 0);
    expect(paused.step).toBe(stepsPerEpoch);
    expect(run.points('validation')).toEqual([]);
    await run.service.resume(RUN);
    await run.ended();
    expect(run.points('validation').map(({ step }) => step)).toContain(paused.step);
  });

  test('a pause within an evaluation is saved; a run that goes on from there evaluates anew', async () => {
    const document = fed(points('moons', 'crossEntropy', { epochs: 2, batchSize: 600 }), 'moons', {
      count: 3000,
    });
    const whole = await startRun(document, wasm(1));
    await whole.ended();
    const { host } = fileStore();
    let [breaths, pausesAt, clockMs] = [0, Infinity, 0];
    const cut = await startRun(
      document,
      wasm(1),
      { paused: true, checkpointDir: '/run' },
      {
        ...host,
        now: () => (clockMs += 20),
        yieldToEventLoop: async () => {
          breaths += 1;
          if (breaths === pausesAt) await cut.service.pause(RUN);
          await new Promise((resolve) => setImmediate(resolve));
        },
      },
    );
    const { stepsPerEpoch } = await cut.until(({ state }) => state === 'paused');
    pausesAt = breaths + stepsPerEpoch;
    await cut.service.resume(RUN);
    await cut.until(({ state, step }) => state === 'paused' && step > 0);
    const saved = (): boolean => cut.told.checkpoint.some(({ step }) => step === stepsPerEpoch);
    await vi.waitUntil(saved, { timeout: 30_000 });
    expect(cut.points('validation')).toEqual([]);

    const request = { checkpointDir: '/run', resume: true };
    const onward = await startRun(document, wasm(1), request, host);
    expect(await onward.ended()).toMatchObject({ state: 'finished' });
    const losses = (run: EngineRun) =>
      run.points('validation').map(({ step, values }) => ({ step, values }));
    const epochs = losses(whole).filter(({ step }) => step % stepsPerEpoch === 0);
    expect(epochs).toHaveLength(2);
    expect(losses(onward)).toEqual(expect.arrayContaining(epochs));
  });

  test('every single step is shown and counted', async () => {
    const run = await startRun(points('moons', 'crossEntropy', LONG), wasm(1), {
      paused: true,
      telemetryHz: 10,
    });
    for (let step = 1; step <= 3; step++) {
      await run.service.step(RUN);
      await run.until((progress) => progress.step === step);
    }
    await run.service.stop(RUN);
    await run.ended();
    expect(run.points('train').map(({ step }) => step)).toEqual([1, 2, 3]);
    expect(run.told.telemetry.map(({ frame }) => frame.step)).toEqual([1, 2, 3]);
    expect(run.points('train').every(({ values }) => (values['gradientNorm'] ?? 0) > 0)).toBe(true);
  });

  test('a second start is refused while one is being prepared', async () => {
    const document = points('moons', 'crossEntropy', LONG);
    const run = await startRun(document, wasm(1));
    await expect(Promise.resolve(run.service.start({ runId: 'b', document }))).rejects.toThrow(
      'Another run',
    );
    await run.service.stop(RUN);
    await run.ended();
    const both = await Promise.allSettled(
      ['c', 'd'].map((runId) => Promise.resolve(run.service.start({ runId, document }))),
    );
    expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    await run.service.stop({ runId: 'c' });
    await run.until(({ state, step }) => state === 'stopped' && step >= 0);
  });

  test('a stop while it is being prepared ends it before it has gone far', async () => {
    const document = points('moons', 'crossEntropy', LONG);
    const run = await startRun(document, wasm(1), { maxSteps: 1 });
    await run.ended();
    const before = run.told.progress.length;
    const started = run.service.start({ runId: 'late', document });
    await run.service.stop({ runId: 'late' });
    await started;
    const isStopped = (): boolean => run.told.progress.at(-1)?.progress.state === 'stopped';
    await vi.waitUntil(isStopped, { timeout: 30_000 });
    const own = run.told.progress.slice(before);
    expect(own.every(({ runId }) => runId === 'late')).toBe(true);
    expect(own.at(-1)?.progress.step).toBeLessThan(2_000);
  });
});

describe('early stopping', () => {
  // A learning rate this high finds its best epoch early and gets worse from there.
  const document = dropoutMlp({
    epochs: 60,
    objectives: [{ optimizer: { type: 'Adam', attrs: { lr: 0.03 } } }],
    earlyStopping: { patience: 3, minDelta: 0 },
  });

  test('stops after the patience and ends with the weights of the best epoch', async () => {
    const store = fileStore();
    const request = { checkpointDir: 'run', saveWeights: 'final' };
    const run = await startRun(document, wasm(1), request, store.host);
    const end = await run.ended();
    expect(end).toMatchObject({ state: 'stopped', reason: 'No improvement for 3 epochs.' });
    const losses = run
      .points('validation')
      .filter(({ epoch }) => Number.isInteger(epoch))
      .map(({ values }) => values['loss'] ?? NaN);
    const best = losses.indexOf(Math.min(...losses));
    expect(losses.length).toBe(best + 1 + 3);
    const saved = tensorsIn(store.content, 'final').tensors;
    const kept = tensorsIn(store.content, 'run/best.safetensors').tensors;
    const last = tensorsIn(store.content, 'run/last.safetensors').tensors;
    expect(saved.get('fc1.weight')?.data).toEqual(kept.get('fc1.weight')?.data);
    expect(saved.get('fc1.weight')?.data).not.toEqual(last.get('fc1.weight')?.data);
    expect(run.told.log.map(({ entry }) => entry.message)).toContain(
      `The weights are those of epoch ${best + 1}, the best.`,
    );
  });

  test('ends with the same weights as a run of just so many epochs', async () => {
    const store = fileStore();
    const stopped = await startRun(document, wasm(1), { saveWeights: 'a' }, store.host);
    await stopped.ended();
    const epochs = stopped.points('validation').filter(({ epoch }) => Number.isInteger(epoch));
    const short = { ...document.training, epochs: epochs.length - 3, earlyStopping: null };
    const plain = await startRun(
      { ...document, training: short },
      wasm(1),
      { saveWeights: 'b' },
      store.host,
    );
    await plain.ended();
    expect(tensorsIn(store.content, 'a').tensors).toEqual(tensorsIn(store.content, 'b').tensors);
  });
});

describe('gradient clipping', () => {
  /** How far one step of plain SGD moved all weights. */
  async function moved(clip: { kind: 'norm' | 'value'; max: number } | null, lr: number) {
    const store = fileStore();
    const document = dropoutMlp({ gradientClip: clip, objectives: sgd(lr) });
    const weightsAfter = async (steps: number) => {
      const run = await startRun(
        document,
        wasm(1),
        { maxSteps: steps, saveWeights: `after${steps}` },
        store.host,
      );
      expect(await run.ended()).toMatchObject({ state: 'finished', step: steps });
      return tensorsIn(store.content, `after${steps}`).tensors;
    };
    const [one, two] = [await weightsAfter(1), await weightsAfter(2)];
    const changes = [...one].flatMap(([name, { data }]) =>
      [...data].map((value, i) => (two.get(name)?.data[i] ?? 0) - value),
    );
    const norm = Math.sqrt(changes.reduce((sum, change) => sum + change ** 2, 0));
    return { norm: norm / lr, largest: Math.max(...changes.map(Math.abs)) / lr };
  }

  test('by norm bounds the length of the step, and only shortens', async () => {
    const free = await moved(null, 0.1);
    expect(free.norm).toBeGreaterThan(0.2);
    expect((await moved({ kind: 'norm', max: 0.1 }, 0.1)).norm).toBeLessThan(0.1001);
    expect((await moved({ kind: 'norm', max: 1e6 }, 0.1)).norm).toBeCloseTo(free.norm, 5);
  });

  test('by value bounds every number', async () => {
    expect((await moved(null, 0.1)).largest).toBeGreaterThan(0.01);
    expect((await moved({ kind: 'value', max: 1e-3 }, 0.1)).largest).toBeLessThan(1.001e-3);
  });
});

describe('a loss that is no number', () => {
  const document = fed(
    chain(
      [
        ['fc1', 'Linear', { outFeatures: 8 }],
        ['fc2', 'Linear', { outFeatures: 1 }],
        ['loss', 'MSELoss'],
      ],
      {
        input: 'features',
        target: 'target',
        fields: [features(1), target(1)],
        training: { batchSize: 32, epochs: 50, objectives: sgd(50), seed: 3 },
      },
    ),
    'curves',
  );

  test.each([0, 10])(
    'ends the run and says where and since when, %i frames/s',
    async (telemetryHz) => {
      const run = await startRun(document, wasm(2), { telemetryHz });
      const { state, problem } = await run.ended();
      expect(state).toBe('failed');
      expect(problem).toMatchObject({ code: 'training.non-finite', severity: 'error' });
      const since = Number(
        /since step (\d+); learning rate 50\.$/.exec(problem?.message ?? '')?.[1],
      );
      expect(problem?.message).toMatch(/^(fc1|fc2|loss) produced (NaN|an infinite number)/);
      expect(problem?.node).toBe(problem?.message.split(' ')[0]);

      // The step before was still good: a run of so many steps ends well, one more does not.
      const good = await startRun(document, wasm(1), { maxSteps: since - 1 });
      expect(await good.ended()).toMatchObject({ state: 'finished', step: since - 1 });
      const bad = await startRun(document, wasm(1), { maxSteps: since });
      expect(await bad.ended()).toMatchObject({ state: 'failed', step: since });
    },
  );

  test('says what to do, with fixes that do it', async () => {
    const run = await startRun(document, wasm(1));
    const { problem } = await run.ended();
    expect(problem?.explanation).toBe('Try a tenth of the learning rate, or clip gradients.');
    const fixed = (problem?.fixes ?? []).map(({ edits }) => applyEdits(document, edits).training);
    expect(fixed).toMatchObject([
      { objectives: [{ optimizer: { type: 'SGD', attrs: { lr: 5 } } }], gradientClip: null },
      {
        objectives: document.training.objectives,
        gradientClip: { kind: 'norm', max: 1 },
      },
    ]);
  });

  test('leaves weights that are numbers', async () => {
    const store = fileStore();
    const run = await startRun(
      document,
      wasm(1),
      { checkpointDir: 'run', maxSteps: 40 },
      store.host,
    );
    expect(await run.ended()).toMatchObject({ state: 'failed' });
    for (const { data } of tensorsIn(store.content, 'run/last.safetensors').tensors.values()) {
      expect([...data].every(Number.isFinite)).toBe(true);
    }
  });
});
