/** Two half circles that reach into each other. As scikit-learn's make_moons. */
import { defineDataset } from './define.ts';
import { countOption, noiseOption, seedOption } from './shared/options.ts';
import { pointFields, pointTable } from './shared/points.ts';

export default defineDataset({
  id: 'moons',
  label: 'Moons',
  doc: 'Two interleaving half circles: a curved boundary between two classes.',
  group: 'Points',
  options: { count: countOption(500), noise: noiseOption(0.12), seed: seedOption },
  fields: () => pointFields(2),
  load: async ({ options }) =>
    pointTable({ ...options, classes: 2 }, (label, random) => {
      const angle = Math.PI * random.uniform();
      const [x, y] = [Math.cos(angle), Math.sin(angle)];
      // Centred on the origin as a pair.
      return label === 0 ? [x - 0.5, y - 0.25] : [0.5 - x, 0.25 - y];
    }),
});
