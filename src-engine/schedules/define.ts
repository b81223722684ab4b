/**
 * What a learning-rate schedule file states. One file per schedule in this folder, found by index.ts; the
 * form, its drawing, training and the PyTorch text follow from it. Pure: the page draws the same function.
 * Rates are computed in double on the host and fed; no schedule is an op.
 *
 * To add a schedule: copy the nearest file, name it the camelCase of its `type`, add its values to
 * test/parity/torch_plans.py (all_schedules), which writes torch_plans.json. Nothing else changes.
 */
import type { AttrSchema, AttrValues } from '../ir/attrs.ts';

/** Where training is, before a step. */
export interface ScheduleTime {
  /** Updates done. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  readonly totalSteps: number;
}

/** Full epochs done. */
export const epochOf = ({ step, stepsPerEpoch }: ScheduleTime): number =>
  Math.floor(step / stepsPerEpoch);

/** What a schedule that watches a metric knows of it. Plain JSON: checkpoints keep it. */
export interface PlateauState {
  readonly best: number | null;
  readonly epochsSinceBest: number;
  readonly cooldown: number;
  /** Times the rate was cut. */
  readonly cuts: number;
  /** In the epoch before; missing in checkpoints of earlier versions. */
  readonly cutsBefore?: number;
}

/** Python expressions that a schedule is constructed from. */
export interface TorchPlan {
  readonly optimizer: string;
  /** Updates of the whole run. */
  readonly totalSteps: string;
  readonly stepsPerEpoch: string;
  /** Of the metric that is watched: whether less of it is better. */
  readonly mode: 'min' | 'max';
}

export interface ScheduleSpec<S extends AttrSchema> {
  /** PyTorch's class name. Unique. */
  readonly type: string;
  readonly label: string;
  /** What it does and when to use it; plain sentences. */
  readonly doc: string;
  readonly formula?: string;
  readonly attrs: S;
  /** The rate of the step to come; `base` is the optimiser's own. */
  rate(base: number, at: ScheduleTime, attrs: AttrValues<S>, state: PlateauState): number;
  /** Called with the watched metric once an epoch, smaller being better. */
  readonly observe?: (state: PlateauState, value: number, attrs: AttrValues<S>) => PlateauState;
  /** Python that constructs it. Null where it needs none. */
  torch(attrs: AttrValues<S>, plan: TorchPlan): string | null;
  /** When its `step()` is called in Python; absent: after every update. `epochs`: with how many there were so far. */
  readonly torchStep?: 'epoch' | 'epochs' | 'metric';
}
export type ScheduleDefinition = ScheduleSpec<AttrSchema>;

export const FIRST_STATE: PlateauState = { best: null, epochsSinceBest: 0, cooldown: 0, cuts: 0 };

export function defineSchedule<S extends AttrSchema>(spec: ScheduleSpec<S>): ScheduleDefinition {
  // Erased as layers are; see layers/define.ts.
  return spec as unknown as ScheduleDefinition;
}
