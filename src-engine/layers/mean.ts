/** Mean over some dimensions of a sample. Reference: https://docs.pytorch.org/docs/stable/generated/torch.mean.html */
import type { TensorType } from '../ir/tensor.ts';
import { ShapeError } from '../ir/problem.ts';
import { scale } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { needDim } from './shared/dims.ts';
import {
  dim as sizeOf,
  needNumbers,
  pythonTuple,
  sampleShape,
  withSample,
} from './shared/shapes.ts';

interface Over {
  readonly dims: readonly number[];
  readonly keepdim: boolean;
}

export default defineLayer({
  type: 'Mean',
  label: 'Mean',
  category: 'Shape',
  role: 'transform',
  doc: 'Takes the mean over dimensions of a sample: over the steps of a sequence, or the pixels of each channel.',
  formula: 'y = \\tfrac{1}{n} \\sum_i x_i',
  keywords: ['average', 'reduce', 'pool', 'global', 'aggregate'],
  attrs: {
    dims: {
      kind: 'shape',
      default: [-1],
      label: 'Dimensions',
      help: 'Over which it is taken; 1 is the first of a sample, -1 the last.',
    },
    keepdim: {
      kind: 'bool',
      default: false,
      label: 'Keep dimensions',
      help: 'Leaves a size of 1 where they were.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ dims, keepdim }) => `over ${dims.join(' ')}${keepdim ? ', kept' : ''}`,
  infer([x], attrs) {
    needNumbers('Mean', x);
    const axes = axesOf(x, attrs);
    const sizes = sampleShape(x.shape).flatMap((size, at) =>
      axes.includes(at + 1) ? (attrs.keepdim ? [1] : []) : [size],
    );
    return [withSample(x, sizes)];
  },
  lower(g, [x], attrs) {
    const axes = axesOf(x.type, attrs);
    const count = axes.reduce((product, axis) => product * sizeOf(x.type.shape, axis), 1);
    return [scale(g, g.emit('sum', [x], { axes, keepDims: attrs.keepdim }), 1 / count)];
  },
  torch: () => 'torch.mean',
  torchCode: {
    call: ([x], { dims, keepdim }) =>
      `${x}.mean(dim=${pythonTuple(dims)}${keepdim ? ', keepdim=True' : ''})`,
  },
  keras: {
    layout: 'channelsFirst',
    form: ({ dims, keepdim }) => ({
      steps: [
        {
          line: (x) =>
            `ops.mean(${x}, axis=${pythonTuple(dims)}${keepdim ? ', keepdims=True' : ''})`,
        },
      ],
    }),
  },
});

/** In their order in the sample. */
function axesOf(x: TensorType, { dims }: Over): readonly number[] {
  const axes = dims.map((dim) => {
    try {
      return needDim('Mean', x, dim);
    } catch (error) {
      // What is to be set is a list here.
      if (!(error instanceof ShapeError)) throw error;
      throw new ShapeError(error.code, error.message, {
        ...error.detail,
        fixes: x.shape.length > 1 ? [{ kind: 'setAttrs', attrs: { dims: [-1] } }] : [],
      });
    }
  });
  if (axes.length > 0 && new Set(axes).size === axes.length) {
    return axes.toSorted((a, b) => a - b);
  }
  throw new ShapeError(
    'shape.mean-dims',
    axes.length === 0 ? 'Mean is taken over no dimension.' : 'Mean names a dimension twice.',
    { port: 'x', fixes: [{ kind: 'setAttrs', attrs: { dims: [-1] } }] },
  );
}
