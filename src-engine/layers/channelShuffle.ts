/**
 * Channels of several groups in turn, `[N, C, ...]`: what grouped convolutions keep apart meets.
 * Reference: Zhang et al., https://arxiv.org/abs/1707.01083, as torch.nn.ChannelShuffle.
 */
import { ShapeError } from '../ir/problem.ts';
import { elementCount } from '../ir/tensor.ts';
import { reshape } from '../ops/nn.ts';
import { defineLayer } from './define.ts';
import { dim, formatSample, needNumbers, sampleShape } from './shared/shapes.ts';

export default defineLayer({
  type: 'ChannelShuffle',
  label: 'ChannelShuffle',
  category: 'Convolution',
  role: 'transform',
  doc: 'Takes channels of several groups in turn, so that the next grouped convolution sees some of each. Between the convolutions of ShuffleNet.',
  formula: 'y_{i g + j} = x_{j C / g + i}',
  keywords: ['shufflenet', 'groups', 'mix', 'channels', 'mobile', 'efficient'],
  idPrefix: 'shuffle',
  attrs: {
    groups: {
      kind: 'int',
      default: 2,
      min: 1,
      max: 65_536,
      help: 'How many groups the channels are seen as. It must divide their number.',
    },
  },
  ports: { in: ['x'], out: ['y'] },
  range: 'input',
  summary: ({ groups }) => `${groups} groups`,
  infer([x], { groups }) {
    needNumbers('ChannelShuffle', x);
    if (x.shape.length < 3) {
      throw new ShapeError(
        'shape.needs-places',
        `ChannelShuffle takes images or sequences but gets ${formatSample(x.shape)}.`,
        {
          port: 'x',
          explanation: 'The order of the numbers of a flat vector means nothing to a Linear layer.',
          fixes: [{ kind: 'remove' }],
        },
      );
    }
    const channels = dim(x.shape, 1);
    if (channels % groups === 0) return [x];
    throw new ShapeError(
      'shape.groups',
      `ChannelShuffle cannot see ${channels} channels as ${groups} groups.`,
      {
        port: 'x',
        explanation: 'The number of groups must divide the channels.',
        fixes: [
          { kind: 'setAttrs', attrs: { groups: largestDivisor(channels, groups) } },
          { kind: 'setWidth', port: 'x', width: Math.ceil(channels / groups) * groups },
        ],
      },
    );
  },
  lower(g, [x], { groups }) {
    const { shape } = x.type;
    const [n = 1, channels = 1] = shape;
    const places = elementCount(shape.slice(2));
    const apart = reshape(g, x, [n, groups, channels / groups, places]);
    return [reshape(g, g.emit('permute', [apart], { axes: [0, 2, 1, 3] }), shape)];
  },
  torch: ({ groups }) => `nn.ChannelShuffle(${groups})`,
  keras: {
    layout: 'channelsLast',
    form({ groups }, [{ shape }]) {
      const [channels = 1, ...places] = sampleShape(shape);
      const before = [-1, ...places].join(', ');
      const axes = [...places.map((_, k) => k + 1), places.length + 2, places.length + 1];
      return {
        steps: [
          { line: (x) => `ops.reshape(${x}, (${before}, ${groups}, ${channels / groups}))` },
          { line: (x) => `ops.transpose(${x}, (0, ${axes.join(', ')}))` },
          { line: (x) => `ops.reshape(${x}, (${before}, ${channels}))` },
        ],
      };
    },
  },
});

/** At most so many. */
function largestDivisor(channels: number, most: number): number {
  for (let groups = Math.min(channels, most); groups > 1; groups--) {
    if (channels % groups === 0) return groups;
  }
  return 1;
}
