/** What the live view asks of a tensor: statistics, a histogram. */
import type { Kernels } from '../tensor.ts';

export const probeKernels: Kernels<'tensorStats' | 'histogram'> = {
  tensorStats([x], stats) {
    let [least, most, sum, zeros, finite] = [Infinity, -Infinity, 0, 0, 0];
    for (let i = 0; i < x.size; i++) {
      const value = x.at(i);
      if (!Number.isFinite(value)) continue;
      finite += 1;
      least = Math.min(least, value);
      most = Math.max(most, value);
      sum += value;
      if (value === 0) zeros += 1;
    }
    const mean = finite > 0 ? sum / finite : 0;
    let squares = 0;
    for (let i = 0; i < x.size; i++) {
      if (Number.isFinite(x.at(i))) squares += (x.at(i) - mean) ** 2;
    }
    const deviation = finite > 0 ? Math.sqrt(squares / finite) : 0;
    const range = finite > 0 ? [least, most] : [0, 0];
    stats.data.set([...range, mean, deviation, zeros / x.size, (x.size - finite) / x.size]);
  },
  histogram([x, stats], counts, { bins }) {
    counts.data.fill(0);
    const [least, most] = [stats.at(0), stats.at(1)];
    const perUnit = most > least ? bins / (most - least) : 0;
    for (let i = 0; i < x.size; i++) {
      const value = x.at(i);
      if (!Number.isFinite(value)) continue;
      const bin = Math.floor((value - least) * perUnit);
      counts.add(Math.min(Math.max(bin, 0), bins - 1), 1);
    }
  },
};
