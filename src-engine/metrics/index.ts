/** The registry of metrics: every file of this folder that has a default export. Pure: the page reads it too. */
import type { MetricDefinition, MetricHead } from './define.ts';

const modules = import.meta.glob<{ readonly default?: MetricDefinition }>(
  ['./*.ts', '!./index.ts', '!./define.ts', '!./names.ts'],
  { eager: true },
);

function collect(): ReadonlyMap<string, MetricDefinition> {
  const found = new Map<string, MetricDefinition>();
  for (const [path, module] of Object.entries(modules)) {
    const definition = module.default;
    if (!definition) throw new Error(`${path} has no default export`);
    if (path !== `./${definition.id}.ts`) throw new Error(`${path} defines ${definition.id}`);
    found.set(definition.id, definition);
  }
  return new Map([...found].toSorted(([, a], [, b]) => a.order - b.order));
}

export const metrics: ReadonlyMap<string, MetricDefinition> = collect();

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
