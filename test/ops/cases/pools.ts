import { type PoolParams, windowCounts } from '#engine/ops/index.ts';
import { tensor, uniformTensor } from '../../support/random.ts';
import { type OpCase, opCase } from '../opCase.ts';

/** All four pooling ops with the same windows. */
function pools(
  note: string,
  shape: readonly [number, number, number, number],
  params: PoolParams,
  gradient: { readonly gradient?: 'unchecked' } = {},
): OpCase[] {
  const [n, c, h, w] = shape;
  const x = uniformTensor(shape, { seed: 41 });
  const dy = uniformTensor([n, c, ...windowCounts([h, w], params)], { seed: 42 });
  return [
    opCase({ op: 'maxPool2d', note, inputs: [x], params, ...gradient }),
    opCase({ op: 'maxPool2dGrad', note, inputs: [dy, x], params }),
    ...[true, false].flatMap((countIncludePad) => {
      const counted = `${note}, ${countIncludePad ? 'padding counts' : 'padding left out'}`;
      return [
        opCase({
          op: 'avgPool2d',
          note: counted,
          inputs: [x],
          params: { ...params, countIncludePad },
          ...gradient,
        }),
        opCase({
          op: 'avgPool2dGrad',
          note: counted,
          inputs: [dy],
          params: { ...params, countIncludePad, inputShape: shape },
          ...gradient,
        }),
      ];
    }),
  ];
}

const square = (kernel: number, stride = kernel, padding = 0): PoolParams => ({
  kernel: [kernel, kernel],
  stride: [stride, stride],
  padding: [padding, padding, padding, padding],
});

export const poolCases: readonly OpCase[] = [
  ...pools('2×2', [2, 3, 4, 6], square(2)),
  ...pools('2×2 of an odd image', [1, 2, 5, 7], square(2)),
  ...pools('3×3 overlapping, padded', [1, 2, 5, 5], square(3, 2, 1)),
  ...pools('different along each side', [1, 1, 6, 5], {
    kernel: [2, 3],
    stride: [1, 2],
    padding: [1, 0, 1, 0],
  }),
  ...pools('padded at the end only, as TensorFlow does', [1, 2, 6, 7], {
    kernel: [3, 3],
    stride: [2, 2],
    padding: [0, 0, 1, 2],
  }),
  ...pools('another padding at every end', [2, 1, 5, 9], {
    kernel: [3, 4],
    stride: [1, 3],
    padding: [2, 0, 1, 3],
  }),
  ...pools('global', [2, 3, 4, 4], square(4)),
  ...pools('global, of an odd image', [1, 3, 5, 7], {
    kernel: [5, 7],
    stride: [5, 7],
    padding: [0, 0, 0, 0],
  }),
  ...pools('after a first layer', [2, 8, 28, 28], square(2), { gradient: 'unchecked' }),
  opCase({
    op: 'maxPool2d',
    note: 'all negative, padded',
    inputs: [tensor([1, 1, 2, 2], [-4, -3, -2, -1])],
    params: square(2, 2, 1),
    expected: [-4, -3, -2, -1],
  }),
  opCase({
    op: 'maxPool2dGrad',
    note: 'the first of equals takes it',
    inputs: [tensor([1, 1, 1, 1], [5]), tensor([1, 1, 2, 2], [1, 3, 3, 3])],
    params: square(2),
    expected: [0, 5, 0, 0],
  }),
  opCase({
    op: 'maxPool2dGrad',
    note: 'overlapping windows add up',
    inputs: [tensor([1, 1, 1, 2], [5, 7]), tensor([1, 1, 1, 3], [0, 9, 0])],
    params: { kernel: [1, 2], stride: [1, 1], padding: [0, 0, 0, 0] },
    expected: [0, 12, 0],
  }),
  opCase({
    op: 'avgPool2d',
    note: 'by hand, padding counts',
    inputs: [tensor([1, 1, 2, 2], [4, 8, 12, 16])],
    params: { ...square(2, 2, 1), countIncludePad: true },
    expected: [1, 2, 3, 4],
  }),
  opCase({
    op: 'avgPool2d',
    note: 'by hand, padding left out',
    inputs: [tensor([1, 1, 2, 2], [4, 8, 12, 16])],
    params: { ...square(2, 2, 1), countIncludePad: false },
    expected: [4, 8, 12, 16],
  }),
];
