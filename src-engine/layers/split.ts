/** Parts of given sizes along one dimension. Reference: https://docs.pytorch.org/docs/stable/generated/torch.split.html */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim, withDim } from './shared/dims.ts';
import { dim as sizeOf, needNumbers, pythonTuple } from './shared/shapes.ts';
import { kerasSlice, parts, portNames, startOf } from './shared/slices.ts';

const MOST_PARTS = 16;

export default defineLayer({
  type: 'Split',
  label: 'Split',
  category: 'Shape',
  role: 'transform',
  doc: 'Divides a dimension into parts of the sizes you give, each an output of its own.',
  formula: '[a, b, \\ldots] = x',
  keywords: ['chunk', 'divide', 'parts', 'sections', 'branch'],
  attrs: {
    sizes: {
      kind: 'shape',
      default: [1, -1],
      help: 'How large each part is. -1 stands for whatever is left, once.',
    },
    dim: dimAttr(1, 'The dimension that is divided; 1 is the channels, -1 the last.'),
  },
  ports: ({ sizes }) => ({ in: ['x'], out: portNames(Math.min(sizes.length, MOST_PARTS)) }),
  range: 'input',
  summary: ({ sizes }) => (sizes.length > 6 ? `${sizes.length} parts` : sizes.join(' ')),
  infer([x], attrs) {
    needNumbers('Split', x);
    const { axis, lengths } = splitOf(x, attrs);
    return lengths.map((length) => withDim(x, axis, length));
  },
  lower(g, [x], attrs) {
    const { axis, lengths } = splitOf(x.type, attrs);
    return parts(g, x, axis, lengths);
  },
  torch: () => 'torch.split',
  torchCode: {
    call([x], attrs, [type]) {
      const { lengths } = splitOf(type, attrs);
      const parts = `${x}.split(${pythonTuple(lengths)}, dim=${attrs.dim})`;
      // A tuple, also of one.
      return lengths.length === 1 ? `${parts}[0]` : parts;
    },
  },
  keras: {
    layout: 'either',
    form(attrs, [x], axis, output) {
      const { axis: ours, lengths } = splitOf(x, attrs);
      return kerasSlice(axis(ours), startOf(lengths, output), lengths[output] ?? 1);
    },
  },
});

interface Parts {
  readonly sizes: readonly number[];
  readonly dim: number;
}

function splitOf(x: TensorType, { sizes, dim }: Parts) {
  const axis = needDim('Split', x, dim);
  const size = sizeOf(x.shape, axis);
  const known = sizes.filter((each) => each !== -1);
  const rest = size - known.reduce((sum, each) => sum + each, 0);
  const open = sizes.length - known.length;
  const fits =
    sizes.length > 0 &&
    sizes.length <= MOST_PARTS &&
    known.every((each) => each >= 1) &&
    (open === 0 ? rest === 0 : open === 1 && rest >= 1);
  if (fits) return { axis, lengths: sizes.map((each) => (each === -1 ? rest : each)) };
  const wanted = sizes.length === 0 ? 'no parts' : `parts of ${sizes.join(', ')}`;
  throw new ShapeError('shape.split', `Split cannot make ${wanted} of ${size}.`, {
    port: 'x',
    explanation: `The sizes must add up to ${size}, or one of them be -1; at most ${MOST_PARTS} parts.`,
    fixes: size > 1 ? [{ kind: 'setAttrs', attrs: { sizes: [1, -1] } }] : [],
  });
}
