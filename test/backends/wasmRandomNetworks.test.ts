/**
 * Rule: whatever layers stand beside each other, a step of the CPU engine has the loss and the gradients that it has in
 * float64. Layers agree one by one (wasmLayers.test.ts); here it is what is made of several: fused, joined, in place.
 * Chains, and graphs whose tensors are read more than once, of other sizes, also only asked, without a way back.
 * `NETLOOM_NETWORKS=1000` tries as many of each family as are told.
 */
import { afterAll, describe, expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { Backend } from '#engine/backends/backend.ts';
import { ownAnswers } from '#engine/export/answers.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { wasm } from '../support/engineRun.ts';
import { uniformTensor } from '../support/random.ts';
import { randomGraphs } from '../support/randomGraphs.ts';
import { asInitialised, randomNetwork } from '../support/randomNetwork.ts';
import { NETWORK_FAMILIES, randomNetworks } from '../support/randomNetworks.ts';
import { type StepsOptions, type TrainedSteps, trainSteps } from '../support/trainSteps.ts';

const COUNT = Number(process.env['NETLOOM_NETWORKS'] ?? 40);
const SEED = Number(process.env['NETLOOM_SEED'] ?? 1);
/** Beside the largest gradient of the network: what float32 leaves of sums of a few hundred numbers. */
const TOLERANCE = 1e-4;
const ONE_STEP = { batch: 5, steps: 1 };

const engine = await wasm(2)();
const reference = createReferenceBackend();
afterAll(() => engine.close());

const largestOf = (values: Float32Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

const ROWS = 6;

/** What the loss is given, without a way back. */
async function scores(backend: Backend, document: NetworkDocument): Promise<Float32Array> {
  const drawn = randomNetwork(document, () => null, asInitialised);
  const source = { ...drawn, trained: true, dataMetadata: {} };
  const from = document.wires.find(
    ({ to }) => to.node === 'loss' && to.port === 'prediction',
  )?.from;
  if (!from) throw new Error('nothing is judged');
  const field = source.binding.get('x')?.field;
  const dims = [ROWS, ...(field?.shape ?? [])];
  const fed = Float32Array.from(uniformTensor(dims, { seed: 3 }).values);
  const { outputs } = await ownAnswers(source, backend, {
    ...{ inputs: new Map([['x', { dims, data: fed }]]), count: ROWS, batch: ROWS / 2 },
    outputs: [{ name: 'scores', from }],
  });
  const { data } = outputs.get('scores') ?? {};
  if (!data) throw new Error('no scores');
  return data;
}

/** Each weight a millionth off, up or down: where that moves much, float32 cannot be near either. */
const jolted: StepsOptions = {
  ...ONE_STEP,
  before: async (_, { session, compiled: { layout } }) => {
    for (const { ref } of layout.parameters.values()) {
      const values = await session.read(ref);
      session.write(
        ref,
        values.map((value, i) => value * (1 + (i % 2 === 0 ? 1e-6 : -1e-6))),
      );
    }
  },
};

const apart = (a: Float32Array, b: Float32Array | undefined): number =>
  largestOf(a.map((value, i) => value - (b?.[i] ?? NaN)));

describe.each(NETWORK_FAMILIES)('%s', (family) => {
  const chains = randomNetworks(family, COUNT, SEED);
  const graphs = randomGraphs(family, Math.ceil(COUNT / 2), SEED);
  test.each([...chains, ...graphs])('$title', async ({ document }) => {
    const wanted = await trainSteps(reference, document, ONE_STEP);
    const found = await trainSteps(engine, document, ONE_STEP);
    const moved = await trainSteps(reference, document, jolted);
    const lossOf = ({ losses }: TrainedSteps): Float32Array => Float32Array.from(losses);
    const [loss = NaN] = wanted.losses;
    const lossMoved = apart(lossOf(wanted), lossOf(moved));
    expect(apart(lossOf(wanted), lossOf(found))).toBeLessThan(
      1e-5 * (1 + Math.abs(loss)) + lossMoved,
    );
    const gradients = [...wanted.gradients];
    const largest = Math.max(...gradients.map(([, values]) => largestOf(values)));
    const gradientsMoved = Math.max(
      ...gradients.map(([name, values]) => apart(values, moved.gradients.get(name))),
    );
    for (const [name, values] of gradients) {
      expect(apart(values, found.gradients.get(name)), name).toBeLessThanOrEqual(
        TOLERANCE * largest + gradientsMoved,
      );
    }
  });
  test.each(graphs)('asked only: $title', async ({ document }) => {
    const wanted = await scores(reference, document);
    const found = await scores(engine, document);
    expect(apart(wanted, found)).toBeLessThanOrEqual(TOLERANCE * largestOf(wanted));
  });
});
