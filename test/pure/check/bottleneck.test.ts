/** Rule: the bottleneck is the narrowest vector that all of what is rebuilt passes through; others have none. */
import { expect, test } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import { restoreDocumentText } from '#engine/ir/restoreDocument.ts';
import { readFileSync } from 'node:fs';
import { example } from '#test/support/cli.ts';
import { chain, data, features, network } from '#test/support/network.ts';

function ofExample(name: string) {
  const restored = restoreDocumentText(readFileSync(example(name), 'utf8'));
  if (!restored.ok) throw new Error(name);
  return analyse(restored.document).bottleneck;
}

test('of a variational autoencoder what is drawn: mean and variance are two ways to it', () => {
  const from = { node: 'z', port: 'z' };
  expect(ofExample('digits-vae')).toEqual({ from, width: 2, loss: 'rebuilt' });
});
test('the first of those that are as narrow', () => {
  const from = { node: 'bottleneck', port: 'y' };
  expect(ofExample('denoising-autoencoder')).toEqual({ from, width: 32, loss: 'loss' });
});
test.each(['digits-mlp', 'digits-gan', 'inpainting-unet', 'shapes-tasks', 'regression'])(
  'none of %s, which rebuilds nothing, or not from a vector',
  (name) => {
    expect(ofExample(name)).toBeNull();
  },
);
test('none where a way leads around it', () => {
  const wires = [
    ...['data.features > enc.x', 'enc.y > dec.x', 'dec.y > sum.a'],
    ...['data.features > around.x', 'around.y > sum.b'],
    ...['sum.y > loss.prediction', 'data.features > loss.target'],
  ];
  const nodes = [
    data([features(8)]),
    ['enc', 'Linear', { outFeatures: 2 }],
    ['dec', 'Linear', { outFeatures: 8 }],
    ['around', 'Linear', { outFeatures: 8 }],
    ['sum', 'Add'],
    ['loss', 'MSELoss'],
  ] as const;
  expect(analyse(network(nodes, wires)).bottleneck).toBeNull();
  const straight = chain([nodes[1], nodes[2], nodes[5]], {
    ...{ input: 'features', target: 'features', fields: [features(8)] },
  });
  expect(analyse(straight).bottleneck).toMatchObject({ from: { node: 'enc' }, width: 2 });
});
