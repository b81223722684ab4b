/**
 * Evaluations of a run as it goes: of a split with the weights of now, told as a point of the curves, with
 * the confusion matrix where classes are judged. When they are due is the trainer's to say.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { Platform } from '../platform/platform.ts';
import { mainFirst } from '../check/heads.ts';
import { type JudgedHead, judgedHeads } from '../compile/index.ts';
import type { MetricHead } from '../metrics/index.ts';
import { classScores } from '../metrics/statistics/classScores.ts';
import type { ConfusionCounts, MetricPoint } from '../protocol/run.ts';
import { type Evaluation, evaluate } from './evaluate.ts';
import type { RunMemory } from './memory.ts';
import { objectiveLosses } from './objectiveLosses.ts';
import type { Prepared } from './prepare.ts';
import type { EmitEvent, Reporter } from './reporter.ts';

/** Confusion is only looked at: of evaluations in quick succession the last will do. */
const CONFUSION_INTERVAL_MS = 250;

export interface ValidatorOptions {
  readonly runId: string;
  readonly platform: Pick<Platform, 'now'>;
  readonly prepared: Prepared;
  readonly memory: RunMemory;
  readonly programs: ReadonlyMap<number, LoadedProgram>;
  readonly evaluateBatch: number;
  /** At most so many training rows, for `judgeTraining`; absent: none. */
  readonly judgeTraining?: number;
  readonly emit: EmitEvent;
  readonly reporter: Reporter;
  /** Between batches; false when there is no point in going on. */
  readonly yieldToEventLoop: () => Promise<boolean>;
}

/** Evenly spread over the training rows where there are more; those that are dealt into buckets are in no order. */
export function judgedRows(
  { splits: { train }, streamed }: Pick<Prepared, 'splits' | 'streamed'>,
  most = 0,
): Int32Array {
  if (streamed) return train.slice(0, most);
  const count = Math.min(train.length, most);
  return Int32Array.from(
    { length: count },
    (_, i) => train[Math.floor((i * train.length) / count)] ?? 0,
  );
}

/** Where in the run a point stands. */
export type PointPlace = Pick<MetricPoint, 'step' | 'epoch' | 'timeMs'>;

export class Validator {
  readonly #options: ValidatorOptions;
  readonly #heads: readonly JudgedHead[];
  #confusionAt = -Infinity;

  constructor(options: ValidatorOptions) {
    this.#options = options;
    const { analysis, binding } = options.prepared;
    this.#heads = judgedHeads(analysis, binding);
  }

  /** Null where the split is empty or the evaluation was cut off. `last`: no other will come. */
  async run(
    split: 'validation' | 'test',
    place: PointPlace,
    last: boolean,
  ): Promise<Evaluation | null> {
    const { platform, prepared, reporter, emit, runId } = this.#options;
    const evaluation = await this.#evaluate(prepared.splits[split]);
    if (!evaluation) return null;
    const { values } = evaluation;
    const ofObjectives = objectiveLosses(prepared.analysis.objectives, values);
    reporter.point({ split, ...place, values: { ...values, ...ofObjectives } });
    const now = platform.now();
    if (!last && now - this.#confusionAt < CONFUSION_INTERVAL_MS) return evaluation;
    const [first, ...others] = this.#counts(evaluation);
    if (first) {
      this.#confusionAt = now;
      const body = { step: place.step, split, ...first, ...(others.length > 0 && { others }) };
      emit('snapshot', { runId, kind: 'confusion', body });
    }
    return evaluation;
  }

  /** What the weights of now make of training rows: no point of the curves, which are of training mode. */
  async judgeTraining(): Promise<void> {
    const { prepared, reporter, judgeTraining } = this.#options;
    const rows = judgedRows(prepared, judgeTraining);
    const evaluation = await this.#evaluate(rows);
    if (!evaluation) return;
    reporter.trained({ values: evaluation.values, samples: rows.length });
  }

  #evaluate(rows: Int32Array): Promise<Evaluation | null> {
    const { memory, programs, prepared, evaluateBatch: batch, yieldToEventLoop } = this.#options;
    const { seed } = prepared.document.training;
    return evaluate({ memory, programs, heads: this.#heads, rows, batch, seed, yieldToEventLoop });
  }

  /** By head, that which is shown first. */
  #counts({ confusions, scores }: Evaluation): readonly ConfusionCounts[] {
    const metrics = new Map(this.#heads.map(({ head, metric }) => [head.loss, metric]));
    return mainFirst(this.#options.prepared.analysis).flatMap(({ loss, labels }) => {
      const [counts, metric] = [confusions.get(loss), metrics.get(loss)];
      if (!counts || !metric) return [];
      const binned = scores.get(loss);
      return [
        {
          ...(labels && { kind: 'labels' as const }),
          ...{ loss, classNames: labels ?? classNames(metric), counts },
          ...(binned && { scores: classScores(binned) }),
        },
      ];
    });
  }
}

/** Also of classes that the data does not have and the network may answer. */
function classNames({ targetField, classes }: MetricHead): readonly string[] {
  return Array.from({ length: classes }, (_, i) => targetField?.classNames?.[i] ?? String(i));
}
