import { rngFeed } from '#engine/ops/index.ts';
import { tensor, uniformTensor } from '../../support/random.ts';
import { type OpCase, opCase } from '../opCase.ts';

const rng = tensor([4], [...rngFeed(0x1_2345_6789, 17)], 'i32');
/** Masks and uniform numbers are the same bits on every backend. */
const SAME = { tolerance: 0 } as const;

const random: OpCase[] = [
  opCase({
    op: 'randomUniform',
    note: 'odd size',
    inputs: [rng],
    params: { shape: [5, 9], stream: 3 },
    ...SAME,
  }),
  opCase({
    op: 'randomUniform',
    note: 'a large stream number',
    inputs: [rng],
    params: { shape: [6], stream: 70_000 },
    ...SAME,
  }),
  opCase({
    op: 'randomNormal',
    note: 'odd size',
    inputs: [rng],
    params: { shape: [7, 11], stream: 4 },
    tolerance: 1e-6,
  }),
  opCase({
    op: 'dropoutMask',
    note: 'a fifth',
    inputs: [rng],
    params: { shape: [9, 13], stream: 5, p: 0.2 },
    ...SAME,
  }),
  opCase({
    op: 'dropoutMask',
    note: 'none',
    inputs: [rng],
    params: { shape: [6], stream: 5, p: 0 },
    expected: [1, 1, 1, 1, 1, 1],
    ...SAME,
  }),
  opCase({
    op: 'randomBoxMask',
    note: 'one box per sample',
    inputs: [rng],
    params: { shape: [5, 1, 7, 9], stream: 6, height: 3, width: 4 },
    ...SAME,
  }),
  opCase({
    op: 'randomBoxMask',
    note: 'as large as the image',
    inputs: [rng],
    params: { shape: [2, 1, 2, 3], stream: 6, height: 2, width: 3 },
    expected: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ...SAME,
  }),
];

const x = uniformTensor([9, 13], { seed: 71 });
const odd = tensor([2, 4], [NaN, 1, 0, -Infinity, 3, 0, 4, Infinity]);

const probes: OpCase[] = [
  opCase({
    op: 'tensorStats',
    note: 'by hand',
    inputs: [tensor([4], [1, 0, -1, 4])],
    params: {},
    expected: [-1, 4, 1, Math.sqrt(3.5), 0.25, 0],
  }),
  opCase({
    op: 'tensorStats',
    note: 'non-finite left out',
    inputs: [odd],
    params: {},
    expected: [0, 4, 1.6, Math.sqrt(2.64), 0.25, 0.375],
  }),
  opCase({
    op: 'tensorStats',
    note: 'nothing finite',
    inputs: [tensor([2], [NaN, Infinity])],
    params: {},
    expected: [0, 0, 0, 0, 0, 1],
  }),
  opCase({ op: 'tensorStats', note: 'odd size', inputs: [x], params: {} }),
  opCase({
    op: 'tensorStats',
    note: 'larger than a thread takes at once',
    inputs: [uniformTensor([5, 4099], { seed: 72 })],
    params: {},
  }),
  opCase({
    op: 'histogram',
    note: 'by hand: the last bin is closed',
    inputs: [tensor([6], [0, 1, 1.5, 2, 3.9, 4]), tensor([6], [0, 4, 0, 0, 0, 0])],
    params: { bins: 4 },
    expected: [1, 2, 1, 2],
  }),
  opCase({
    op: 'histogram',
    note: 'non-finite left out',
    inputs: [odd, tensor([6], [0, 4, 0, 0, 0, 0])],
    params: { bins: 2 },
    expected: [3, 2],
  }),
  opCase({
    op: 'histogram',
    note: 'all equal',
    inputs: [tensor([3], [2, 2, 2]), tensor([6], [2, 2, 2, 0, 0, 0])],
    params: { bins: 3 },
    expected: [3, 0, 0],
  }),
  // Bounds that are exact in f32, so that no element changes its bin by rounding.
  opCase({
    op: 'histogram',
    note: 'many',
    inputs: [x, tensor([6], [-2, 2, 0, 0, 0, 0])],
    params: { bins: 16 },
    ...SAME,
  }),
];

export const probeCases: readonly OpCase[] = [...random, ...probes];
