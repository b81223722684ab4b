/** Gaussian clouds around centres on a circle. As scikit-learn's make_blobs, with centres kept apart. */
import { defineDataset } from './define.ts';
import { countOption, noiseOption, seedOption } from './shared/options.ts';
import { pointFields, pointTable } from './shared/points.ts';

export default defineDataset({
  id: 'blobs',
  label: 'Blobs',
  doc: 'Round clouds of points, a class each: straight lines separate them while the clouds are small.',
  group: 'Points',
  options: {
    count: countOption(500),
    noise: noiseOption(
      0.25,
      'Standard deviation of a cloud; their centres lie on a circle of radius 1.',
    ),
    classes: {
      kind: 'int',
      default: 3,
      min: 2,
      max: 10,
      label: 'Clouds',
      help: 'Number of clouds, a class each.',
    },
    seed: seedOption,
  },
  fields: ({ classes }) => pointFields(classes),
  load: async ({ options }) =>
    pointTable(options, (label) => {
      const angle = (2 * Math.PI * label) / options.classes;
      return [Math.cos(angle), Math.sin(angle)];
    }),
});
