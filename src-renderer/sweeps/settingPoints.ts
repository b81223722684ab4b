/** What came of each value of one setting of a sweep, for a chart of it: mean and range over all its trials. Pure. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import type { SweepInfo } from '#engine/protocol/index.ts';
import { spreadOf, type Spread } from '#engine/runs/index.ts';
import { bestOf, type Parameter } from '#engine/search/index.ts';

export interface SettingPoint {
  readonly value: JsonValue;
  /** The best of each trial. */
  readonly bests: readonly number[];
  readonly spread: Spread;
}

/** By their order: of numbers by size, of words as they were written. */
export function settingPoints(
  { plan, trials }: SweepInfo,
  parameter: Parameter,
): readonly SettingPoint[] {
  const found = new Map<string, { readonly value: JsonValue; readonly bests: number[] }>();
  for (const trial of trials) {
    const value = own(trial.values, parameter.name);
    const best = bestOf(plan, trial);
    if (value === undefined || best === null) continue;
    const key = JSON.stringify(value);
    const point = found.get(key) ?? { value, bests: [] };
    point.bests.push(best);
    found.set(key, point);
  }
  const place = ({ value }: { readonly value: JsonValue }): number =>
    typeof value === 'number'
      ? value
      : parameter.kind === 'choice'
        ? parameter.values.findIndex((each) => JSON.stringify(each) === JSON.stringify(value))
        : 0;
  return [...found.values()]
    .flatMap(({ value, bests }) => {
      const spread = spreadOf(bests);
      return spread ? [{ value, bests, spread }] : [];
    })
    .toSorted((a, b) => place(a) - place(b));
}

/** Whether a line through the means says something: between two numbers there are others, between words none. */
export const isNumberLine = (points: readonly SettingPoint[], { kind }: Parameter): boolean =>
  points.every(({ value }) => typeof value === 'number') && kind !== 'float';
