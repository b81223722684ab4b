/**
 * The numbers that a run is known by: of each metric its best and its last. A metric's name alone means the
 * best of validation, as one reads a table of runs; `test.accuracy` and `last(...)` say another. Pure.
 */
import { own } from '../ir/record.ts';
import { metricName } from '../metrics/names.ts';
import type {
  BestFigure,
  BestFigures,
  MetricPoint,
  MetricSplit,
  RunSummary,
} from '../protocol/index.ts';

export interface FigureName {
  readonly key: string;
  readonly split: MetricSplit;
  /** Of training only the last is known: the best of single batches says nothing. */
  readonly which: 'best' | 'last';
}

const SPLIT_NAMES: Readonly<Record<string, MetricSplit>> = {
  train: 'train',
  validation: 'validation',
  val: 'validation',
  test: 'test',
};

/** `test.accuracy`, `loss`, `digit.f1`. */
export function figureName(name: string, which: FigureName['which'] = 'best'): FigureName {
  const end = name.indexOf('.');
  const split = end < 0 ? undefined : own(SPLIT_NAMES, name.slice(0, end));
  return split
    ? { key: name.slice(end + 1), split, which }
    : { key: name, split: 'validation', which };
}

export function figureOf(run: RunSummary, { key, split, which }: FigureName): number | undefined {
  const last = own(run.last?.[split]?.values, key);
  if (which === 'last' || split === 'train') return last;
  // What is neither better nor worse has no best.
  return own(run.bests?.[split], key)?.value ?? last;
}

/** The bests with a point more; the same object where it is none. What is not finite is never best. */
export function withPoint(bests: BestFigures | undefined, point: MetricPoint): BestFigures {
  const { split, step, epoch } = point;
  const before = bests?.[split];
  const better = Object.entries(point.values).filter(([key, value]) => {
    const { better: direction } = metricName(key);
    if (direction === null || !Number.isFinite(value)) return false;
    const best = own(before, key)?.value;
    if (best === undefined) return true;
    return direction === 'higher' ? value > best : value < best;
  });
  if (better.length === 0) return bests ?? {};
  const found = better.map(([key, value]): [string, BestFigure] => [key, { value, step, epoch }]);
  return { ...bests, [split]: { ...before, ...Object.fromEntries(found) } };
}
