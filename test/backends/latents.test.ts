/**
 * Rule: the plane of a bottleneck says where samples are, in evaluation and by the weights as they are, and what the
 * part behind it makes of the middles of its cells.
 */
import { expect, test } from 'vitest';
import { createReferenceBackend } from '#engine/backends/reference/index.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { createNodePlatform } from '#engine/platform/node.ts';
import { prepare } from '#engine/training/prepare.ts';
import { fileStore, startRun, tensorsIn, wasm } from '#test/support/engineRun.ts';
import { data, IMAGE, LABEL, network } from '#test/support/network.ts';
import { fed } from '#test/support/smallNetworks.ts';

const WEIGHTS = '/weights.safetensors';

/** Linear on both sides, so that both are computed here in a line; `width` numbers in the middle. */
const autoencoder = (width: number, epochs = 1): NetworkDocument =>
  fed(
    network(
      [
        data([IMAGE, LABEL]),
        ['flat', 'Flatten'],
        ['mu', 'Linear', { outFeatures: width }],
        ['logvar', 'Linear', { outFeatures: width }],
        ['z', 'Reparameterise'],
        ['dec', 'Linear', { outFeatures: 784 }],
        ['loss', 'MSELoss'],
      ],
      [
        ...['data.image > flat.x', 'flat.y > mu.x', 'flat.y > logvar.x'],
        ...['mu.y > z.mu', 'logvar.y > z.logvar', 'z.z > dec.x'],
        ...['dec.y > loss.prediction', 'data.image > loss.target'],
      ],
      { batchSize: 32, epochs, objectives: [{ optimizer: { type: 'Adam', attrs: { lr: 0.01 } } }] },
    ),
    'digits',
    { count: 100 },
  );

test.each([2, 3])('of %d numbers: points and pictures are those of the weights', async (width) => {
  const document = autoencoder(width);
  const store = fileStore();
  const reference = () => Promise.resolve(createReferenceBackend());
  const request = { saveWeights: WEIGHTS, telemetryHz: 10 };
  const run = await startRun(document, reference, request, store.host);
  expect(await run.ended()).toMatchObject({ state: 'finished' });
  const { frame } = run.told.latents.at(-1) ?? {};
  if (!frame?.decoded) throw new Error('no plane');
  const { table, splits, binding } = await prepare(
    document,
    createNodePlatform({ log: () => undefined }),
  );
  const bound = binding.get('image');
  const { shift = [0], scale = [1] } = bound?.normalisation ?? {};
  const stored = table.columns.find(({ field }) => field.name === 'image')?.stored ?? [];
  const labels = table.columns.find(({ field }) => field.name === 'label')?.stored ?? [];
  const { tensors } = tensorsIn(store.content, WEIGHTS);
  const linear = (name: string, x: readonly number[]): number[] => {
    const weight = tensors.get(`${name}.weight`)?.data ?? [];
    return Array.from(tensors.get(`${name}.bias`)?.data ?? [], (bias, o) =>
      x.reduce((sum, value, i) => sum + value * Number(weight[o * x.length + i]), Number(bias)),
    );
  };
  const codes = [...splits.validation].map((row) =>
    linear(
      'mu',
      Array.from({ length: 784 }, (_, i) => ((stored[784 * row + i] ?? 0) - shift[0]!) * scale[0]!),
    ),
  );
  expect(frame).toMatchObject({ node: 'z', width });
  expect([...(frame.points.label ?? [])]).toEqual([...splits.validation].map((row) => labels[row]));
  codes.forEach(([x = NaN, y = NaN], i) => {
    expect(frame.points.x[i]).toBeCloseTo(x, 4);
    expect(frame.points.y[i]).toBeCloseTo(y, 4);
  });
  // A cell off both middles, so that no axis can be another one, or the wrong way round.
  const { side, pixels } = frame.decoded;
  const [column, row] = [side - 2, 1];
  const means = Array.from(
    { length: width },
    (_, axis) => codes.reduce((sum, code) => sum + code[axis]!, 0) / codes.length,
  );
  const at = [
    frame.xMin + ((frame.xMax - frame.xMin) * (column + 0.5)) / side,
    frame.yMin + ((frame.yMax - frame.yMin) * (row + 0.5)) / side,
    ...means.slice(2),
  ];
  const white = bound?.storedDtype === 'u8' ? 1 : 255;
  const cell = (row * side + column) * 784;
  linear('dec', at).forEach((value, i) => {
    const shown = Math.max(0, Math.min(255, (value / scale[0]! + shift[0]!) * white));
    expect(Math.abs((pixels[cell + i] ?? NaN) - shown)).toBeLessThan(0.6);
  });
  expect(new Set(pixels.subarray(cell, cell + 784)).size).toBeGreaterThan(20);
});

test('nothing is told where nobody looks, and training is the same either way', async () => {
  const [seen, unseen] = await Promise.all(
    [10, 0].map(async (telemetryHz) => {
      const run = await startRun(autoencoder(2, 2), wasm(1), { telemetryHz });
      await run.ended();
      return run;
    }),
  );
  expect(unseen?.told.latents).toEqual([]);
  expect(seen?.told.latents.length).toBeGreaterThan(0);
  expect(seen?.points('test').at(-1)?.values).toEqual(unseen?.points('test').at(-1)?.values);
});
