/**
 * Asynchronous successive halving: at 1, 3, 9, 27, ... epochs a trial goes on only if it is among the best third
 * of those that have come to the same rung by then. Nobody waits for others, so early ones pass easily.
 * Reference: Li et al., A system for massively parallel hyperparameter tuning, 2020 (algorithm 2), in the form
 * that stops instead of promoting, as Optuna's SuccessiveHalvingPruner: until there are three on a rung, only
 * the best of them goes on.
 */
import { defineStopping, reportAt } from '../defineStopping.ts';

export const REDUCTION = 3;

export default defineStopping({
  id: 'asha',
  label: 'Successive halving (ASHA)',
  doc: 'At 1, 3, 9, 27 and so on epochs a trial goes on only if it is among the best third of those that came as far. Most is trained for one epoch, little to the end: for many trials of many epochs.',
  rank: 2,
  reason({ reports, others }) {
    const now = reports.at(-1);
    const before = reports.at(-2);
    if (!now) return null;
    for (let rung = 1; rung <= now.epoch; rung *= REDUCTION) {
      // Judged once, when it comes to the rung.
      if (before && before.epoch >= rung) continue;
      const own = reportAt(reports, rung) ?? now;
      const told = others.flatMap((other) => reportAt(other, rung)?.loss ?? []);
      const competing = [...told, own.loss].toSorted(ascending);
      const last = Math.max(1, Math.floor(competing.length / REDUCTION)) - 1;
      const bar = competing[last] ?? Infinity;
      if (!(own.loss <= bar)) {
        return `not among the best third of ${competing.length} trials at epoch ${rung}`;
      }
    }
    return null;
  },
});

/** What is not a number is worst. */
const ascending = (a: number, b: number): number =>
  Number.isNaN(a) ? (Number.isNaN(b) ? 0 : 1) : Number.isNaN(b) ? -1 : a - b;
