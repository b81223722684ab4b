/** A stretch of one dimension, `x[:, start:end]`. Reference: https://docs.pytorch.org/docs/stable/generated/torch.narrow.html */
import { ShapeError } from '../ir/problem.ts';
import type { TensorType } from '../ir/tensor.ts';
import { defineLayer } from './define.ts';
import { dimAttr, needDim, withDim } from './shared/dims.ts';
import { dim as sizeOf, needNumbers } from './shared/shapes.ts';
import { kerasSlice, pythonSlice } from './shared/slices.ts';

export default defineLayer({
  type: 'Slice',
  label: 'Slice',
  category: 'Shape',
  role: 'transform',
  doc: 'Takes a stretch of one dimension and leaves the rest: some channels, or the last step of a sequence.',
  formula: 'y = x_{\\mathrm{start}:\\mathrm{end}}',
  keywords: ['narrow', 'select', 'part', 'crop', 'last step', 'index'],
  attrs: {
    dim: dimAttr(1, 'The dimension that is cut; 1 is the channels, -1 the last.'),
    start: {
      kind: 'int',
      default: 0,
      min: -1_000_000,
      max: 1_000_000,
      help: 'The first place that is kept, counted from 0; -1 is the last.',
    },
    end: {
      kind: 'int',
      default: 0,
      min: -1_000_000,
      max: 1_000_000,
      zero: 'To the end',
      help: 'The place before which it ends; -1 leaves out the last, 0 none.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ dim, start, end }) => `dim ${dim}, ${start}:${end === 0 ? '' : end}`,
  infer([x], attrs) {
    needNumbers('Slice', x);
    const { axis, length } = sliceOf(x, attrs);
    return [withDim(x, axis, length)];
  },
  lower(g, [x], attrs) {
    const slice = sliceOf(x.type, attrs);
    return [slice.length === sizeOf(x.type.shape, slice.axis) ? x : g.emit('slice', [x], slice)];
  },
  torch: () => 'operator.getitem',
  torchCode: {
    call([x = ''], attrs, [type]) {
      const { axis, start, length } = sliceOf(type, attrs);
      return pythonSlice(x, axis, start, length);
    },
  },
  keras: {
    layout: 'either',
    form(attrs, [x], axis) {
      const { axis: ours, start, length } = sliceOf(x, attrs);
      return kerasSlice(axis(ours), start, length);
    },
  },
});

interface Bounds {
  readonly dim: number;
  readonly start: number;
  readonly end: number;
}

function sliceOf(x: TensorType, { dim, start, end }: Bounds) {
  const axis = needDim('Slice', x, dim);
  const size = sizeOf(x.shape, axis);
  const first = start < 0 ? size + start : start;
  const last = end <= 0 ? size + end : end;
  if (first >= 0 && first < last && last <= size)
    return { axis, start: first, length: last - first };
  throw new ShapeError(
    'shape.slice',
    `Slice takes ${start}:${end === 0 ? '' : end} of dimension ${axis}, which has ${size} places.`,
    {
      port: 'x',
      explanation: 'At least one place must be kept, and none beyond the last.',
      fixes: [{ kind: 'setAttrs', attrs: { start: 0, end: 0 } }],
    },
  );
}
