/** What came of each value of one setting of a sweep, for a chart of it: the best with it, and all its trials. Pure. */
import type { JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import type { SweepInfo } from '#engine/protocol/index.ts';
import { spreadOf, type Spread } from '#engine/runs/index.ts';
import { type Parameter, sweepResults } from '#engine/search/index.ts';

export interface SettingPoint {
  readonly value: JsonValue;
  /** The best setting that has it, mean of its seeds: by others it was tried with it is not judged. */
  readonly judged: number;
  /** The best of each trial. */
  readonly bests: readonly number[];
  readonly spread: Spread;
}

/** By their order: of numbers by size, of words as they were written. */
export function settingPoints(
  { plan, trials }: SweepInfo,
  parameter: Parameter,
): readonly SettingPoint[] {
  interface Found {
    readonly value: JsonValue;
    readonly judged: number;
    readonly bests: number[];
  }
  const found = new Map<string, Found>();
  // Best first.
  for (const { values, value: judged, bests } of sweepResults(plan, trials)) {
    const value = own(values, parameter.name);
    if (value === undefined || judged === null) continue;
    const key = JSON.stringify(value);
    const point = found.get(key) ?? { value, judged, bests: [] };
    point.bests.push(...bests);
    found.set(key, point);
  }
  const place = ({ value }: { readonly value: JsonValue }): number =>
    typeof value === 'number'
      ? value
      : parameter.kind === 'choice'
        ? parameter.values.findIndex((each) => JSON.stringify(each) === JSON.stringify(value))
        : 0;
  return [...found.values()]
    .flatMap((point) => {
      const spread = spreadOf(point.bests);
      return spread ? [{ ...point, spread }] : [];
    })
    .toSorted((a, b) => place(a) - place(b));
}

/** Whether a line through the means says something: between two numbers there are others, between words none. */
export const isNumberLine = (points: readonly SettingPoint[], { kind }: Parameter): boolean =>
  points.every(({ value }) => typeof value === 'number') && kind !== 'float';
