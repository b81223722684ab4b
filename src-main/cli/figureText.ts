/** A metric's number as a person reads it: shares in percent. */
import { metricName } from '#engine/metrics/names.ts';

export function figureText(key: string, value: number): string {
  const { unit } = metricName(key);
  const isPart = unit === 'share' || unit === 'relative';
  return isPart ? `${(100 * value).toFixed(2)} %` : value.toFixed(4);
}
