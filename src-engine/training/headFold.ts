/**
 * What the batches of an evaluation add up to for one head, in float64: the states of its statistics, and
 * the metrics that are finished from them.
 */
import type { JudgedHead } from '../compile/index.ts';
import type { MetricDefinition, ReadOutputs } from '../metrics/index.ts';
import { metricKey } from '../metrics/names.ts';
import { type Confusion, confusion } from '../metrics/statistics/confusion.ts';
import { type Scores, scores } from '../metrics/statistics/scores.ts';
import { type LossSum, lossSum } from '../metrics/statistics/lossSum.ts';

/** Rows of a label that counts for nothing are taken out of whatever has numbers of each row. */
function withoutIgnored(outputs: ReadOutputs, rows: number, ignored: number | null) {
  const { labels } = outputs;
  if (ignored === null || !labels) return { outputs, rows };
  const kept = Array.from({ length: rows }, (_, row) => row).filter(
    (row) => labels[row] !== ignored,
  );
  if (kept.length === rows) return { outputs, rows };
  const taken = (values: ArrayLike<number>): ArrayLike<number> => {
    const width = values.length / rows;
    const out =
      values instanceof Int32Array
        ? new Int32Array(kept.length)
        : new Float32Array(kept.length * width);
    kept.forEach((row, to) => {
      for (let i = 0; i < width; i++) out[to * width + i] = values[row * width + i] ?? 0;
    });
    return out;
  };
  const ofRows = Object.entries(outputs).map(
    ([name, values]) => [name, BY_ROW.has(name) ? taken(values) : values] as const,
  );
  return { outputs: Object.fromEntries(ofRows), rows: kept.length };
}
/** As statistics of classes call them. */
const BY_ROW: ReadonlySet<string> = new Set(['probabilities', 'predicted', 'labels']);

export class HeadFold {
  readonly #judged: JudgedHead;
  readonly #states: ReadonlyMap<string, unknown>;

  constructor(judged: JudgedHead) {
    this.#judged = judged;
    const { statistics, metric } = judged;
    this.#states = new Map(statistics.map((each) => [each.id, each.start(metric)]));
  }

  /** What a program has left of a batch (headReads.ts). */
  add(outputs: ReadOutputs, samples: number): void {
    const { statistics, metric } = this.#judged;
    const rows = metric.task === 'classes' ? (outputs['labels']?.length ?? samples) : samples;
    const counted = withoutIgnored(outputs, rows, metric.ignoredLabel ?? null);
    for (const statistic of statistics) {
      statistic.add(this.#states.get(statistic.id), counted.outputs, counted.rows);
    }
  }

  /** Its loss so far, or NaN. */
  get loss(): number {
    const state = this.#states.get(lossSum.id) as LossSum | undefined;
    return state ? state.sum / state.samples : NaN;
  }

  /** By key; `several`: there are other heads, so names tell which loss they are of. */
  values(several: boolean): readonly (readonly [string, number])[] {
    const { head, metrics, metric } = this.#judged;
    return metrics.map((each) => {
      const value = each.finish(this.#stateOf(each), metric);
      return [metricKey(several ? head.loss : null, each.id), value];
    });
  }

  /** How often each class was taken for each; null where no classes are judged. */
  get confusion(): Uint32Array | null {
    const counted = this.#states.get(confusion.id);
    // Only ever the state of that statistic.
    return counted === undefined ? null : (counted as Confusion).counts;
  }

  /** Null where there are none, or too many classes for them. */
  get scores(): Scores | null {
    const binned = this.#states.get(scores.id);
    // Only ever the state of that statistic.
    return binned === undefined ? null : (binned as Scores);
  }

  #stateOf({ statistic }: MetricDefinition): unknown {
    return this.#states.get(statistic.id);
  }
}
