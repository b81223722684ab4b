/**
 * Recurrent cells over more samples than go through the steps together, which no number of tiles divides: each thread
 * has its own chunks of tiles of two sizes.
 */
import { describe, expect, it } from 'vitest';
import { RECURRENT_CELLS, recurrentGradRows, recurrentRows } from '#engine/ops/recurrent.ts';
import { NO_EPILOGUE } from '#engine/ops/index.ts';
import { agrees, op, openBackends, placer, sizesOfJoins } from '../support/joinedCalls.ts';

openBackends();

const params = {
  cell: 'lstm',
  reverse: false,
  state: false,
  lengths: false,
  sequence: true,
  saves: true,
} as const;

describe.each([64, 103])('%i samples', (batch) => {
  const [steps, size] = [3, 20];
  const place = placer();
  const [gates, weight] = [place(steps, batch, 4 * size), place(4 * size, size)];
  const { total } = recurrentRows(params, steps);
  const output = place(total, batch, size);
  const dy = place(steps, batch, size);
  const { saves: _, ...rest } = params;
  const back = { ...rest, steps, flows: ['sequence' as const] };
  const gradient = place(recurrentGradRows(back).total, batch, size);

  it('agree both ways', async () => {
    const calls = [
      op('recurrent', [gates, weight], output, params),
      op('recurrentGrad', [output, weight, dy], gradient, back, 'backward'),
    ];
    await agrees(calls, [gates, weight, dy], [output, gradient]);
  });
});

describe('the product of the inputs, computed with that of the state', () => {
  const project = (bias: boolean) => ({
    transposeA: false,
    transposeB: true,
    epilogue: { ...NO_EPILOGUE, bias },
  });

  it.each([
    { cell: 'lstm', batch: 64, size: 20, width: 12 },
    { cell: 'lstm', batch: 103, size: 18, width: 7, reverse: true },
    { cell: 'lstm', batch: 40, size: 20, width: 20, state: true },
    { cell: 'tanh', batch: 35, size: 33, width: 1, state: true },
    { cell: 'relu', batch: 32, size: 16, width: 5, isOver: true },
    { cell: 'lstm', batch: 50, size: 36, width: 28, isOver: true },
  ] as const)(
    '$cell, $batch samples, $width to $size',
    async ({ cell, batch, size, width, ...more }) => {
      const [steps, { gates: count, hasCell }] = [4, RECURRENT_CELLS[cell]];
      const { reverse = false, state = false, isOver = false } = { ...more };
      const place = placer();
      const [x, inputs] = [place(steps * batch, width), place(count * size, width)];
      const [gates, weight] = [place(steps, batch, count * size), place(count * size, size)];
      const given = { ...params, cell, reverse, state };
      const output = place(recurrentRows(given, steps).total, batch, size);
      const apart = place(count * size);
      // Where nobody needs it any more, results may lie.
      const bias = isOver ? { ...output, type: apart.type } : apart;
      const flat = { ...gates, type: { ...gates.type, shape: [steps * batch, count * size] } };
      const first = state ? [place(batch, size), ...(hasCell ? [place(batch, size)] : [])] : [];
      const calls = [
        op('matmul', [x, inputs, bias], flat, project(true)),
        op('recurrent', [gates, weight, ...first], output, given),
      ];
      expect(sizesOfJoins(calls)).toEqual([2]);
      await agrees(calls, [x, inputs, bias, weight, ...first], [output]);
    },
  );

  it('not where something else reads it, nor where results lie over the inputs', () => {
    const [steps, batch, size, width] = [2, 32, 8, 4];
    const place = placer();
    const [x, inputs] = [place(steps * batch, width), place(4 * size, width)];
    const [gates, weight] = [place(steps, batch, 4 * size), place(4 * size, size)];
    const output = place(recurrentRows(params, steps).total, batch, size);
    const product = op('matmul', [x, inputs], gates, project(false));
    const cell = op('recurrent', [gates, weight], output, params);
    expect(sizesOfJoins([product, cell])).toEqual([2]);
    const again = op('relu', [gates], place(steps, batch, 4 * size), {});
    expect(sizesOfJoins([product, cell, again])).toEqual([1, 1, 1]);
    expect(sizesOfJoins([product, again, cell])).toEqual([1, 1, 1]);
    const over = { ...x, type: output.type };
    expect(sizesOfJoins([product, op('recurrent', [gates, weight], over, params)])).toEqual([1, 1]);
    // What lies there later is something else.
    const half = { ...gates, type: { ...gates.type, shape: [steps * batch, 2 * size] } };
    const rest = { ...half, offsetBytes: gates.offsetBytes + steps * batch * 2 * size * 4 };
    const later = [half, rest].map((ref) => op('full', [], ref, { shape: [], value: 0 }));
    expect(sizesOfJoins([product, cell, ...later, again])).toEqual([2, 1, 1, 1]);
  });
});
