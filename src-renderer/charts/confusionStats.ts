/** Figures of a confusion matrix, and colours for its cells. */
import {
  classCounts,
  f1Of,
  LABEL_CELLS,
  precisionOf,
  recallOf,
} from '#engine/metrics/statistics/confusion.ts';
import type { ConfusionFrame } from '#engine/protocol/run.ts';
import type { Ramp } from './colors.ts';

export interface ConfusionStats {
  readonly total: number;
  readonly accuracy: number;
  readonly rowTotals: readonly number[];
  /** NaN for a class of which there is no sample. */
  readonly recall: readonly number[];
}

export function confusionStats({
  counts,
  classNames,
}: Pick<ConfusionFrame, 'counts' | 'classNames'>): ConfusionStats {
  const size = classNames.length;
  const rowTotals = classNames.map((_, row) =>
    counts.subarray(row * size, (row + 1) * size).reduce((sum, count) => sum + count, 0),
  );
  const right = classNames.map((_, row) => counts[row * size + row] ?? 0);
  const total = rowTotals.reduce((sum, count) => sum + count, 0);
  return {
    total,
    accuracy: right.reduce((sum, count) => sum + count, 0) / total,
    rowTotals,
    recall: right.map((count, row) => count / (rowTotals[row] ?? 0)),
  };
}

export interface ClassFigures {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

export interface ClassReport {
  readonly classes: readonly (ClassFigures & { readonly name: string; readonly support: number })[];
  /** Over the classes that occur or were predicted; over all labels. */
  readonly macro: ClassFigures;
  /** By how many samples there are of each. */
  readonly weighted: ClassFigures;
  readonly total: number;
}

/** As scikit-learn's classification report. */
export function classReport({
  counts,
  classNames,
  kind,
}: Pick<ConfusionFrame, 'counts' | 'classNames' | 'kind'>): ClassReport {
  const ofLabels = kind === 'labels';
  const classes = classNames.length;
  const each = classCounts({
    ...{ classes, counts },
    ...(ofLabels && { ofLabels: { samples: 0, right: 0 } }),
  });
  const figures = each.map((of) => ({
    ...{ precision: precisionOf(of), recall: recallOf(of), f1: f1Of(of), support: of.actual },
    isThere: ofLabels || of.actual + of.predicted > 0,
  }));
  const total = each.reduce((sum, { actual }) => sum + actual, 0);
  const mean = (weight: (of: (typeof figures)[number]) => number): ClassFigures => {
    const all = figures.reduce((sum, of) => sum + weight(of), 0);
    const of = (key: keyof ClassFigures): number =>
      figures.reduce((sum, one) => sum + one[key] * weight(one), 0) / all;
    return { precision: of('precision'), recall: of('recall'), f1: of('f1') };
  };
  return {
    classes: figures.map(({ isThere: _, ...own }, i) => ({ ...own, name: classNames[i] ?? '' })),
    macro: mean(({ isThere }) => (isThere ? 1 : 0)),
    weighted: mean(({ support }) => support),
    total,
  };
}

/** Of labels, the share of all answers that are right, and how many samples were judged. */
export function labelStats({ counts }: Pick<ConfusionFrame, 'counts'>): {
  readonly accuracy: number;
  readonly total: number;
} {
  const isRight = (cell: number): boolean => cell % LABEL_CELLS === 0 || cell % LABEL_CELLS === 3;
  const sum = (values: Uint32Array): number => values.reduce((total, each) => total + each, 0);
  return {
    accuracy: sum(counts.filter((_, cell) => isRight(cell))) / sum(counts),
    total: sum(counts.subarray(0, LABEL_CELLS)),
  };
}

export interface RampColor {
  readonly css: string;
  /** Relative luminance, 0..1. */
  readonly luminance: number;
}

export function rampColor(ramp: Ramp, share: number): RampColor {
  const at = Math.round(Math.min(1, Math.max(0, share)) * 255) * 3;
  const [red = 0, green = 0, blue = 0] = [ramp[at], ramp[at + 1], ramp[at + 2]];
  const linear = (value: number): number => (value / 255) ** 2.2;
  return {
    css: `rgb(${red} ${green} ${blue})`,
    luminance: 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue),
  };
}

/** Dark or white ink, whichever reads better (equal contrast lies at a luminance of 0.18). */
export function inkOn({ luminance }: RampColor): string {
  return luminance > 0.18 ? 'var(--img-bg)' : 'var(--t-on-fill)';
}
