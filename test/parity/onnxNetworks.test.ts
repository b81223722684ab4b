/**
 * Rule: an exported network answers as the network does, whatever the batch: every layer of the registry with its
 * switches turned, alone between data and output, and every example; with batch norm folded, too.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { analyse } from '#engine/check/analyse.ts';
import type { DataField, RawAttrs } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/index.ts';
import { restoreDocument } from '#engine/ir/restoreDocument.ts';
import type { LayerDefinition } from '#engine/layers/define.ts';
import '../support/allclose.ts';
import { attrsOf } from '../support/layerCase.ts';
import { type LayerTrial, layersWithInputs, trialsOf } from '../support/layerTrials.ts';
import { data, network } from '../support/network.ts';
import { problemOf } from '../support/problems.ts';
import { asInitialised } from '../support/randomNetwork.ts';
import { type OnnxAnswer, onnxTrial, type OnnxTrial } from '../support/onnxNetwork.ts';

const EXAMPLES = resolve(import.meta.dirname, '..', '..', 'resources', 'examples');

/** Largest difference in shares of the largest number: what an export may have (one part in 10,000). */
const worst = async (trial: OnnxTrial, batch: number): Promise<number> =>
  worstOf(await trial.answers(batch), batch);

function worstOf(answers: readonly OnnxAnswer[], batch: number): number {
  let most = 0;
  for (const { got, wanted, dims } of answers) {
    expect(got).toHaveLength(wanted.length);
    expect(dims[0]).toBe(batch);
    const size = Math.max(...wanted.map(Math.abs), 1e-6);
    wanted.forEach((value, i) => {
      most = Math.max(most, Math.abs((got[i] ?? NaN) - value) / size);
    });
  }
  return most;
}

/** The layer alone behind the data, each of its inputs a field. */
function alone(definition: LayerDefinition, { attrs, inputs }: LayerTrial): NetworkDocument {
  const fields = inputs.map(({ type: { dtype, shape, classes } }, i) => ({
    name: `x${i}`,
    role: dtype === 'i32' ? ('label' as const) : ('input' as const),
    dtype: dtype === 'i32' ? ('i32' as const) : ('f32' as const),
    shape: shape.slice(1),
    ...(classes === undefined ? {} : { classes }),
  }));
  const ports = definition.ports(attrsOf(definition.type, attrs)).in;
  return network(
    [data(fields), ['layer', definition.type, attrs]],
    ports.map((port, i) => `data.x${i} > layer.${port}`),
  );
}

const trials = layersWithInputs
  // What a loss says is of no use to who uses a model; noise is left out.
  .filter(({ role }) => role !== 'loss' && role !== 'noise' && role !== 'constant')
  .flatMap((definition) =>
    // Those that only training tells apart are exported twice, which is no harm.
    trialsOf(definition).map((trial) => [trial.title, definition, trial] as const),
  );

describe('layers', () => {
  it.each(trials)('%s', async (_title, definition, layerTrial) => {
    const [port = ''] = definition.ports(attrsOf(definition.type, layerTrial.attrs)).out;
    const outputs = [{ name: 'out', from: { node: 'layer', port } }];
    const trial = onnxTrial(alone(definition, layerTrial), outputs);
    // ONNX Runtime's recurrent cells compute sigmoid and tanh less exactly than its operators of these names.
    for (const batch of [1, 5]) expect(await worst(trial, batch)).toBeLessThan(5e-5);
  });

  it.each(trials)('%s in float16', async (_title, definition, layerTrial) => {
    const [port = ''] = definition.ports(attrsOf(definition.type, layerTrial.attrs)).out;
    const outputs = [{ name: 'out', from: { node: 'layer', port } }];
    for (const opset of [17, 21] as const) {
      const options = { opset, precision: { kind: 'float16' } } as const;
      // Weights as large as two would make a state of a recurrent layer another one within a few steps.
      const trial = onnxTrial(alone(definition, layerTrial), outputs, {
        ...{ options, rangeOf: asInitialised },
      });
      // Eleven bits of each number; sums of many lose a few of them.
      expect(await worst(trial, 5)).toBeLessThan(0.02);
    }
  });

  const weighted = trials.filter(([, { params }]) => params !== undefined);
  it.each(weighted)('%s with int8', async (_title, definition, layerTrial) => {
    const [port = ''] = definition.ports(attrsOf(definition.type, layerTrial.attrs)).out;
    const outputs = [{ name: 'out', from: { node: 'layer', port } }];
    const trial = onnxTrial(alone(definition, layerTrial), outputs);
    // Seven bits and a sign for each factor; of a layer of several products each adds its share.
    const types = layerTrial.inputs.map(({ type }) => type);
    const attrs = attrsOf(definition.type, layerTrial.attrs);
    const tensors = Object.values(definition.params?.(types, attrs) ?? {});
    const products = tensors.filter(({ shape }) => shape.length > 1).length;
    expect(worstOf(await trial.answersInEightBits(5), 5)).toBeLessThan(
      0.02 * Math.max(1, products),
    );
  });
});

it.each([
  ['Conv1d', 'Conv'],
  ['ConvTranspose1d', 'ConvTranspose'],
  ['MaxPool1d', 'MaxPool'],
  ['AvgPool1d', 'AveragePool'],
])('%s is %s of one dimension', (type, operator) => {
  const sequence = { name: 'x', role: 'input', dtype: 'f32', shape: [4, 9] } as const;
  const document = network(
    [data([sequence]), ['first', type, { kernelSize: 3 }], ['act', 'ReLU'], ['second', type]],
    ['data.x > first.x', 'first.y > act.x', 'act.y > second.x'],
  );
  const { file } = onnxTrial(document, [{ name: 'out', from: { node: 'second', port: 'y' } }]);
  expect([...file.operators]).toEqual([
    [operator, 2],
    ['Relu', 1],
  ]);
});

it('refuses a constant that no input tells the batch of, and writes it for a batch that is said', async () => {
  const document = network([data(), ['ones', 'FullLike', { value: 3 }]], ['data.image > ones.x']);
  const outputs = [{ name: 'out', from: { node: 'ones', port: 'y' } }];
  const problem = await problemOf(() => onnxTrial(document, outputs));
  expect(problem.code).toBe('export.no-input');
  const [answer] = await onnxTrial(document, outputs, { options: { batch: 2 } }).answers(2);
  expect(answer?.got).toEqual(answer?.wanted);
  expect(answer?.dims).toEqual([2, 1, 28, 28]);
});

const IMAGES: DataField = { name: 'x', role: 'input', dtype: 'f32', shape: [4, 5, 6] };
const SEQUENCES: DataField = { ...IMAGES, shape: [4, 9] };

describe('batch norm is folded into what is before it', () => {
  it.each<readonly [string, DataField, string, RawAttrs]>([
    ['images', IMAGES, 'Conv2d', { outChannels: 6, groups: 2 }],
    ['images, transposed', IMAGES, 'ConvTranspose2d', { outChannels: 6, groups: 2 }],
    ['sequences', SEQUENCES, 'Conv1d', { outChannels: 6, kernelSize: 3, dilation: 2 }],
    ['sequences without a bias', SEQUENCES, 'Conv1d', { outChannels: 6, groups: 2, bias: false }],
    ['sequences, transposed', SEQUENCES, 'ConvTranspose1d', { outChannels: 6, groups: 2 }],
  ])('%s', async (_title, field, type, attrs) => {
    const norm = field === IMAGES ? 'BatchNorm2d' : 'BatchNorm1d';
    const document = network(
      [data([field]), ['conv', type, attrs], ['norm', norm]],
      ['data.x > conv.x', 'conv.y > norm.x'],
    );
    const outputs = [{ name: 'out', from: { node: 'norm', port: 'y' } }];
    const trial = onnxTrial(document, outputs, { options: { foldBatchNorm: true } });
    expect([...trial.file.operators.keys()]).toEqual([
      type.includes('Transpose') ? 'ConvTranspose' : 'Conv',
    ]);
    expect(await worst(trial, 3)).toBeLessThan(1e-6);
  });
});

const examples = readdirSync(EXAMPLES)
  .filter((name) => name.endsWith('.netloom.json'))
  .map((name) => name.replace('.netloom.json', ''));

describe('examples', () => {
  it.each(examples)('%s', async (name) => {
    const text = readFileSync(join(EXAMPLES, `${name}.netloom.json`), 'utf8');
    const restored = restoreDocument(JSON.parse(text));
    if (!restored.ok) throw new Error(JSON.stringify(restored.problems));
    const { document } = restored;
    const { heads } = analyse(document);
    const outputs = heads.flatMap(({ loss, prediction }) =>
      prediction ? [{ name: `${loss}.prediction`, from: prediction }] : [],
    );
    const [first] = heads[0]?.inputFields ?? [];
    // Indices are never scaled.
    const normalised = first?.field.dtype === 'f32' ? [first.field.name] : [];
    // With weights of one half to two the scores of attention are in the hundreds; softmax makes an error of one
    // in a million of such a score a hundred times as large.
    const attends = document.nodes.some(({ type }) => type.startsWith('Transformer'));
    for (const foldBatchNorm of [false, true]) {
      const trial = onnxTrial(document, outputs, { options: { foldBatchNorm }, normalised });
      expect(await worst(trial, 3)).toBeLessThan(attends ? 1e-4 : 1e-5);
      expect(trial.file.operators.has('BatchNormalization')).toBe(
        !foldBatchNorm && document.nodes.some(({ type }) => type.startsWith('BatchNorm')),
      );
    }
  });
});
