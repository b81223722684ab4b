/** What the statistic of a metric makes of a whole split, batch after batch, as an evaluation does it. */
import type { Tensor } from '#engine/backends/reference/index.ts';
import { tensorType } from '#engine/ir/index.ts';
import type { JudgedBatch, MetricDefinition, MetricHead } from '#engine/metrics/index.ts';
import { GraphBuilder, type Value } from '#engine/ops/index.ts';
import { evaluateGraph } from './evaluate.ts';

/** A tensor of a whole split, cut into batches. */
export interface Fed {
  readonly shape: readonly number[];
  readonly dtype: 'f32' | 'i32';
  readonly values: readonly number[];
}

export const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/** What the metric's statistic makes of the samples, batch after batch. */
export function folded(
  { statistic }: MetricDefinition,
  head: MetricHead,
  fed: Readonly<Partial<Record<keyof JudgedBatch, Fed>>>,
  batchSize: number,
): unknown {
  const state = statistic.start(head);
  const [one] = Object.values(fed);
  if (!one) throw new Error('nothing to judge');
  const count = one.values.length / size(one.shape);
  for (let start = 0; start < count; start += batchSize) {
    const samples = Math.min(batchSize, count - start);
    const builder = new GraphBuilder();
    const leaves = new Map<number, { readonly values: readonly number[] }>();
    const batch = Object.fromEntries(
      Object.entries(fed).map(([name, { shape, dtype, values: all }]) => {
        const leaf = builder.leaf(
          { kind: 'feed', name: `input:${name}` },
          tensorType([samples, ...shape], dtype),
        );
        const each = size(shape);
        leaves.set(leaf.id, { values: all.slice(start * each, (start + samples) * each) });
        return [name, leaf];
      }),
    ) as unknown as JudgedBatch;
    const outputs = Object.entries<Value>(statistic.outputs(builder, batch, head));
    const results = evaluateGraph(builder.finish(), leaves);
    const read = outputs.map(([name, { id }]) => {
      const { data } = results[id] as Tensor;
      // As a device gives it back.
      return [name, Float32Array.from(data)] as const;
    });
    statistic.add(state, Object.fromEntries(read), samples);
  }
  return state;
}
