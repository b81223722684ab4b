/** Joins branches along the channels (dimension 1). Reference: torch.cat. */
import { ShapeError } from '../ir/problem.ts';
import type { LayerFix } from '../ir/layerFix.ts';
import { sameShape, type Shape, type TensorType } from '../ir/tensor.ts';
import { defineLayer } from './define.ts';
import { channelAxis, kerasLayer } from './shared/keras.ts';
import { dim, formatSample, needNumbers } from './shared/shapes.ts';
import { portNames } from './shared/slices.ts';

export default defineLayer({
  type: 'Concat',
  label: 'Concat',
  category: 'Merge',
  role: 'transform',
  doc: 'Puts branches side by side: channels of images, features of vectors. The other sizes must agree.',
  formula: 'y = [a, b, \\ldots]',
  keywords: ['concatenate', 'join', 'merge', 'cat', 'skip'],
  idPrefix: 'cat',
  attrs: {
    inputs: { kind: 'int', default: 2, min: 2, max: 16, help: 'How many branches are joined.' },
  },
  ports: ({ inputs }) => ({ in: portNames(inputs), out: ['y'] }),
  summary: ({ inputs }) => `${inputs} inputs`,
  infer(inputs: readonly TensorType[]) {
    const [first] = inputs;
    if (!first) throw new ShapeError('shape.concat-empty', 'Concat has no input.');
    inputs.forEach((input, index) => {
      const port = portNames(index + 1)[index] ?? '';
      needNumbers('Concat', input, port);
      const rest = (shape: TensorType['shape']) => shape.filter((_, axis) => axis !== 1);
      if (input.shape.length < 2 || !sameShape(rest(first.shape), rest(input.shape))) {
        const shapes = `${formatSample(first.shape)} and ${formatSample(input.shape)}`;
        throw new ShapeError('shape.concat-mismatch', `Concat cannot join ${shapes}.`, {
          port,
          explanation: 'All sizes but the first of a sample must be equal.',
          fixes: alignments(port, first.shape, input.shape),
        });
      }
    });
    const channels = inputs.reduce((sum, input) => sum + dim(input.shape, 1), 0);
    const [batch = 'N', , ...rest] = first.shape;
    return [{ dtype: 'f32', shape: [batch, channels, ...rest] }];
  },
  inferPartial: ([first]) => (first ? [first] : undefined),
  lower: (g, inputs) => [g.emit('concat', [...inputs], { axis: 1 })],
  torch: () => 'torch.cat',
  torchCode: { call: (inputs) => `torch.cat((${inputs.join(', ')}), dim=1)` },
  keras: {
    layout: 'either',
    form: (_attrs, [first], axis) => kerasLayer('Concatenate', [first && channelAxis(first, axis)]),
  },
});

/** Flattens what is not flat, or pools what is a whole number of times too large. */
function alignments(port: string, first: Shape, other: Shape): readonly LayerFix[] {
  if (first.length === 2 && other.length > 2) return [{ kind: 'insert', port, type: 'Flatten' }];
  if (first.length > 2 && other.length === 2) {
    return [{ kind: 'insert', port: 'a', type: 'Flatten' }];
  }
  if (first.length !== 4 || other.length !== 4) return [];
  const ratio = (large: Shape, small: Shape) =>
    [2, 3].map((axis) => dim(large, axis) / dim(small, axis));
  const isWhole = (sizes: readonly number[]) => sizes.every((size) => Number.isInteger(size));
  const [down, up] = [ratio(other, first), ratio(first, other)];
  const pool = (at: string, kernel: readonly number[]): LayerFix => ({
    kind: 'insert',
    port: at,
    type: 'MaxPool2d',
    attrs: { kernelSize: kernel, stride: kernel },
  });
  if (isWhole(down)) return [pool(port, down)];
  return isWhole(up) ? [pool('a', up)] : [];
}
