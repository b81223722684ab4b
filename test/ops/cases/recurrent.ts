import {
  RECURRENT_CELLS,
  type RecurrentCell,
  type RecurrentGradParams,
  type RecurrentParams,
  recurrentRows,
} from '#engine/ops/recurrent.ts';
import { tensor, type TestTensor, uniformTensor } from '../../support/random.ts';
import { type OpCase, opCase } from '../opCase.ts';

interface Sizes {
  readonly steps: number;
  readonly batch: number;
  readonly size: number;
  readonly lengths?: readonly number[];
  readonly gradient?: 'unchecked';
}

const base: Omit<RecurrentParams, 'cell'> = {
  reverse: false,
  state: false,
  lengths: false,
  sequence: true,
  saves: true,
};

function given(params: RecurrentParams, { steps, batch, size, lengths }: Sizes) {
  const { gates, hasCell, productApart } = RECURRENT_CELLS[params.cell];
  const weight = uniformTensor([gates * size, size], { seed: 2, low: -0.6, high: 0.6 });
  return {
    gates: uniformTensor([steps, batch, gates * size], { seed: 1, low: -1.5, high: 1.5 }),
    weight,
    bias: productApart ? [uniformTensor([gates * size], { seed: 3 })] : [],
    first: params.state ? [uniformTensor([batch, size], { seed: 4 })] : [],
    ofCell: params.state && hasCell ? [uniformTensor([batch, size], { seed: 5 })] : [],
    lengths: params.lengths ? [tensor([batch], [...(lengths ?? [])], 'i32')] : [],
  };
}

function forward(params: RecurrentParams, note: string, sizes: Sizes): OpCase {
  const { gates, weight, bias, first, ofCell, lengths } = given(params, sizes);
  const { before, total } = recurrentRows(params, sizes.steps);
  return opCase({
    op: 'recurrent',
    note: `${params.cell}, ${note}`,
    inputs: [gates, weight, ...bias, ...first, ...ofCell, ...lengths],
    params,
    gradient: params.saves ? (sizes.gradient ?? { rows: before?.start ?? total }) : 'unchecked',
  });
}

/** What was saved need not fit together: the op computes with whatever it is given. */
function backward(
  params: RecurrentParams,
  note: string,
  sizes: Sizes,
  flows: RecurrentGradParams['flows'],
): OpCase {
  const { weight, ofCell, lengths } = given(params, sizes);
  const { steps, batch, size } = sizes;
  const { total } = recurrentRows(params, steps);
  const dys = flows.map((result, i): TestTensor => {
    const shape = result === 'sequence' ? [steps, batch, size] : [batch, size];
    return uniformTensor(shape, { seed: 10 + i });
  });
  const saved = uniformTensor([total, batch, size], { seed: 9, low: 0.05, high: 0.95 });
  const { saves: _, ...rest } = params;
  return opCase({
    op: 'recurrentGrad',
    note: `${params.cell}, ${note}`,
    inputs: [saved, weight, ...ofCell, ...lengths, ...dys],
    params: { ...rest, steps, flows },
  });
}

const CELLS: readonly RecurrentCell[] = ['lstm', 'gru', 'tanh', 'relu'];
const odd: Sizes = { steps: 3, batch: 5, size: 3, lengths: [3, 0, 1, 2, 3] };
/** More rows than a tile, columns over several with a rest, and enough for two threads. */
const wide: Sizes = { steps: 2, batch: 13, size: 37, gradient: 'unchecked' };

export const recurrentCases: readonly OpCase[] = [
  opCase({
    op: 'recurrent',
    note: 'by hand: a plain cell that adds up',
    inputs: [tensor([2, 1, 2], [1, -2, 3, 1]), tensor([2, 2], [1, 0, 0, 1])],
    params: { ...base, cell: 'relu', saves: false },
    // After the first step 1 and 0 (of -2), after the second 4 and 1; then the last once more.
    expected: [1, 0, 4, 1, 4, 1],
    gradient: 'unchecked',
  }),
  ...CELLS.flatMap((cell) => [
    forward({ ...base, cell }, 'odd sizes', odd),
    forward({ ...base, cell, reverse: true, state: true }, 'reverse, a first state', odd),
    forward({ ...base, cell, lengths: true, state: true }, 'lengths, a first state', odd),
    forward({ ...base, cell, lengths: true, reverse: true }, 'lengths, reverse', odd),
    forward({ ...base, cell, sequence: false }, 'only the last state', odd),
    forward({ ...base, cell, saves: false }, 'nothing saved', wide),
    forward({ ...base, cell }, 'wide', wide),
    backward({ ...base, cell }, 'from the sequence', wide, ['sequence']),
    backward({ ...base, cell, reverse: true, state: true }, 'reverse, from the last state', odd, [
      'hidden',
    ]),
    backward({ ...base, cell, lengths: true, state: true }, 'lengths, from both', odd, [
      'sequence',
      'hidden',
    ]),
  ]),
  backward({ ...base, cell: 'lstm', lengths: true, reverse: true }, 'from the cell', odd, ['cell']),
  forward({ ...base, cell: 'lstm', state: true }, 'one sample of one step', {
    ...{ steps: 1, batch: 1, size: 16, gradient: 'unchecked' },
  }),
];
