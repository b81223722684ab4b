/** Numbers to predict that are far from one: prices in dollars, counts of people. */
import { LARGE_TARGET } from '#engine/datasets/index.ts';
import { defineFinding, shown } from '../look.ts';

export default defineFinding({
  name: 'large-target',
  look({ target, options }) {
    const numbers = target?.column.numbers;
    if (!target || target.labels || !numbers) return [];
    const { name, index } = target.column;
    const size = Math.max(Math.abs(numbers.mean), numbers.standardDeviation);
    if (!(size / options.targetScale > LARGE_TARGET)) return [];
    const scale = 10 ** Math.round(Math.log10(size));
    return [
      {
        ...{ severity: 'warning', columns: [index] },
        message: `${name} is large: ${shown(Number(numbers.mean.toPrecision(3)))} on average.`,
        consequence:
          'Training would be slow. Errors and answers stay in its own numbers where it is divided.',
        fixes: [{ label: `Divide ${name} by ${shown(scale)}`, options: { targetScale: scale } }],
      },
    ];
  },
});
