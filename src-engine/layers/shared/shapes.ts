/**
 * What layers demand of their inputs, in words for people and with the fix at hand. The net below,
 * in terms of ops, is ops/shapes.ts. Position 0 of a shape is the batch.
 */
import { ShapeError } from '#engine/ir/problem.ts';
import type { LayerFix } from '#engine/ir/layerFix.ts';
import { type Shape, type TensorType, formatShape } from '#engine/ir/tensor.ts';

/** `1×28×28`: a sample without its batch, `one number` for a scalar per sample. */
export function formatSample(shape: Shape): string {
  return shape.length <= 1 ? 'one number' : formatShape(shape.slice(1));
}

/** Sizes of one sample; the batch, bound or not, is left out. */
export function sampleShape(shape: Shape): readonly number[] {
  return shape.slice(1).filter((dim): dim is number => typeof dim === 'number');
}

export function sampleSize(shape: Shape): number {
  return sampleShape(shape).reduce((product, dim) => product * dim, 1);
}

/** A size that has to be there: the caller has checked the rank. */
export function dim(shape: Shape, axis: number): number {
  const size = shape[axis];
  if (typeof size !== 'number') {
    throw new ShapeError('shape.rank', `${formatShape(shape)} has no size ${axis}.`);
  }
  return size;
}

/** The type with another sample shape; the batch stays as it is, and what numbers of it mean. */
export function withSample(x: TensorType, sample: readonly number[]): TensorType {
  return { ...x, shape: [...x.shape.slice(0, 1), ...sample] };
}

/** Everything but a loss has one result per sample; a loss has one for the batch. */
export function needSamples(layer: string, x: TensorType, port = 'x'): void {
  if (x.shape.length > 0) return;
  throw new ShapeError(
    'shape.no-samples',
    `${layer} takes something for each sample but gets one number for the whole batch.`,
    {
      port,
      explanation: 'A loss ends the graph; nothing computes with it.',
      fixes: [{ kind: 'disconnect', port }],
    },
  );
}

export function needNumbers(layer: string, x: TensorType, port = 'x'): void {
  needSamples(layer, x, port);
  if (x.dtype === 'f32') return;
  const isMany = x.shape.length > 1;
  const what = x.classes === undefined ? 'whole numbers' : isMany ? 'indices' : 'class labels';
  throw new ShapeError('shape.dtype', `${layer} computes with numbers but gets ${what}.`, {
    port,
    explanation:
      'Indices are names of classes or tokens. A loss takes them as its target, and Embedding makes vectors of them.',
    fixes: x.classes === undefined ? [] : [{ kind: 'insert', port, type: 'Embedding' }],
  });
}

/** `[N, F]`. */
export function needVector(layer: string, x: TensorType, port = 'x'): void {
  needNumbers(layer, x, port);
  if (x.shape.length === 2) return;
  const flat = x.shape.length > 2;
  throw new ShapeError(
    'shape.needs-vector',
    `${layer} takes a flat vector but gets ${formatSample(x.shape)}.`,
    {
      port,
      fixes: [
        flat ? FLATTEN(port) : { kind: 'insert', port, type: 'Reshape', attrs: { shape: [1] } },
      ],
    },
  );
}

const FLATTEN = (port: string): LayerFix => ({ kind: 'insert', port, type: 'Flatten' });

/** `[N, C, H, W]`. */
export function needImage(layer: string, x: TensorType, port = 'x'): void {
  needNumbers(layer, x, port);
  if (x.shape.length === 4) return;
  const sample = sampleShape(x.shape);
  throw new ShapeError(
    'shape.needs-image',
    `${layer} takes images, channels×height×width, but gets ${formatSample(x.shape)}.`,
    {
      port,
      explanation: 'Reshape gives the numbers of a sample an image shape again.',
      fixes: [{ kind: 'insert', port, type: 'Reshape', attrs: { shape: likelyImage(sample) } }],
    },
  );
}

/** The image these numbers most likely were: square, of one or three channels. */
export function likelyImage(sample: readonly number[]): readonly number[] {
  const [first = 1, second = 1] = sample;
  if (sample.length === 2) return [1, first, second];
  const count = sample.reduce((product, size) => product * size, 1);
  for (const channels of [1, 3]) {
    const side = Math.sqrt(count / channels);
    if (Number.isInteger(side)) return [channels, side, side];
  }
  return [count, 1, 1];
}

/** `3` or `3×5`. */
export function formatPair([height, width]: readonly [number, number]): string {
  return height === width ? `${height}` : `${height}×${width}`;
}

/** Python for a pair: `3` or `(3, 5)`. */
export function pythonPair([height, width]: readonly [number, number]): string {
  return height === width ? `${height}` : `(${height}, ${width})`;
}

/** The given Python arguments, those that are undefined left out: `nn.Linear(784, 10, bias=False)`. */
export function pythonCall(
  name: string,
  ...args: readonly (string | number | undefined)[]
): string {
  return `${name}(${args.filter((arg) => arg !== undefined).join(', ')})`;
}

/** `(1, 2)`, of one number `(1,)`: a comma after several would break the line. */
export const pythonTuple = (numbers: readonly number[]): string =>
  numbers.length === 1 ? `(${numbers.join('')},)` : `(${numbers.join(', ')})`;

/** A tensor of numbers, none of them an integer to PyTorch; on the device of what `beside` names. */
export function torchNumbers(values: readonly number[], beside?: string): string {
  const numbers = values.map((value) => (Number.isInteger(value) ? value.toFixed(1) : value));
  const device = beside === undefined ? undefined : `device=${beside}.device`;
  return pythonCall('torch.tensor', `[${numbers.join(', ')}]`, device);
}

/** A keyword argument of such a call; undefined where it is PyTorch's default. */
export const pythonPairKeyword = (
  name: string,
  pair: readonly [number, number],
  usual: number,
): string | undefined =>
  pair.every((size) => size === usual) ? undefined : `${name}=${pythonPair(pair)}`;

export const pythonKeyword = (name: string, value: number, usual: number): string | undefined =>
  value === usual ? undefined : `${name}=${value}`;
