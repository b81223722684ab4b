/**
 * Rule: a run is a function of its document and seed. Stopped anywhere and resumed in another process, with
 * another number of threads, watched or not: the weights and scores at the end are the same, bit for bit.
 */
import { describe, expect, test } from 'vitest';
import { writeSafetensors } from '#engine/export/safetensors.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { StartRequest } from '#engine/protocol/engineContract.ts';
import { fileStore, RUN, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { augmentedCnn, batchNormCnn, dropoutMlp } from '#test/support/smallNetworks.ts';

const SAVED = 'final.safetensors';
const PLAN = { accumulateSteps: 4, ema: { decay: 0.9, evaluate: true } };
const LAST = 'run/last.safetensors';
const request: Partial<StartRequest> = { checkpointDir: 'run', saveWeights: SAVED };

/** Everything a run is judged by: weights, optimiser state, position, scores on validation and test. */
async function outcome(
  document: NetworkDocument,
  threads: number,
  more: Partial<StartRequest> = {},
  store = fileStore(),
) {
  const run = await startRun(document, wasm(threads), { ...request, ...more }, store.host);
  const { state, step } = await run.ended();
  const last = tensorsIn(store.content, LAST);
  const { elapsedMs: _, ...position } = JSON.parse(last.metadata['position'] ?? '') as Record<
    string,
    unknown
  >;
  const scores = [...run.points('validation'), ...run.points('test')]
    // Between the ends of epochs validation comes as time permits.
    .filter(({ epoch }) => Number.isInteger(epoch))
    .map(({ split, step: at, values }) => ({ split, at, values }));
  const tensors = Object.fromEntries(
    [...last.tensors, ...tensorsIn(store.content, SAVED).tensors].map(([name, { data }]) => [
      name,
      data,
    ]),
  );
  return { state, step, position, scores, tensors };
}

/** The checkpoint with the names that earlier versions gave the optimiser's state, of optimisers they had. */
function asWrittenBefore(content: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const { tensors, metadata } = tensorsIn(content, LAST);
  const slots = [...tensors.keys()].filter((name) => name.startsWith('$optimizer.'));
  expect(slots.length).toBeGreaterThan(0);
  if (!slots.every((name) => name.startsWith('$optimizer.exp_avg'))) {
    return writeSafetensors({ tensors, metadata });
  }
  const renamed = [...tensors].map(
    ([name, tensor]) =>
      [
        name
          .replace('$optimizer.exp_avg_sq.', 'moments1.')
          .replace('$optimizer.exp_avg.', 'moments0.'),
        tensor,
      ] as const,
  );
  return writeSafetensors({ tensors: new Map(renamed), metadata });
}

const EARLY_STOPPING = { patience: 5, minDelta: 0.001 } as const;

// Stopped after 3 and 22 steps the last one is in the middle of an update.
describe.each([
  ['MLP with dropout', dropoutMlp, {}],
  ['CNN with batch normalisation', batchNormCnn, {}],
  ['augmented pictures', augmentedCnn, {}],
  ['four batches for each update, and averaged weights', dropoutMlp, PLAN],
  [
    'an optimiser that keeps rows and columns',
    dropoutMlp,
    { objectives: [{ optimizer: { type: 'Adafactor' } }] },
  ],
  [
    'an optimiser of matrices, and of the rest',
    dropoutMlp,
    { objectives: [{ optimizer: { type: 'Muon' } }] },
  ],
] as const)('%s', (_name, network, settings) => {
  const document = network({ earlyStopping: EARLY_STOPPING, ...settings });
  const whole = outcome(document, 1);

  test('gives the same numbers with two threads', async () => {
    expect(await outcome(document, 2)).toEqual(await whole);
  });

  test('gives the same numbers when it is watched', async () => {
    expect(await outcome(document, 2, { telemetryHz: 1000 })).toEqual(await whole);
  });

  // In the first epoch, in the middle of the second (a partial batch behind it), at the end of one. One of them
  // from a checkpoint of an earlier version.
  test.each([3, 22, 31])(
    'stopped after %i steps and resumed, ends as if it had gone on',
    async (at) => {
      const store = fileStore();
      const first = await startRun(
        document,
        wasm(1),
        { checkpointDir: 'run', paused: true },
        store.host,
      );
      await first.until(({ state }) => state === 'paused');
      for (let step = 1; step <= at; step++) {
        await first.service.step(RUN);
        await first.until((progress) => progress.step === step);
      }
      // What the first service had in memory is gone with it, only its checkpoint is left.
      await first.service.stop(RUN);
      await first.ended();
      if (at === 22) store.content.set(LAST, asWrittenBefore(store.content));
      const resumed = await outcome(document, 2, { resume: true }, store);
      const { scores, ...end } = await whole;
      const seen = scores.filter((score) => score.at > at);
      expect(resumed).toEqual({ ...end, scores: seen });
    },
  );
});
