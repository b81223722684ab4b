/**
 * The median rule. Reference: Golovin et al., Google Vizier, 2017, section 3.2.1; with the value of the epoch,
 * not the running mean, as Optuna's MedianPruner.
 */
import { defineStopping, reportAt } from '../defineStopping.ts';

/** So many others must have come as far. */
export const STARTUP_OTHERS = 5;

export default defineStopping({
  id: 'median',
  label: 'Worse than median',
  doc: 'A trial ends when its best so far is worse than what half of the others had told by the same epoch, once five have come as far.',
  rank: 1,
  reason({ reports, others }) {
    const now = reports.at(-1);
    if (!now) return null;
    const told = others
      .flatMap((other) => reportAt(other, now.epoch)?.loss ?? [])
      .toSorted((a, b) => a - b);
    if (told.length < STARTUP_OTHERS) return null;
    const middle = told.length >> 1;
    const upper = told[middle] ?? NaN;
    const median = told.length % 2 === 1 ? upper : (upper + (told[middle - 1] ?? NaN)) / 2;
    const best = Math.min(...reports.map(({ loss }) => (Number.isNaN(loss) ? Infinity : loss)));
    return best > median
      ? `worse than the median of ${told.length} trials at epoch ${now.epoch}`
      : null;
  },
});
