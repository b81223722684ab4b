/**
 * Zeros around images, `[N, C, H, W] -> [N, C, H + top + bottom, W + left + right]`, each side by itself.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.ZeroPad2d.html
 */
import type { IntAttr } from '../ir/attrs.ts';
import type { Value } from '../ops/builder.ts';
import { defineLayer, type Lowering } from './define.ts';
import { kerasLayer } from './shared/keras.ts';
import { dim, needImage } from './shared/shapes.ts';

const side = (name: string): IntAttr => ({
  kind: 'int',
  default: 1,
  min: 0,
  max: 10_000,
  unit: 'px',
  help: `Rows or columns of zeros ${name}.`,
});

/** A size of 0 leaves the axis as it is. */
const padded = (g: Lowering, x: Value, axis: number, before: number, after: number): Value =>
  before === 0 && after === 0 ? x : g.emit('pad', [x], { axis, before, after });

export default defineLayer({
  type: 'ZeroPad2d',
  label: 'ZeroPad2d',
  category: 'Shape',
  role: 'transform',
  doc: 'Adds zeros around an image, at each side as many as you like. For borders that the padding of a convolution, the same at both ends, cannot make.',
  keywords: ['padding', 'border', 'zeros', 'asymmetric', 'same'],
  idPrefix: 'pad',
  attrs: {
    left: side('at the left'),
    right: side('at the right'),
    top: side('on top'),
    bottom: side('below'),
  },
  ports: { in: ['x'], out: ['y'] },
  summary: ({ left, right, top, bottom }) => `${left} ${right} ${top} ${bottom}`,
  infer([x], { left, right, top, bottom }) {
    needImage('ZeroPad2d', x);
    const [height, width] = [dim(x.shape, 2) + top + bottom, dim(x.shape, 3) + left + right];
    return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', dim(x.shape, 1), height, width] }];
  },
  lower: (g, [x], { left, right, top, bottom }) => [
    padded(g, padded(g, x, 2, top, bottom), 3, left, right),
  ],
  torch: ({ left, right, top, bottom }) => `nn.ZeroPad2d((${left}, ${right}, ${top}, ${bottom}))`,
  keras: {
    layout: 'channelsLast',
    form: ({ left, right, top, bottom }) =>
      kerasLayer('ZeroPadding2D', [`((${top}, ${bottom}), (${left}, ${right}))`]),
  },
});
