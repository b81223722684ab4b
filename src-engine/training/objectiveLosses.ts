/** What each of several objectives makes smaller, told beside the losses that it is the weighted sum of. */
import { objectiveKeys, type ObjectivePart } from '../check/objectiveParts.ts';
import { own } from '../ir/record.ts';
import { metricKey } from '../metrics/names.ts';
import type { MetricValues } from '../protocol/run.ts';

/** Of several objectives what each makes smaller, from the losses that are told one by one. */
export function objectiveLosses(
  parts: readonly ObjectivePart[],
  values: MetricValues,
): MetricValues {
  if (parts.length < 2) return {};
  const keys = objectiveKeys(parts);
  return Object.fromEntries(
    parts.map(({ index, losses, objective }) => {
      const weighed = losses.map(
        (id) => (own(values, metricKey(id, 'loss')) ?? NaN) * (own(objective.lossWeights, id) ?? 1),
      );
      const sum = weighed.reduce((total, each) => total + each, 0);
      return [metricKey(keys[index] ?? '', 'loss'), sum];
    }),
  );
}
