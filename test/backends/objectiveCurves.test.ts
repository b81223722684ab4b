/**
 * Rules of a run with several objectives: the curve tells the loss, the rate and the gradient's norm of each beside
 * those of all; what it generates is shown, from the same random numbers each time.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { fileStore, startRun, wasm } from '#test/support/engineRun.ts';
import { example } from '#test/support/cli.ts';

function gan() {
  const restored = restoreDocumentText(readFileSync(example('digits-gan'), 'utf8'));
  if (!restored.ok) throw new Error('the example is broken');
  const { document } = restored;
  const nodes = document.nodes.map((node) =>
    node.id === 'data' ? { ...node, attrs: { ...node.attrs, options: { count: 400 } } } : node,
  );
  return { ...document, nodes };
}

test('a GAN tells of each of its objectives, and shows its fakes', async () => {
  const run = await startRun(gan(), wasm(1), { maxSteps: 12, telemetryHz: 1000 }, fileStore().host);
  expect((await run.ended()).state).toBe('finished');
  const points = run.points('train').map(({ values }) => values);
  for (const values of points) {
    const [d, g] = [values['Discriminator.loss'] ?? NaN, values['Generator.loss'] ?? NaN];
    expect(d + g).toBeCloseTo(values['loss'] ?? NaN, 4);
    expect(values['Generator.learningRate']).toBe(2e-4);
  }
  const last = points.at(-1) ?? {};
  const judged = run.points('validation').at(-1)?.values ?? {};
  // The same answers: what one objective wants to be high and the other to be low.
  expect(judged['loss_fake.meanAnswer']).toBe(judged['loss_fool.meanAnswer']);
  for (const key of ['loss_real.meanAnswer', 'loss_fake.meanAnswer']) {
    for (const value of [last[key], judged[key]]) {
      expect(value).toBeGreaterThan(0.2);
      expect(value).toBeLessThan(0.8);
    }
  }
  expect(judged['Discriminator.loss']).toBeCloseTo(
    (judged['loss_real.loss'] ?? NaN) + (judged['loss_fake.loss'] ?? NaN),
    12,
  );
  const [d, g] = [last['Discriminator.gradientNorm'] ?? NaN, last['Generator.gradientNorm'] ?? NaN];
  expect(Math.hypot(d, g)).toBeCloseTo(last['gradientNorm'] ?? NaN, 4);
  const frames = run.told.samples.map(({ frame }) => frame);
  const fakes = frames.flatMap((frame) => (frame.kind === 'generated' ? [frame] : []));
  expect(fakes.length).toBe(frames.length);
  expect(fakes.at(-1)?.images).toHaveLength(24);
  expect(fakes.at(-1)?.images[0]).toMatchObject({ channels: 1, height: 28, width: 28 });
  expect(fakes.at(-1)?.images[0]?.pixels).not.toEqual(fakes[0]?.images[0]?.pixels);
});
