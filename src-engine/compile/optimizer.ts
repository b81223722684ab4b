/**
 * The optimisers of a checked document with their attributes filled in, and the numbers they are fed for
 * each step. Not their updates, which are ops: see update.ts.
 */
import type { Analysis } from '../check/analysis.ts';
import type { GroupPart, ObjectivePart } from '../check/objectiveParts.ts';
import { type AttrSchema, type AttrValues, defaultAttrs } from '../ir/attrs.ts';
import type { Objective, ParameterGroup } from '../ir/document.ts';
import type { FeedName } from '../ir/graph.ts';
import type { ConcreteShape } from '../ir/tensor.ts';
import { type OptimizerDefinition, optimizers, slotsOf } from '../optimizers/index.ts';

export interface ChosenOptimizer {
  readonly definition: OptimizerDefinition;
  readonly attrs: AttrValues<AttrSchema>;
  /** Names of what it keeps of each weight. */
  readonly slots: readonly string[];
}

/** Added to the loss: `l1` times the sum of the sizes of the parameters, `l2` times that of their squares. */
export interface Penalty {
  readonly l1: number;
  readonly l2: number;
}

/** Parameters that one update is for. */
export interface TrainedGroup {
  /** Index of the objective in the document. */
  readonly objective: number;
  /** Names its feeds: `0.0`, `1.2`. */
  readonly key: string;
  readonly nodes: readonly string[];
  readonly optimizer: ChosenOptimizer;
  readonly learningRateFactor: number;
  readonly penalty: Penalty;
  /** Updates of the run for one of these parameters. */
  readonly every: number;
}

/**
 * The rate of an objective for the step to come, where its own is `factor` times the optimiser's; or what it was
 * `before` updates earlier.
 */
export type RateOf = (objective: number, factor: number, before?: number) => number;

/** For measurements that need none in particular. */
export const constantRate =
  (rate: number): RateOf =>
  () =>
    rate;

/**
 * A number that the host writes before each step, in double. Of it as many as it takes where steps may be
 * skipped: for none of them skipped, for one, and so on.
 */
export interface StepScalar {
  readonly feed: FeedName;
  readonly shape: ConcreteShape;
  /** `step` counts from 1. */
  readonly values: (step: number, rateOf: RateOf) => Float64Array;
}

/** What the average of the weights moves by: all of the way at first, then `1 - decay`. */
export const EMA_SHARE: FeedName = 'optimizer:ema';

export const scalarFeed = (group: TrainedGroup, name: string): FeedName =>
  `optimizer:${group.key}:${name}`;

/** The optimiser of an objective, as set for one of its groups. */
export function chosenOptimizer(
  { optimizer: { type, attrs: given } }: Objective,
  group: ParameterGroup | null = null,
): ChosenOptimizer {
  const definition = optimizers.get(type);
  if (!definition) throw new Error('the optimiser was not checked');
  // Values fit the optimiser's own schema (restoreDocument); its type is erased here.
  const set = given as AttrValues<AttrSchema>;
  const decay = group?.weightDecay ?? null;
  const own = decay !== null && 'weightDecay' in definition.attrs ? { weightDecay: decay } : {};
  const attrs: AttrValues<AttrSchema> = { ...defaultAttrs(definition.attrs), ...set, ...own };
  return { definition, attrs, slots: slotsOf(definition, attrs) };
}

/** In the order of updates. */
export function trainedGroups({
  objectives,
}: Pick<Analysis, 'objectives'>): readonly TrainedGroup[] {
  return objectives.flatMap((part) => part.groups.map((group, i) => trainedGroup(part, group, i)));
}

function trainedGroup(
  { index, objective }: ObjectivePart,
  { settings, nodes }: GroupPart,
  position: number,
): TrainedGroup {
  return {
    objective: index,
    key: `${index}.${position}`,
    nodes,
    optimizer: chosenOptimizer(objective, settings),
    learningRateFactor: settings?.learningRateFactor ?? 1,
    penalty: { l1: settings?.l1 ?? 0, l2: settings?.l2 ?? 0 },
    every: objective.every,
  };
}

export function stepScalars(
  groups: readonly TrainedGroup[],
  skipsKnown = 1,
): readonly StepScalar[] {
  return groups.flatMap((group) =>
    Object.entries(group.optimizer.definition.scalars).map(([name, rule]) => ({
      feed: scalarFeed(group, name),
      shape: skipsKnown === 1 ? [] : [skipsKnown],
      values(step, rateOf) {
        const learningRate = rateOf(group.objective, group.learningRateFactor);
        // Of its own updates, as the optimiser of these parameters alone would count.
        const own = Math.floor(step / group.every);
        const previousRate =
          own > 1 ? rateOf(group.objective, group.learningRateFactor, group.every) : learningRate;
        return Float64Array.from({ length: skipsKnown }, (_, skipped) =>
          rule(
            { step: Math.max(1, own - skipped), learningRate, previousRate },
            group.optimizer.attrs,
          ),
        );
      },
    })),
  );
}
