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
    parts.flatMap(({ index, losses, objective }) => {
      const weighed = losses.flatMap((id) => {
        const value = own(values, metricKey(id, 'loss'));
        return value === undefined ? [] : [value * (own(objective.lossWeights, id) ?? 1)];
      });
      // Of labels that are all ignored a loss has no value, and its sum with others none.
      if (weighed.length < losses.length) return [];
      const sum = weighed.reduce((total, each) => total + each, 0);
      return [[metricKey(keys[index] ?? '', 'loss'), sum]];
    }),
  );
}
