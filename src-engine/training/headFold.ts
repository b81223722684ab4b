/**
 * What the batches of an evaluation add up to for one head, in float64: the states of its statistics, and
 * the metrics that are finished from them.
 */
import type { JudgedHead } from '../compile/index.ts';
import type { MetricDefinition, ReadOutputs } from '../metrics/index.ts';
import { metricKey } from '../metrics/names.ts';
import { type Confusion, confusion } from '../metrics/statistics/confusion.ts';

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
    for (const statistic of this.#judged.statistics) {
      statistic.add(this.#states.get(statistic.id), outputs, samples);
    }
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

  #stateOf({ statistic }: MetricDefinition): unknown {
    return this.#states.get(statistic.id);
  }
}
