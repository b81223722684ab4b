/**
 * What a max pooling made smaller back in the size it had, `[N, C, P, Q]` and `[N, C, H, W]` to the latter: each number
 * where the window had its largest, zeros elsewhere. PyTorch is told these places; here they are looked up in what was
 * pooled. Reference: torch.nn.MaxUnpool2d; Badrinarayanan et al., https://arxiv.org/abs/1511.00561
 */
import { ShapeError } from '../ir/problem.ts';
import { sameShape } from '../ir/tensor.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { zeros } from './shared/padding.ts';
import {
  dim,
  formatPair,
  formatSample,
  needImage,
  pythonCall,
  pythonPair,
} from './shared/shapes.ts';
import { pairAttr } from './shared/windows.ts';

export default defineLayer({
  type: 'MaxUnpool2d',
  label: 'MaxUnpool2d',
  category: 'Pooling',
  role: 'transform',
  doc: 'Undoes a max pooling of windows side by side: every number goes back where its window had the largest, the rest is 0. In the second half of SegNet, so that edges stay where they were; wire to it what the pooling was given.',
  formula:
    'y_{(i,j)^*} = x_{i,j}, \\quad (i,j)^* = \\operatorname{argmax}_{u,v} z_{i k + u,\\, j k + v}',
  keywords: ['segnet', 'unpooling', 'upsample', 'indices', 'segmentation', 'decoder'],
  idPrefix: 'unpool',
  attrs: { kernelSize: pairAttr(2, 1, 'Height and width of the windows of that pooling.') },
  ports: { in: ['x', 'pooled'], out: ['y'] },
  summary: ({ kernelSize }) => `k${formatPair(kernelSize)}`,
  infer([x, pooled], { kernelSize }) {
    needImage('MaxUnpool2d', x);
    needImage('MaxUnpool2d', pooled, 'pooled');
    const sizes = kernelSize.map((size, side) => Math.floor(dim(pooled.shape, 2 + side) / size));
    const wanted = [dim(pooled.shape, 1), ...sizes];
    if (sameShape(x.shape.slice(1), wanted)) return [{ dtype: 'f32', shape: pooled.shape }];
    const [channels, count] = [dim(x.shape, 1), dim(pooled.shape, 1)];
    throw new ShapeError(
      'shape.unpool',
      `MaxUnpool2d takes ${wanted.join('×')} for windows of ${formatPair(kernelSize)} over ${formatSample(pooled.shape)} but gets ${formatSample(x.shape)}.`,
      {
        port: 'x',
        explanation:
          'As many numbers as a max pooling of the other input gives, its stride being its kernel.',
        fixes:
          channels !== count && sameShape(x.shape.slice(2), sizes)
            ? [{ kind: 'setWidth', port: 'x', width: count }]
            : [],
      },
    );
  },
  inferPartial: ([, pooled]) =>
    pooled?.shape.length === 4 ? [{ dtype: 'f32', shape: pooled.shape }] : undefined,
  lower(g, [x, pooled], { kernelSize: [high, wide] }) {
    const [n = 1, c = 1, p = 1, q = 1] = x.type.shape;
    const [height, width] = [dim(pooled.type.shape, 2), dim(pooled.type.shape, 3)];
    const [rows, columns] = [p * high, q * wide];
    const upTo = (of: typeof x, axis: number, length: number): typeof x =>
      dim(of.type.shape, axis) === length ? of : g.emit('slice', [of], { axis, start: 0, length });
    const seen = upTo(upTo(pooled, 2, rows), 3, columns);
    const windows = g.emit('permute', [reshape(g, seen, [n, c, p, high, q, wide])], {
      axes: [0, 1, 2, 4, 3, 5],
    });
    const count = high * wide;
    const largest = g.emit('argmax', [reshape(g, windows, [n, c, p, q, count])], {});
    const at = reshape(g, g.emit('toFloat', [largest], {}), [n, c, p, q, 1]);
    const values = Array.from({ length: count }, (_, k) => k);
    const isThere = g.emit('equal', [at, g.emit('constant', [], { shape: [count], values })], {});
    const zero = g.emit('full', [], { shape: [], value: 0 });
    const placed = g.emit('select', [isThere, reshape(g, x, [n, c, p, q, 1]), zero], {});
    const together = g.emit('permute', [reshape(g, placed, [n, c, p, q, high, wide])], {
      axes: [0, 1, 2, 4, 3, 5],
    });
    const bottom = height - rows;
    const right = width - columns;
    return [
      zeros(g, reshape(g, together, [n, c, rows, columns]), { top: 0, left: 0, bottom, right }),
    ];
  },
  torch: () => 'F.max_unpool2d',
  torchCode: {
    call([x = '', pooled = ''], { kernelSize }) {
      const kernel = pythonPair(kernelSize);
      const places = `${pythonCall('F.max_pool2d', pooled, kernel, 'return_indices=True')}[1]`;
      return pythonCall('F.max_unpool2d', x, places, kernel, `output_size=${pooled}.shape[-2:]`);
    },
  },
  keras: {
    layout: 'channelsFirst',
    form: () => ({ none: 'its max pooling does not tell where a window had its largest number' }),
  },
});
