/**
 * Rules of Keras models, without Python: what the code says follows from the network, images have their channels last
 * and are turned only where that matters, weights have the paths and the axes of Keras's variables.
 */
import { describe, expect, it } from 'vitest';
import type { WrittenModel } from '#engine/export/define.ts';
import { transposed } from '#engine/export/keras/weights.ts';
import { readSafetensors } from '#engine/export/safetensors.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { kerasModelOf, type KerasTrial } from '#test/support/kerasModel.ts';
import {
  chain,
  data,
  features,
  imageOf,
  LABEL,
  network,
  type NodeText,
  target,
} from '#test/support/network.ts';
import { problemOf } from '#test/support/problems.ts';

const LOSS: NodeText = ['loss', 'CrossEntropyLoss'];

function bytesIn(model: WrittenModel, path: string): Uint8Array {
  const file = 'folder' in model ? model.folder.find((entry) => entry.path === path) : undefined;
  if (!file || !('bytes' in file)) throw new Error(`no file ${path}`);
  return file.bytes;
}
const textIn = (model: WrittenModel, path: string): string =>
  new TextDecoder().decode(bytesIn(model, path));

/** Lines of build() that make a value. */
function linesOf(trial: KerasTrial): readonly string[] {
  const code = textIn(kerasModelOf(trial), 'model.py');
  const [, body = ''] =
    /"""\n((?: {4}.*\n)+?) {4}return keras/.exec(code.split('def build')[1] ?? '') ?? [];
  return body
    .trimEnd()
    .split('\n')
    .map((line) => line.trim());
}

const pictures = (...nodes: readonly NodeText[]): NetworkDocument =>
  chain(nodes, { fields: [imageOf(3, 8, 8), LABEL] });
const rows = (...nodes: readonly NodeText[]): NetworkDocument =>
  chain(nodes, { input: 'features', fields: [features(4), LABEL] });

describe('the code', () => {
  it('is what a person writes, with the names of the nodes', () => {
    const document = pictures(
      ['conv1', 'Conv2d', { outChannels: 6, kernelSize: [3, 3], padding: [1, 1] }],
      ['relu1', 'ReLU'],
      ['flat', 'Flatten'],
      ['fc1', 'Linear', { outFeatures: 10 }],
      LOSS,
    );
    expect(textIn(kerasModelOf({ document }), 'model.py')).toBe(`"""test: the network."""

from pathlib import Path

import keras
from keras import layers
from safetensors.numpy import load_file

FOLDER = Path(__file__).parent


def build() -> keras.Model:
    """Takes image (8, 8, 3); answers logits (10,)."""
    image = keras.Input((8, 8, 3), name="image")
    x = layers.Conv2D(6, 3, padding="same", name="conv1")(image)
    x = layers.ReLU(name="relu1")(x)
    x = layers.Permute((3, 1, 2))(x)
    x = layers.Flatten(name="flat")(x)
    fc1 = layers.Dense(10, name="fc1")(x)
    return keras.Model(image, fc1, name="test")


def load(weights: str | Path = FOLDER / "weights/trained.safetensors") -> keras.Model:
    """The network with weights from a file."""
    model = build()
    numbers = load_file(weights)
    for variable in model.weights:
        variable.assign(numbers[variable.path])
    return model
`);
  });
  it('turns an image only where the order of its numbers changes', () => {
    const flat = (channels: number, size: number): readonly string[] =>
      linesOf({
        document: chain([['flat', 'Flatten'], ['fc1', 'Linear'], LOSS], {
          fields: [imageOf(channels, size, size), LABEL],
        }),
      }).filter((line) => line.includes('Permute'));
    expect(flat(3, 4)).toHaveLength(1);
    expect(flat(1, 4)).toEqual([]);
    expect(flat(3, 1)).toEqual([]);
  });
  it('gives a row back as an image, at once where one channel is wanted', () => {
    const reshaped = (shape: readonly number[]) =>
      linesOf({
        document: rows(
          ['view', 'Reshape', { shape: [...shape] }],
          ['pad', 'ZeroPad2d'],
          ['f', 'Flatten'],
          LOSS,
        ),
      }).slice(1, -1);
    expect(reshaped([1, 2, 2])).toEqual([
      'x = layers.Reshape((2, 2, 1), name="view")(features)',
      'x = layers.ZeroPadding2D(((1, 1), (1, 1)), name="pad")(x)',
    ]);
    expect(reshaped([2, 2, 1])).toEqual([
      'x = layers.Reshape((2, 2, 1), name="view")(features)',
      'x = layers.Permute((2, 3, 1))(x)',
      'x = layers.ZeroPadding2D(((1, 1), (1, 1)), name="pad")(x)',
      'x = layers.Permute((3, 1, 2))(x)',
    ]);
  });
  it('brings what is joined to one layout', () => {
    const document = network(
      [
        data([imageOf(3, 4, 4)]),
        ['fc', 'Linear', { outFeatures: 4, lastDimension: true }],
        ['cat', 'Concat'],
        ['bn', 'BatchNorm2d'],
      ],
      ['data.image > fc.x', 'data.image > cat.a', 'fc.y > cat.b', 'cat.y > bn.x'],
    );
    const outputs = [{ name: 'out', from: { node: 'bn', port: 'y' } }];
    expect(linesOf({ document, outputs }).slice(1)).toEqual([
      'x = layers.Permute((3, 1, 2))(image)',
      'x = layers.Dense(4, name="fc")(x)',
      'x = layers.Concatenate(name="cat")([image, layers.Permute((2, 3, 1))(x)])',
      'bn = layers.BatchNormalization(momentum=0.9, epsilon=1e-5, name="bn")(x)',
    ]);
  });
  it('leaves out what a stride and a dilation together pass by', () => {
    const conv: NodeText = ['conv', 'Conv2d', { outChannels: 2, stride: [2, 1], dilation: [2, 2] }];
    expect(linesOf({ document: pictures(conv, ['flat', 'Flatten'], LOSS) }).slice(1, 3)).toEqual([
      'x = layers.Conv2D(2, 3, dilation_rate=2, name="conv")(image)',
      'x = x[:, ::2, :]',
    ]);
  });
  it('crops a transposed convolution where "same" is another size', () => {
    const after = (attrs: NonNullable<NodeText[2]>) =>
      linesOf({
        document: pictures(
          ['up', 'ConvTranspose2d', { outChannels: 1, ...attrs }],
          ['flat', 'Flatten'],
          LOSS,
        ),
      }).slice(1, -1);
    expect(after({ kernelSize: [4, 4], padding: [1, 1] })).toEqual([
      'x = layers.Conv2DTranspose(1, 4, strides=2, padding="same", name="up")(image)',
    ]);
    expect(after({ kernelSize: [3, 3], padding: [1, 1], outputPadding: [1, 1] })).toEqual([
      'x = layers.Conv2DTranspose(1, 3, strides=2, output_padding=1, name="up")(image)',
      'x = layers.Cropping2D(1)(x)',
    ]);
    expect(after({ kernelSize: [1, 1], stride: [2, 2] })).toEqual([
      'x = layers.Conv2DTranspose(1, 1, strides=2, name="up")(image)',
      'x = layers.Cropping2D(((0, 1), (0, 1)))(x)',
    ]);
  });
  it('calls a layer twice that two nodes share', () => {
    const document = network(
      [
        data([features(4), { ...features(4), name: 'other' }]),
        ['a', 'Linear', { outFeatures: 2 }],
        ['b', 'Linear', { outFeatures: 2 }],
        ['sum', 'Add'],
      ],
      ['data.features > a.x', 'data.other > b.x', 'a.y > sum.a', 'b.y > sum.b'],
    );
    const nodes = document.nodes.map((node) =>
      node.id === 'b' ? { ...node, sharesWith: { node: 'a', transposed: false } } : node,
    );
    const outputs = [{ name: 'out', from: { node: 'sum', port: 'y' } }];
    const trial = { document: { ...document, nodes }, outputs };
    expect(linesOf(trial).slice(2)).toEqual([
      'a_layer = layers.Dense(2, name="a")',
      'a = a_layer(features)',
      'x = a_layer(other)',
      'sum = layers.Add(name="sum")([a, x])',
    ]);
    const path = 'weights/trained.safetensors';
    const { tensors } = readSafetensors(bytesIn(kerasModelOf(trial), path), path);
    expect([...tensors.keys()]).toEqual(['a/kernel', 'a/bias']);
  });
  it('keeps to 88 columns and says which names are others', () => {
    const long = 'a_layer_whose_name_is_as_long_as_names_may_be_and_then_some_more';
    const model = kerasModelOf({
      document: rows([long, 'Linear'], ['keras', 'ReLU'], ['2 × b.c', 'Linear'], LOSS),
    });
    const lines = textIn(model, 'model.py').split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(88);
    expect(textIn(model, 'README.md')).toContain('`keras` is called `keras_2`');
    expect(textIn(model, 'README.md')).toContain('`2 × b.c` is called `_2_b_c`');
  });
});

describe('inputs and outputs', () => {
  const document = chain(
    [
      ['fc1', 'Linear', { outFeatures: 1 }],
      ['loss', 'MSELoss'],
    ],
    {
      ...{ input: 'features', target: 'target' },
      fields: [features(4), target(1)],
    },
  );
  it('are scaled by the model, or the README says how', () => {
    const scaling = () => ({ shift: [2], scale: [0.5] });
    expect(linesOf({ document, scaling }).slice(1, 2)).toEqual([
      'x = layers.Normalization(axis=None, mean=2, variance=4, name="scale_features")(',
    ]);
    const isImage = () => ({ shift: [0], scale: [1 / 255] });
    const image = pictures(['flat', 'Flatten'], LOSS);
    expect(linesOf({ document: image, scaling: isImage })[1]).toBe(
      'x = layers.Rescaling(1 / 255, name="scale_image")(image)',
    );
    expect(textIn(kerasModelOf({ document: image }), 'README.md')).toContain(
      '| `image` | `(8, 8, 3)` | as the data has it, channels last |',
    );
    const outside = kerasModelOf({ document, scaling, standardise: false });
    expect(textIn(outside, 'model.py')).not.toContain('Normalization');
    expect(textIn(outside, 'README.md')).toContain('scaled before: `(features - 2) * (1 / 2)`');
  });
  it('are scaled by a file where there are many numbers', () => {
    const each = Array.from({ length: 9 }, (_, k) => k + 1);
    const wide = chain([['fc1', 'Linear'], LOSS], {
      ...{ input: 'features', fields: [features(9), LABEL] },
    });
    const scaling = (field: { readonly role: string }) =>
      field.role === 'input' ? { shift: each, scale: each } : null;
    const model = kerasModelOf({ document: wide, scaling });
    expect(textIn(model, 'model.py')).toContain('mean=SCALING["features_mean"]');
    const paths = 'folder' in model ? model.folder.map(({ path }) => path) : [];
    expect(paths).toContain('weights/scaling.npz');
  });
  it('has probabilities where they are asked for, and the units of the data', () => {
    const scaling = ({ role }: { readonly role: string }) =>
      role === 'target' ? { shift: [3], scale: [0.5] } : null;
    expect(linesOf({ document, scaling }).at(-1)).toBe(
      'prediction_in_units = layers.Rescaling(2, offset=3, name="prediction_in_units")(x)',
    );
    const classes = rows(['fc1', 'Linear', { outFeatures: 10 }], LOSS);
    expect(linesOf({ document: classes, activates: true }).at(-1)).toBe(
      'probabilities = layers.Softmax(name="probabilities")(x)',
    );
  });
  it('leaves noise out and says so', () => {
    const model = kerasModelOf({ document: rows(['noise', 'Noise'], ['fc1', 'Linear'], LOSS) });
    expect(textIn(model, 'model.py')).not.toContain('noise');
    expect(model.notes).toEqual(['Noise is left out: noise.']);
  });
});

describe('what Keras has no equal of', () => {
  it('is named with its reason', async () => {
    const document = pictures(
      ['up', 'ConvTranspose2d', { outChannels: 3, groups: 3 }],
      ['flat', 'Flatten'],
      LOSS,
    );
    const problem = await problemOf(() => kerasModelOf({ document }));
    expect(problem).toMatchObject({ code: 'export.no-keras', path: 'up' });
    expect(problem.message).toBe(
      'up, a ConvTranspose2d, has no equal in Keras: its transposed convolution knows no groups.',
    );
  });
  it('are weights of a node that is computed later', async () => {
    const document = network(
      [
        data([features(4)]),
        ['dec', 'Linear', { outFeatures: 4 }],
        ['enc', 'Linear', { outFeatures: 4, bias: false }],
      ],
      ['data.features > dec.x', 'dec.y > enc.x'],
    );
    const nodes = document.nodes.map((node) =>
      node.id === 'dec' ? { ...node, sharesWith: { node: 'enc', transposed: true } } : node,
    );
    const outputs = [{ name: 'out', from: { node: 'enc', port: 'y' } }];
    const problem = await problemOf(() =>
      kerasModelOf({ document: { ...document, nodes }, outputs }),
    );
    expect(problem).toMatchObject({ code: 'export.sharing', path: 'dec' });
    expect(problem.message).toContain('of enc, which is not computed before');
  });
  it('is a loss', async () => {
    const outputs = [{ name: 'loss', from: { node: 'loss', port: 'loss' } }];
    const document = rows(['fc1', 'Linear'], LOSS);
    const problem = await problemOf(() => kerasModelOf({ document, outputs }));
    expect(problem).toMatchObject({ code: 'export.no-keras', path: 'loss' });
  });
});

describe('weights', () => {
  it('have the axes of their variables', () => {
    const data = Float32Array.from({ length: 24 }, (_, i) => i);
    const turned = transposed({ shape: [2, 3, 4], data }, [2, 0, 1]);
    expect(turned.shape).toEqual([4, 2, 3]);
    // At [k, i, j] stands what was at [i, j, k].
    const at = (k: number, i: number, j: number) => turned.data[(k * 2 + i) * 3 + j];
    expect([at(0, 0, 0), at(3, 1, 2), at(1, 0, 2)]).toEqual([0, 23, 9]);
  });
});
