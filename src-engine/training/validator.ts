/**
 * Evaluations of a run as it goes: of a split with the weights of now, told as a point of the curves, with
 * the confusion matrix where classes are judged. When they are due is the trainer's to say.
 */
import type { LoadedProgram } from '../backends/backend.ts';
import type { Platform } from '../platform/platform.ts';
import type { MetricPoint } from '../protocol/run.ts';
import { type Evaluation, evaluate, type EvaluateRequest } from './evaluate.ts';
import type { RunMemory } from './memory.ts';
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
  readonly breathe: () => Promise<boolean>;
}

/** Evenly spread over the training rows where there are more. */
export function judgedRows(train: Int32Array, most = 0): Int32Array {
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
  #confusionAt = -Infinity;

  constructor(options: ValidatorOptions) {
    this.#options = options;
  }

  /** Null where the split is empty or the evaluation was cut off. `last`: no other will come. */
  async run(
    split: 'validation' | 'test',
    place: PointPlace,
    last: boolean,
  ): Promise<Evaluation | null> {
    const { platform, prepared, reporter, emit, runId } = this.#options;
    const counted = last || platform.now() - this.#confusionAt >= CONFUSION_INTERVAL_MS;
    const labels = this.#labelColumn();
    const classes = labels?.field.classes;
    const evaluation = await this.#evaluate(
      prepared.splits[split],
      counted && labels?.stored instanceof Int32Array && classes !== undefined
        ? { labels: { values: labels.stored, classes } }
        : {},
    );
    if (!evaluation) return null;
    const { values, confusion } = evaluation;
    reporter.point({ split, ...place, values });
    if (confusion) {
      this.#confusionAt = platform.now();
      const classNames = this.#classNames();
      const frame = { step: place.step, split, classNames, counts: confusion };
      emit('snapshot', { runId, kind: 'confusion', body: frame });
    }
    return evaluation;
  }

  /** What the weights of now make of training rows: no point of the curves, which are of training mode. */
  async judgeTraining(): Promise<void> {
    const { prepared, reporter, judgeTraining } = this.#options;
    const rows = judgedRows(prepared.splits.train, judgeTraining);
    const evaluation = await this.#evaluate(rows);
    if (!evaluation) return;
    reporter.trained({ values: evaluation.values, samples: rows.length });
  }

  #evaluate(
    rows: Int32Array,
    labels: Pick<EvaluateRequest, 'labels'> = {},
  ): Promise<Evaluation | null> {
    const { memory, programs, prepared, evaluateBatch: batch, breathe } = this.#options;
    const { seed } = prepared.document.training;
    return evaluate({ memory, programs, rows, batch, seed, ...labels, breathe });
  }

  #labelColumn() {
    return this.#options.prepared.table.columns.find(({ field }) => field.role === 'label');
  }

  #classNames(): readonly string[] {
    const field = this.#labelColumn()?.field;
    return field?.classNames ?? Array.from({ length: field?.classes ?? 0 }, (_, i) => String(i));
  }
}
