/**
 * Pixels laid out as channels, `[N, C, H r, W r] -> [N, C r r, H, W]`: PixelShuffle the other way round.
 * Reference: https://docs.pytorch.org/docs/stable/generated/torch.nn.PixelUnshuffle.html
 */
import { ShapeError } from '../ir/problem.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dim, formatSample, needImage } from './shared/shapes.ts';

export default defineLayer({
  type: 'PixelUnshuffle',
  label: 'PixelUnshuffle',
  category: 'Convolution',
  role: 'transform',
  doc: 'Lays squares of pixels out as channels: smaller images with more channels, and nothing is lost. With the size of a patch as the factor it cuts an image into patches.',
  formula: 'y_{c r^2 + i r + j,\\, h,\\, w} = x_{c,\\, h r + i,\\, w r + j}',
  keywords: ['patches', 'subpixel', 'space to depth', 'downsample', 'vision transformer'],
  idPrefix: 'unshuffle',
  attrs: {
    downscaleFactor: {
      kind: 'int',
      default: 2,
      min: 1,
      max: 1024,
      help: 'How high and wide the squares are that become channels.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ downscaleFactor }) => `÷${downscaleFactor}`,
  infer([x], { downscaleFactor: r }) {
    needImage('PixelUnshuffle', x);
    const [c, h, w] = [dim(x.shape, 1), dim(x.shape, 2), dim(x.shape, 3)];
    if (h % r === 0 && w % r === 0) {
      return [{ dtype: 'f32', shape: [x.shape[0] ?? 'N', c * r * r, h / r, w / r] }];
    }
    const fitting = [7, 5, 4, 3, 2].find((each) => h % each === 0 && w % each === 0);
    throw new ShapeError(
      'shape.pixel-unshuffle',
      `PixelUnshuffle cannot cut ${formatSample(x.shape)} into squares of ${r}×${r}.`,
      {
        port: 'x',
        explanation: 'Height and width must be multiples of the factor.',
        fixes:
          fitting === undefined ? [] : [{ kind: 'setAttrs', attrs: { downscaleFactor: fitting } }],
      },
    );
  },
  lower(g, [x], { downscaleFactor: r }) {
    const [n = 1, c = 1, height = 1, width = 1] = x.type.shape;
    const [h, w] = [height / r, width / r];
    const apart = reshape(g, x, [n, c, h, r, w, r]);
    const laid = g.emit('permute', [apart], { axes: [0, 1, 3, 5, 2, 4] });
    return [reshape(g, laid, [n, c * r * r, h, w])];
  },
  torch: ({ downscaleFactor }) => `nn.PixelUnshuffle(${downscaleFactor})`,
  keras: {
    layout: 'channelsFirst',
    form({ downscaleFactor: r }, [{ shape }]) {
      const [c, h, w] = [dim(shape, 1), dim(shape, 2) / r, dim(shape, 3) / r];
      return {
        steps: [
          { line: (x) => `ops.reshape(${x}, (-1, ${c}, ${h}, ${r}, ${w}, ${r}))` },
          { line: (x) => `ops.transpose(${x}, (0, 1, 3, 5, 2, 4))` },
          { line: (x) => `ops.reshape(${x}, (-1, ${c * r * r}, ${h}, ${w}))` },
        ],
      };
    },
  },
});
