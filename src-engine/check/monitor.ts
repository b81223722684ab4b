/**
 * The metric of validation that says which epoch is best: what early stopping, the best checkpoint and
 * schedules that wait for a plateau watch, all the same one.
 */
import type { TrainingSettings } from '../ir/document.ts';
import type { Problem } from '../ir/problem.ts';
import { own } from '../ir/record.ts';
import { metricsFor } from '../metrics/index.ts';
import { metricKey, metricName } from '../metrics/names.ts';
import { schedules } from '../schedules/index.ts';
import type { Analysis } from './analysis.ts';
import type { CheckContext } from './context.ts';
import { type Head, headsOf } from './heads.ts';
import type { ObjectivePart } from './objectiveParts.ts';

export interface Monitor {
  /** As in the points. */
  readonly key: string;
  readonly better: 'higher' | 'lower';
}

type Settings = Pick<TrainingSettings, 'monitor'>;

/** Null where nothing was chosen and no number says which epoch is best. */
export function monitorOf(
  { monitor }: Settings,
  { objectives }: Pick<Analysis, 'objectives'>,
): Monitor | null {
  const key = monitor ?? (isGame(objectives) ? null : 'loss');
  return key === null ? null : { key, better: metricName(key).better ?? 'lower' };
}

/** What it comes to, larger being better; NaN where it was not told. */
export function monitored(
  { key, better }: Monitor,
  values: Readonly<Record<string, number>>,
): number {
  const value = own(values, key) ?? NaN;
  return better === 'higher' ? value : -value;
}

/** Two objectives each of which judges what the other trains: what is better for one is worse for the other. */
function isGame(objectives: readonly ObjectivePart[]): boolean {
  const judges = (a: ObjectivePart, b: ObjectivePart): boolean => {
    const nodes = new Set(a.nodes);
    return b.groups.some((group) => group.nodes.some((id) => nodes.has(id)));
  };
  return objectives.some((a) =>
    objectives.some((b) => a.index < b.index && judges(a, b) && judges(b, a)),
  );
}

/** What can be watched in this network, in list order of each head; `loss` is all losses together. */
export function monitorKeys(heads: readonly Head[]): readonly string[] {
  const several = heads.length > 1;
  const keys = heads.flatMap((head) =>
    metricsFor(outline(head))
      .filter(({ better }) => better !== null)
      .map(({ id }) => metricKey(several ? head.loss : null, id)),
  );
  return [...new Set(['loss', ...keys])];
}

/** As far as wires tell; how the data is scaled is known when it is read. */
function outline({ classifies, labels, targetField, targetVaries }: Head) {
  const field = targetField?.field ?? null;
  return {
    task: classifies ? 'classes' : labels ? 'labels' : targetVaries ? 'numbers' : 'none',
    classes: classifies ? (field?.classes ?? 2) : (labels?.length ?? 0),
    sampleSize: 1,
    targetField: field,
    targetNormalisation: field?.role === 'input' ? { shift: [0], scale: [1] } : null,
    targetRange: field?.shape.length === 3 ? 1 : null,
    targetWhite: field?.shape.length === 3 ? 1 : null,
  } as const;
}

export function checkMonitor(context: CheckContext): readonly Problem[] {
  const { training } = context.document;
  const heads = headsOf(context);
  const reset = {
    label: 'Watch the loss',
    edits: [{ kind: 'setTraining', training: { monitor: 'loss' } }],
  } as const;
  const problem = { severity: 'warning', path: 'training.monitor', fixes: [reset] } as const;
  if (training.monitor !== null && heads.length > 0) {
    if (monitorKeys(heads).includes(training.monitor)) return [];
    return [
      {
        ...problem,
        code: 'training.monitor-unknown',
        message: `Training watches ${training.monitor}, which this network does not have: the loss is watched instead.`,
      },
    ];
  }
  const waits = training.earlyStopping !== null || training.objectives.some(waitsForPlateau);
  if (!waits || monitorOf(training, context) !== null) return [];
  return [
    {
      ...problem,
      code: 'training.monitor-none',
      message:
        'No metric is watched, so training neither stops early nor lowers its rate on a plateau.',
      explanation:
        'The objectives work against each other, and the sum of their losses says nothing of how good they are. Choose what to watch.',
    },
  ];
}

const waitsForPlateau = ({ schedule }: TrainingSettings['objectives'][number]): boolean =>
  schedules.get(schedule.type)?.observe !== undefined;
