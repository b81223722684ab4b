/**
 * What sweeps and their trials are called. A trial's name says what makes it different, right after its
 * number, since lists cut names at their end; of which sweep it is its tag says. Pure.
 */
import type { NetworkDocument } from '../ir/document.ts';
import { shortName } from '../runs/settings.ts';
import type { SweepPlan, SweepTrial } from './sweep.ts';
import { type SearchSpace, valueCount, valueText } from './space.ts';
import { BYPASSED_NODE } from './targets.ts';

/** As the record takes names. */
const LONGEST = 200;

/** What has one value only is the same in all of them. */
const varied = (space: SearchSpace): SearchSpace =>
  space.filter((parameter) => valueCount(parameter) > 1);

export function sweepName(
  { name, training }: NetworkDocument,
  space: SearchSpace,
  seeds: number,
): string {
  const { folds } = training.split;
  const repeats = folds > 1 ? `${folds} folds` : `${seeds} seeds`;
  const what = varied(space).map((parameter) =>
    parameter.name === BYPASSED_NODE ? 'ablation' : shortName(parameter.name),
  );
  return `${name}: ${what.join(', ') || repeats}`.slice(0, LONGEST);
}

export function trialName(
  { name }: NetworkDocument,
  { space, seeds }: Pick<SweepPlan, 'space' | 'seeds'>,
  { number, values, seed, fold }: Pick<SweepTrial, 'number' | 'values' | 'seed' | 'fold'>,
): string {
  const what = varied(space).map(
    (parameter) => `${shortName(parameter.name)} ${valueText(values, parameter.name)}`,
  );
  if (fold !== undefined) what.push(`fold ${fold}`);
  if (seeds > 1) what.push(`seed ${seed}`);
  return `${name} ${number}: ${what.join(', ')}`.slice(0, LONGEST);
}
