/** The registry of metrics: every file of this folder that has a default export. Pure: the page reads it too. */
import { registry } from '../ir/registry.ts';
import type { MetricDefinition, MetricHead } from './define.ts';

export const metrics: ReadonlyMap<string, MetricDefinition> = registry(
  import.meta.glob<{ readonly default?: MetricDefinition }>(
    ['./*.ts', '!./index.ts', '!./define.ts', '!./names.ts'],
    { eager: true },
  ),
  { kind: 'metric', nameOf: ({ id }) => id, rank: ({ order }) => order },
);

export const metricsFor = (head: MetricHead): readonly MetricDefinition[] =>
  [...metrics.values()].filter((metric) => metric.appliesTo(head));

export type {
  JudgedBatch,
  MetricDefinition,
  MetricHead,
  MetricScale,
  MetricUnit,
  ReadOutputs,
  Statistic,
} from './define.ts';
