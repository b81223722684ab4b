/**
 * Samples a second of a run whose rows are streamed from a file, beside those of one that holds them, in turns; prints,
 * asserts nothing. The network is that of W1: 784-128-64-10 in batches of 64, pixels as bytes and as floats.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, it } from 'vitest';
import type { DataColumn, DataTable } from '#engine/datasets/index.ts';
import { RandomStream } from '#engine/ops/philox.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { startRun, wasm } from '../support/engineRun.ts';
import { chain, IMAGE, LABEL } from '../support/network.ts';
import { fed } from '../support/smallNetworks.ts';
import { heldAndStreamed } from '../support/streamedData.ts';

const ROWS = 60_000;
const BUCKETS = 6;
const VALIDATION = 1_000;
const TEST = 1_000;
const ROUNDS = Number(process.env['ROUNDS'] ?? 5);

const folder = await mkdtemp(join(tmpdir(), 'netloom-bench-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

function pictures(kind: 'u8' | 'f32'): DataTable {
  const random = new RandomStream(1, 'data');
  const length = ROWS * 28 * 28;
  const stored =
    kind === 'u8'
      ? new Uint8Array(length).map(() => random.word() & 255)
      : new Float32Array(length).map(() => random.uniform());
  const columns: readonly DataColumn[] = [
    { field: IMAGE, stored },
    { field: LABEL, stored: new Int32Array(ROWS).map(() => random.word() % 10) },
  ];
  return { count: ROWS, columns, fingerprint: kind };
}

const document = fed(
  chain(
    [
      ['flat', 'Flatten'],
      ['fc1', 'Linear', { outFeatures: 128 }],
      ['relu1', 'ReLU'],
      ['fc2', 'Linear', { outFeatures: 64 }],
      ['relu2', 'ReLU'],
      ['fc3', 'Linear', { outFeatures: 10 }],
      ['loss', 'CrossEntropyLoss'],
    ],
    {
      fields: [IMAGE, LABEL],
      training: {
        ...{ batchSize: 64, epochs: 2, split: { kind: 'byColumn' } },
        objectives: [{ optimizer: { type: 'Adam', attrs: { lr: 0.001 } } }],
      },
    },
  ),
  'images:d',
);

async function samplesPerSecond(path: string): Promise<number> {
  const { files } = createNodePlatform();
  const started = performance.now();
  const run = await startRun(document, wasm(2), { data: { kind: 'prepared', path } }, { files });
  const first = performance.now();
  const { step } = await run.ended();
  const seconds = (performance.now() - first) / 1000;
  console.log(`  opened in ${Math.round(first - started)} ms`);
  return (step * 64) / seconds;
}

it.each(['u8', 'f32'] as const)('pixels as %s', { timeout: 600_000 }, async (kind) => {
  const train = ROWS - VALIDATION - TEST;
  const each = Math.floor(train / BUCKETS);
  const buckets = Array.from({ length: BUCKETS }, (_, i) =>
    i === BUCKETS - 1 ? train - each * (BUCKETS - 1) : each,
  );
  const made = heldAndStreamed(pictures(kind), { buckets, validation: VALIDATION, test: TEST });
  const paths = { held: join(folder, `${kind}.held`), streamed: join(folder, `${kind}.streamed`) };
  await writeFile(paths.held, made.held);
  await writeFile(paths.streamed, made.streamed);
  const ratios: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const held = await samplesPerSecond(paths.held);
    const streamed = await samplesPerSecond(paths.streamed);
    ratios.push(streamed / held);
    console.log(
      `${kind}: held ${Math.round(held)} samples/s, streamed ${Math.round(streamed)}, ratio ${(streamed / held).toFixed(3)}`,
    );
  }
  const sorted = ratios.toSorted((a, b) => a - b);
  console.log(`${kind}: median ratio ${(sorted[Math.floor(sorted.length / 2)] ?? 0).toFixed(3)}`);
});
