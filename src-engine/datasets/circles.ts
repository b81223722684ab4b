/** A disc's rim within another. As scikit-learn's make_circles, for any number of rings. */
import { defineDataset } from './define.ts';
import { countOption, noiseOption, seedOption } from './shared/options.ts';
import { pointFields, pointTable } from './shared/points.ts';

export default defineDataset({
  id: 'circles',
  label: 'Circles',
  doc: 'Concentric rings, a class each: the boundary between them closes on itself.',
  group: 'Points',
  options: {
    count: countOption(500),
    noise: noiseOption(0.08),
    classes: {
      kind: 'int',
      default: 2,
      min: 2,
      max: 5,
      label: 'Rings',
      help: 'Number of rings; class 0 is the outermost.',
    },
    factor: {
      kind: 'number',
      default: 0.5,
      min: 0.1,
      max: 0.95,
      help: 'Radius of each ring as a share of the one around it.',
    },
    seed: seedOption,
  },
  fields: ({ classes }) => pointFields(classes),
  load: async ({ options }) =>
    pointTable(options, (label, random) => {
      const angle = 2 * Math.PI * random.uniform();
      const radius = options.factor ** label;
      return [radius * Math.cos(angle), radius * Math.sin(angle)];
    }),
});
