/**
 * Channels laid out as pixels, `[N, C r r, H, W] -> [N, C, H r, W r]`.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelShuffle.html
 */
import { ShapeError } from '../ir/problem.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dim, formatSample, needImage } from './shared/shapes.ts';

export default defineLayer({
  type: 'PixelShuffle',
  label: 'PixelShuffle',
  category: 'Convolution',
  role: 'transform',
  doc: 'Lays channels out as pixels: fewer channels, larger images. After a convolution it makes a finer image than repeating pixels does.',
  formula: 'y_{c,\\, h r + i,\\, w r + j} = x_{c r^2 + i r + j,\\, h,\\, w}',
  keywords: ['super resolution', 'subpixel', 'depth to space', 'upsample', 'enlarge'],
  idPrefix: 'shuffle',
  attrs: {
    upscaleFactor: {
      kind: 'int',
      default: 2,
      min: 1,
      max: 64,
      help: 'How many times as high and as wide images become.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ upscaleFactor }) => `×${upscaleFactor}`,
  infer([x], { upscaleFactor: r }) {
    needImage('PixelShuffle', x);
    const [c, h, w] = [dim(x.shape, 1), dim(x.shape, 2), dim(x.shape, 3)];
    if (c % (r * r) === 0) {
      return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', c / (r * r), h * r, w * r] }];
    }
    throw new ShapeError(
      'shape.pixel-shuffle',
      `PixelShuffle makes ${r}×${r} pixels of ${r * r} channels but gets ${formatSample(x.shape)}.`,
      {
        port: 'x',
        explanation: 'The number of channels must be a multiple of the factor squared.',
        fixes: [{ kind: 'setWidth', port: 'x', width: Math.ceil(c / (r * r)) * r * r }],
      },
    );
  },
  lower(g, [x], { upscaleFactor: r }) {
    const [n = 1, c = 1, h = 1, w = 1] = x.type.shape;
    const apart = reshape(g, x, [n, c / (r * r), r, r, h, w]);
    const laid = g.emit('permute', [apart], { axes: [0, 1, 4, 2, 5, 3] });
    return [reshape(g, laid, [n, c / (r * r), h * r, w * r])];
  },
  torch: ({ upscaleFactor }) => `nn.PixelShuffle(${upscaleFactor})`,
  keras: {
    layout: 'channelsFirst',
    form({ upscaleFactor: r }, [{ shape }]) {
      const [c, h, w] = [dim(shape, 1) / (r * r), dim(shape, 2), dim(shape, 3)];
      return {
        steps: [
          { line: (x) => `ops.reshape(${x}, (-1, ${c}, ${r}, ${r}, ${h}, ${w}))` },
          { line: (x) => `ops.transpose(${x}, (0, 1, 4, 2, 5, 3))` },
          { line: (x) => `ops.reshape(${x}, (-1, ${c}, ${h * r}, ${w * r}))` },
        ],
      };
    },
  },
});
