/** Expression: formulas that people write, with their mistakes told by place, and numbers that are trained. */
import { describe, expect, test } from 'vitest';
import '#test/support/allclose.ts';
import { staticPicture } from '#engine/drawing/staticPicture.ts';
import { analyse } from '#engine/check/analyse.ts';
import type { RawAttrs } from '#engine/ir/attrs.ts';
import { ShapeError } from '#engine/ir/problem.ts';
import { layer } from '#engine/layers/index.ts';
import { attrsOf, gradientFailures, infer, runLayer, type } from '#test/support/layerCase.ts';
import { data, network } from '#test/support/network.ts';
import { tensor, uniformTensor } from '#test/support/random.ts';

const of = (formula: string, attrs: RawAttrs = {}) => ({ formula, ...attrs });
const ports = (attrs: RawAttrs) => layer('Expression').ports(attrsOf('Expression', attrs));

function message(attrs: RawAttrs): string {
  try {
    infer('Expression', [type('N', 4)], attrs);
  } catch (error) {
    if (error instanceof ShapeError) return `${error.detail.path ?? ''}: ${error.message}`;
    throw error;
  }
  return '';
}

test('names become inputs, in the order in which they come, unless they are trained', () => {
  expect(ports({})).toEqual({ in: ['x'], out: ['y'] });
  expect(ports(of('a * tanh(b) + a'))).toEqual({ in: ['a', 'b'], out: ['y'] });
  expect(ports(of('beta * x', { parameters: 'beta' }))).toEqual({ in: ['x'], out: ['y'] });
  expect(ports(of('x - y'))).toEqual({ in: ['x', 'y'], out: ['out'] });
});
test('while it cannot be read the inputs it seems to have stay', () => {
  expect(ports(of('a * tanh(b) +')).in).toEqual(['a', 'b']);
  expect(ports(of('(')).in).toEqual(['x']);
});
test('shapes broadcast', () => {
  const shapes = [type('N', 3, 4, 4), type('N', 1, 4, 4)];
  expect(infer('Expression', shapes, of('a * b'))).toEqual([['N', 3, 4, 4]]);
  expect(() => infer('Expression', [type('N', 3), type('N', 4)], of('a * b'))).toThrow(
    'Expression takes shapes that fit number by number but gets 3 and 4.',
  );
});

const xs = [-2, -0.5, 0.25, 3];
const at = (formula: string, values = xs) =>
  runLayer({
    type: 'Expression',
    attrs: of(formula),
    inputs: [tensor([1, values.length], values)],
  }).outputs[0];
test.each<readonly [string, (x: number) => number]>([
  ['x * sigmoid(x)', (x) => x / (1 + Math.exp(-x))],
  ['silu(x)', (x) => x / (1 + Math.exp(-x))],
  ['2 - x / 4 + pi', (x) => 2 - x / 4 + Math.PI],
  ['-(x ** 3) + 1 / x', (x) => -(x ** 3) + 1 / x],
  ['x ** -2 - x ** 0', (x) => x ** -2 - 1],
  ['sin(pi * x) - cos(x) ** 2', (x) => Math.sin(Math.PI * x) - Math.cos(x) ** 2],
  ['pow(2, x)', (x) => 2 ** x],
  ['abs(x) ** 1.5', (x) => Math.abs(x) ** 1.5],
  ['clamp(x, -1, 1)', (x) => Math.min(1, Math.max(-1, x))],
  ['sign(x) * sqrt(abs(x))', (x) => Math.sign(x) * Math.sqrt(Math.abs(x))],
  ['x > 0 ? x : 0.1 * x', (x) => (x > 0 ? x : 0.1 * x)],
  ['where(x >= 3, 1, log(1 + exp(x)))', (x) => (x >= 3 ? 1 : Math.log(1 + Math.exp(x)))],
  ['(x <= 0.25) + (x != 3) + (1 < x)', (x) => +(x <= 0.25) + +(x !== 3) + +(1 < x)],
  ['max(x, min(0.5 * x, 2)) + square(x)', (x) => Math.max(x, Math.min(0.5 * x, 2)) + x * x],
  [
    'softplus(x) - relu(x) + tanh(+x)',
    (x) => Math.log1p(Math.exp(x)) - Math.max(0, x) + Math.tanh(x),
  ],
])('%s', (formula, wanted) => {
  expect(at(formula)).toBeAllclose(xs.map(wanted), { rtol: 1e-12 });
});

test.each([
  [
    'x +',
    'attrs.formula: The formula cannot be read: Expected expression after +. It is at character 4.',
  ],
  [
    'x * sigmod(x)',
    'attrs.formula: There is no function "sigmod". Did you mean sigmoid? It is at character 5.',
  ],
  ['max(x)', 'attrs.formula: max takes 2 numbers, not 1. It is at character 1.'],
  [
    'x ^ 2',
    'attrs.formula: "^" has no meaning here. Powers are written x ** 2. It is at character 3.',
  ],
  [
    '-x ** 2',
    'attrs.formula: A sign before a power can be read in two ways: write -(x ** 2) or pow(-x, 2). It is at character 4.',
  ],
  [
    '2 x',
    'attrs.formula: There is more than one formula: an operator is missing between two parts.',
  ],
  ['1 / 0 + x', 'attrs.formula: The formula has a part that is no number: div of 1 and 0.'],
  ['1 + 2', 'attrs.formula: The formula names no input, such as x.'],
  ['in + 1', 'attrs.formula: "in" is a word of Python: call it otherwise. It is at character 1.'],
  ['x + "a"', 'attrs.formula: "a" is no number. It is at character 5.'],
])('%s is refused by its place', (formula, wanted) => {
  expect(message(of(formula))).toBe(wanted);
});
test.each([
  ['beta =', 'attrs.parameters: beta begins at a number, such as beta = 1. It is at character 1.'],
  ['beta = 1, beta', 'attrs.parameters: beta is there twice. It is at character 10.'],
  ['exp', 'attrs.parameters: "exp" has a meaning in formulas already. It is at character 1.'],
  ['gamma = 2', 'attrs.parameters: The formula does not name gamma, so it would not be trained.'],
])('trained numbers %s are refused', (parameters, wanted) => {
  expect(message(of('x * beta', { parameters }))).toBe(wanted);
});

describe('trained numbers', () => {
  const attrs = of('alpha * x * sigmoid(beta * x)', {
    parameters: 'alpha = 1, beta = 0.5',
    perChannel: true,
  });
  test('begin as they are told, once or for each channel', () => {
    const params = (raw: RawAttrs) =>
      layer('Expression').params?.([type('N', 3, 2, 2)], attrsOf('Expression', raw));
    expect(params(attrs)).toMatchObject({ alpha: { shape: [3] }, beta: { shape: [3] } });
    expect(params({ ...attrs, perChannel: false })).toEqual({
      alpha: { shape: [1], init: { kind: 'constant', value: 1 } },
      beta: { shape: [1], init: { kind: 'constant', value: 0.5 } },
    });
  });
  test('have gradients', () => {
    const inputs = [uniformTensor([2, 3, 2])];
    expect(gradientFailures({ type: 'Expression', attrs, inputs })).toEqual([]);
  });
});
test.each([
  'a ** 2 * b - max(a, b)',
  'sin(a * b) + cos(b)',
  'where(a > b, tanh(a), exp(b))',
  'pow(2 + sigmoid(a), b)',
])('gradients of %s', (formula) => {
  const inputs = [uniformTensor([3, 4]), uniformTensor([3, 4], { seed: 2 })];
  expect(gradientFailures({ type: 'Expression', attrs: of(formula), inputs })).toEqual([]);
});
test('PyTorch gets a class, told apart by its formula', () => {
  const { torch, torchCode } = layer('Expression');
  const attrs = attrsOf('Expression', of('-(x + 1) ** 2 * (x > 0)'.replace('-(', '3 * ('), {}));
  const [first, second] = [attrs, attrsOf('Expression', of('beta * x', { parameters: 'beta' }))];
  expect(torch?.(first, [type('N', 3)])).toMatch(/^Formula[0-9a-f]{8}\(\)$/);
  expect(torch?.(first, [type('N', 3)])).not.toBe(torch?.(second, [type('N', 3)]));
  expect(torchCode?.definition?.(first)).toContain(
    'return 3 * (x + 1) ** 2 * torch.where(0 < x, 1.0, 0.0)',
  );
  expect(torchCode?.definition?.(second)).toContain(
    'self.beta = nn.Parameter(torch.full((channels,), 1.0))',
  );
});
test('trained numbers are called as they like, also as what PyTorch has of every module', () => {
  const { torchCode } = layer('Expression');
  const attrs = of('train * x + _own', { parameters: 'train = 2, _own' });
  expect(torchCode?.definition?.(attrsOf('Expression', attrs))).toContain(`
        self._parameters["train"] = nn.Parameter(torch.full((channels,), 2.0))
        self._parameters["_own"] = nn.Parameter(torch.full((channels,), 1.0))
`);
});
test('what is longer than a line of Python is computed in parts', () => {
  const long = Array.from({ length: 12 }, (_, k) => `sin(x * ${k}) ** 2`).join(' + ');
  const written = String(
    layer('Expression').torchCode?.definition?.(attrsOf('Expression', of(long))),
  );
  const lines = written.split('\n');
  expect(lines.filter((line) => line.length > 88)).toEqual([]);
  expect(lines.filter((line) => line.includes('part_1'))).toHaveLength(2);
  // Each part stands before what needs it.
  expect(lines.at(-2)).toMatch(/^ {8}return /);
});
test('Keras gets a class where numbers are trained, a line where none are', () => {
  const form = (attrs: RawAttrs) =>
    layer('Expression').keras?.form(
      attrsOf('Expression', attrs),
      [type('N', 3, 5), type('N', 3, 5)],
      (axis) => (axis === 1 ? 2 : axis - 1),
      0,
    );
  const trained = form(of('a * sin(beta * b)', { parameters: 'beta = 2', perChannel: true }));
  if (!trained || !('steps' in trained)) throw new Error('Keras has it');
  const [step] = trained.steps;
  expect(step).toMatchObject({ args: ['(1, 3)'], variables: { beta: { name: 'beta' } } });
  expect(step && 'definitions' in step ? step.definitions.join('') : '').toContain(`
    def call(self, inputs):
        a, b = inputs
        beta = self.trained["beta"]
        return a * ops.sin(beta * b)
`);
  const plain = form(of('a * cos(b)'));
  if (!plain || !('steps' in plain)) throw new Error('Keras has it');
  expect(plain.steps[0]).not.toHaveProperty('definitions');
});
test('of one input the card has its curve, at what is trained as it begins', () => {
  const document = network(
    [
      data([{ name: 'x', role: 'input', dtype: 'f32', shape: [4] }]),
      ['f', 'Expression', of('beta * relu(x)', { parameters: 'beta = 3' })],
    ],
    ['data.x > f.x'],
  );
  const node = analyse(document).nodes.get('f');
  const picture = node && staticPicture(node);
  if (picture?.kind !== 'curve') throw new Error(`a ${picture?.kind ?? 'nothing'}`);
  expect([...picture.ys]).toEqual([...picture.xs].map((x) => 3 * Math.max(0, x)));
});
