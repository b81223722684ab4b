/** Functions of one variable to fit: noisy samples of a chosen curve. */
import type { DataField } from '../ir/attrs.ts';
import { defineDataset } from './define.ts';
import { countOption, noiseOption, seedOption } from './shared/options.ts';
import { dataRandom } from './shared/random.ts';
import { dataTable, featuresField, targetField } from './shared/table.ts';

/** On [-1, 1], with values of about that size, since targets are not normalised. */
const CURVES = {
  sine: (x) => Math.sin(2 * Math.PI * x),
  polynomial: (x) => 4 * x ** 3 - 3 * x + 0.5 * x ** 2,
  step: (x) => (x < 0 ? -0.8 : 0.8),
  absolute: (x) => 2 * Math.abs(x) - 1,
  bump: (x) => 2 * Math.exp(-12 * x ** 2) - 1,
  chirp: (x) => Math.sin(1.5 * Math.PI * (x + 1) ** 2),
  sawtooth: (x) => 2 * (1.5 * (x + 1) - Math.floor(1.5 * (x + 1))) - 1,
} as const satisfies Record<string, (x: number) => number>;
type Curve = keyof typeof CURVES;

/** With what the curve lies in, noise aside: to two digits, from points along it. */
function fieldsOf(curve: Curve): readonly [DataField, DataField] {
  const points = Array.from({ length: 1001 }, (_, i) => CURVES[curve](-1 + i / 500));
  const round = (value: number) => Number(value.toFixed(2));
  const range = [round(Math.min(...points)), round(Math.max(...points))] as const;
  return [featuresField(1), targetField(1, range)];
}

export default defineDataset({
  id: 'curves',
  label: 'Curves',
  doc: 'Noisy samples of a function of one variable, to fit by regression.',
  group: 'Curves',
  options: {
    curve: {
      kind: 'choice',
      default: 'sine',
      options: Object.keys(CURVES) as Curve[], // exactly the keys of the table
      optionLabels: {
        sine: 'Sine',
        polynomial: 'Cubic polynomial',
        step: 'Step',
        absolute: 'Absolute value',
        bump: 'Gaussian bump',
        chirp: 'Rising frequency',
        sawtooth: 'Sawtooth',
      } satisfies Record<Curve, string>,
      help: 'The function behind the samples.',
    },
    count: countOption(500),
    noise: noiseOption(0.1, 'Standard deviation of the Gaussian noise added to the target.'),
    seed: seedOption,
  },
  fields: ({ curve }) => fieldsOf(curve),
  async load({ options: { curve, count, noise, seed } }) {
    const random = dataRandom(seed, 'curve');
    const at = CURVES[curve];
    const x = new Float32Array(count);
    const y = new Float32Array(count);
    for (let row = 0; row < count; row++) {
      x[row] = 2 * random.uniform() - 1;
      y[row] = at(x[row] ?? 0) + noise * random.normal();
    }
    const [features, target] = fieldsOf(curve);
    return dataTable([
      { field: features, stored: x },
      { field: target, stored: y },
    ]);
  },
});
