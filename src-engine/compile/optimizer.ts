/**
 * The optimiser of a checked document with its attributes filled in, and the numbers it is fed for each
 * step. Not its update, which is ops: see update.ts.
 */
import { type AttrSchema, type AttrValues, defaultAttrs } from '../ir/attrs.ts';
import type { NetworkDocument } from '../ir/document.ts';
import type { FeedName } from '../ir/graph.ts';
import { type OptimizerDefinition, optimizers, type StepPosition } from '../optimizers/index.ts';

export interface ChosenOptimizer {
  readonly definition: OptimizerDefinition;
  readonly attrs: AttrValues<AttrSchema>;
  readonly moments: 0 | 1 | 2;
}

/** What the host writes before a step, in double. */
export type StepScalars = (at: StepPosition) => ReadonlyMap<FeedName, number>;

export const scalarFeed = (name: string): FeedName => `optimizer:${name}`;

export function chosenOptimizer(document: NetworkDocument): ChosenOptimizer {
  const [objective] = document.training.objectives;
  const definition = optimizers.get(objective?.optimizer.type ?? '');
  if (!objective || !definition) throw new Error('the optimiser was not checked');
  // Values fit the optimiser's own schema (restoreDocument); its type is erased here.
  const set = objective.optimizer.attrs as AttrValues<AttrSchema>;
  const attrs = { ...defaultAttrs(definition.attrs), ...set };
  const { moments } = definition;
  return {
    definition,
    attrs,
    moments: typeof moments === 'function' ? moments(attrs) : moments,
  };
}

export function stepScalars({ definition, attrs }: ChosenOptimizer): StepScalars {
  const rules = Object.entries(definition.scalars);
  return (at) => new Map(rules.map(([name, rule]) => [scalarFeed(name), rule(at, attrs)]));
}
