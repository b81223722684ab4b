/** Our layers, their gradients and buffers against the PyTorch modules they stand for, in float64. */
import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { tensorType } from '#engine/ir/tensor.ts';
import { layer, layers } from '#engine/layers/index.ts';
import '../support/allclose.ts';
import {
  attrsOf,
  type LayerCase,
  layerGradients,
  type Mode,
  runLayer,
} from '../support/layerCase.ts';
import { type TestTensor, tensor } from '../support/random.ts';
import written from './torch_layers.json' with { type: 'json' };
import { dyOf, TORCH_TRIALS, torchAnswers, torchTrialsOf } from './torchTrials.ts';
import type { WrittenTensor } from './torchValues.ts';

/** Rounding of float64 only; sums run in another order. */
const CLOSE = { rtol: 1e-9, atol: 1e-12 };
/** Where PyTorch's own numbers are less than that: its gradient multiplies by a sixth as float32 has it. */
const TORCH_ROUNDS: Readonly<Record<string, typeof CLOSE>> = {
  Hardsigmoid: { rtol: 6e-8, atol: 1e-12 },
};

interface TorchLayer {
  readonly type: string;
  readonly attrs: RawAttrs;
  readonly code: string;
  readonly mode: Mode;
  readonly inputs: readonly (WrittenTensor & { readonly dtype: 'f32' | 'i32' })[];
  readonly classes?: number;
  readonly tensors: Readonly<Record<string, WrittenTensor>>;
  readonly output: WrittenTensor;
  readonly dy: WrittenTensor;
  readonly gradients: Readonly<Record<string, WrittenTensor>>;
  readonly buffers: Readonly<Record<string, WrittenTensor>>;
}

// JSON has no tuples and no literal types; torch_layers.py writes exactly this form.
const { torch, cases } = written as unknown as {
  readonly torch: string;
  readonly cases: readonly TorchLayer[];
};

const plain = ({ shape, values }: WrittenTensor): TestTensor => tensor(shape, values);

function caseOf({ type, attrs, mode, inputs, classes, tensors }: TorchLayer): LayerCase {
  return {
    type,
    attrs,
    mode,
    inputs: inputs.map(({ shape, values, dtype }) => ({
      type: { ...tensorType(shape, dtype), ...(dtype === 'i32' && classes ? { classes } : {}) },
      values,
    })),
    tensors: Object.fromEntries(Object.entries(tensors).map(([key, each]) => [key, plain(each)])),
  };
}

describe(`PyTorch ${torch}`, () => {
  test.each(cases)('$type $code $mode', (each) => {
    const ours = caseOf(each);
    const types = ours.inputs.map((input) => input.type);
    expect(layer(each.type).torch?.(attrsOf(each.type, each.attrs), types)).toBe(each.code);

    const { types: outputs, outputs: values, buffers } = runLayer(ours);
    expect(outputs[0]?.shape).toEqual(each.output.shape);
    expect(values[0]).toBeAllclose(each.output.values, CLOSE);
    expect(Object.keys(buffers).toSorted()).toEqual(Object.keys(each.buffers).toSorted());
    for (const [key, { values: expected }] of Object.entries(each.buffers)) {
      expect(buffers[key]).toBeAllclose(expected, CLOSE);
    }
    const gradients = layerGradients(ours, plain(each.dy));
    for (const [name, { values: expected }] of Object.entries(each.gradients)) {
      expect(gradients.get(name), name).toBeAllclose(expected, CLOSE);
    }
  });
});

/** With a module or an expression of PyTorch's that means the same, or a class made of such; the others are ours. */
const named = [...layers.values()].filter(
  ({ torch: code, torchCode, role }) =>
    /\bnn\./.test(String(code)) ||
    (torchCode?.call && !torchCode.definition) ||
    (torchCode?.definition && role !== 'noise'),
);

test('most layers are written by hand in torch_layers.py', () => {
  const byHand = new Set(cases.map(({ type }) => type));
  expect(named.filter(({ type }) => byHand.has(type)).length).toBeGreaterThan(10);
});

test('no numbers are kept of layers that are gone', () => {
  const tried = named.filter((definition) => torchTrialsOf(definition).length > 0);
  const files = tried.map(({ type }) => `${type}.json`);
  expect(readdirSync(TORCH_TRIALS).toSorted()).toEqual(files.toSorted());
});

describe.each(named)('$type by itself', (definition) => {
  const trials = torchTrialsOf(definition);
  const { results, stale } = torchAnswers(definition, trials);

  test('PyTorch was asked what exports write', () => {
    expect(stale, 'npm run derive asks PyTorch anew').toEqual([]);
  });
  test.each(trials.map((trial, k) => ({ trial, k })))('$trial.title', ({ trial, k }) => {
    const expected = results[k];
    if (!expected) throw new Error('PyTorch was not asked for this: npm run derive');
    const ours = runLayer(trial);
    expect(ours.outputs.flat()).toBeAllclose(expected.output.values, CLOSE);
    expect(Object.keys(ours.buffers).toSorted()).toEqual(Object.keys(expected.buffers).toSorted());
    for (const [key, { values }] of Object.entries(expected.buffers)) {
      expect(ours.buffers[key]).toBeAllclose(values, CLOSE);
    }
    const gradients = layerGradients(trial, dyOf(expected.output.shape));
    for (const [name, { values }] of Object.entries(expected.gradients)) {
      const close = own(TORCH_ROUNDS, trial.type) ?? CLOSE;
      expect(gradients.get(name), name).toBeAllclose(values, close);
    }
  });
});
