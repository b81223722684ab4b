/** Exclusive or: two classes in opposite quadrants of a square. No line separates them. */
import { defineDataset } from './define.ts';
import { countOption, noiseOption, seedOption } from './shared/options.ts';
import { pointFields, pointTable } from './shared/points.ts';

export default defineDataset({
  id: 'xor',
  label: 'XOR',
  doc: 'Points of a square; the class is 1 where exactly one coordinate is positive. The smallest problem that needs a hidden layer.',
  group: 'Points',
  options: { count: countOption(400), noise: noiseOption(0.05), seed: seedOption },
  fields: () => pointFields(2),
  load: async ({ options }) =>
    pointTable({ ...options, classes: 2 }, (label, random, turn) => {
      // Each class lives in two quadrants and visits them in turn.
      const right = turn % 2 === 0 ? 1 : -1;
      const up = label === 0 ? right : -right;
      return [right * (1 - random.uniform()), up * (1 - random.uniform())];
    }),
});
