/** Arms of a spiral wound around one centre, a class each. */
import { defineDataset } from './define.ts';
import { countOption, noiseOption, seedOption } from './shared/options.ts';
import { pointFields, pointTable } from './shared/points.ts';

/** Steps of the golden ratio spread any number of points evenly along an arm. */
const GOLDEN = (Math.sqrt(5) - 1) / 2;
/** Arms begin a little off the centre, where all classes would meet. */
const INNER_RADIUS = 0.08;

export default defineDataset({
  id: 'spirals',
  label: 'Spirals',
  doc: 'Intertwined spiral arms, a class each. Hard for small networks: the boundary winds as often as the arms do.',
  group: 'Points',
  options: {
    count: countOption(1000),
    noise: noiseOption(0.02),
    classes: {
      kind: 'int',
      default: 2,
      min: 2,
      max: 8,
      label: 'Arms',
      help: 'Number of arms, a class each.',
    },
    turns: {
      kind: 'number',
      default: 1.5,
      min: 0.25,
      max: 4,
      help: 'How many times an arm winds around the centre.',
    },
    seed: seedOption,
  },
  fields: ({ classes }) => pointFields(classes),
  load: async ({ options }) =>
    pointTable(options, (label, random, turn) => {
      const along = (turn * GOLDEN + random.uniform() * 0.01) % 1;
      const radius = INNER_RADIUS + (1 - INNER_RADIUS) * along;
      const angle = 2 * Math.PI * (options.turns * along + label / options.classes);
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    }),
});
