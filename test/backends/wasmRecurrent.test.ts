/**
 * Recurrent cells over more samples than go through the steps together, which no number of tiles divides: each thread
 * has its own chunks of tiles of two sizes.
 */
import { describe, it } from 'vitest';
import { recurrentGradRows, recurrentRows } from '#engine/ops/recurrent.ts';
import { agrees, op, openBackends, placer } from '../support/joinedCalls.ts';

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
