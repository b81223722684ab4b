/** The figures of compared runs as rows of a table: at the crosshair, best, last, and what they cost. Pure. */
import { inListOrder, inSentence, metricName } from '#engine/metrics/names.ts';
import type { MetricSplit, RunRow } from '#engine/protocol/run.ts';
import { figureOf, type FigureName, spentText } from '#engine/runs/index.ts';
import { formatY } from '#renderer/charts/curveOption.ts';
import {
  formatDuration,
  formatFixed,
  formatInteger,
  formatNumber,
  trueMinus,
} from '#renderer/ui/format.ts';
import type { OverlayValues } from '../curves/overlayModel.ts';
import { deviceText } from '#renderer/training/dataAndDevice.ts';

export interface ValueCell {
  readonly text: string;
  /** By the metric's direction, of a difference from the baseline. */
  readonly tone?: 'better' | 'worse';
  /** The figure itself where its difference is shown. */
  readonly title?: string;
}
export interface ValueRow {
  readonly key: string;
  readonly label: string;
  /** Run by run. */
  readonly cells: readonly ValueCell[];
}
export interface ValueGroup {
  readonly title: string;
  readonly rows: readonly ValueRow[];
}

const NONE: ValueCell = { text: '–' };

export interface CrosshairRow {
  readonly key: string;
  readonly metric: string;
  readonly label: string;
  readonly text: (of: OverlayValues) => string;
}

/**
 * What is told of a metric at the crosshair: training, validation, and how far they are apart, each where any
 * run has it in the end (`ends`), so that no row comes and goes with the pointer.
 */
export function crosshairRows(
  metric: string,
  ends: readonly OverlayValues[],
): readonly CrosshairRow[] {
  const { label, better } = metricName(metric);
  const row = (
    name: string,
    pick: (value: OverlayValues) => number,
    text: (value: number) => string = (value) => formatY(value, metric, true),
  ) => ({
    ...{ key: `${metric} ${name}`, metric, label: name, pick },
    text: (of: OverlayValues) => {
      const value = pick(of);
      return Number.isFinite(value) ? text(value) : NONE.text;
    },
  });
  const rows = [
    row(`Train ${inSentence(label)}`, ({ train }) => train),
    row(`Val ${inSentence(label)}`, ({ validation }) => validation),
    // Of a rate or a norm there is none.
    ...(better === null
      ? []
      : [
          row(
            'Gap, val − train',
            ({ validation, train }) => validation - train,
            (value) => signed(value, metric),
          ),
        ]),
  ];
  return rows.filter(({ pick }) => ends.some((of) => Number.isFinite(pick(of))));
}

/** Of validation and test, each metric that any of the runs has; against the baseline where one is pinned. */
export function figureRows(
  runs: readonly RunRow[],
  baseline: RunRow | null,
  which: FigureName['which'],
): readonly ValueRow[] {
  return (['validation', 'test'] as const).flatMap((split) =>
    keysOf(runs, split, which).map((key): ValueRow => {
      const figure: FigureName = { key, split, which };
      const base = baseline ? figureOf(baseline, figure) : undefined;
      return {
        key: `${split} ${key}`,
        label: `${split === 'test' ? 'Test' : 'Val'} ${inSentence(metricName(key).label)}`,
        cells: runs.map((run) => {
          const value = figureOf(run, figure);
          if (value === undefined) return NONE;
          const text = formatY(value, key, true);
          return run === baseline || base === undefined
            ? { text }
            : { ...delta(value, base, key), title: text };
        }),
      };
    }),
  );
}

function keysOf(
  runs: readonly RunRow[],
  split: MetricSplit,
  which: FigureName['which'],
): readonly string[] {
  const keys = runs.flatMap((run) =>
    Object.keys((which === 'best' ? run.bests?.[split] : run.last?.[split]?.values) ?? {}),
  );
  return inListOrder(new Set(keys)).filter((key) => metricName(key).ofSamples);
}

/** Sign, then number; good or bad by the metric's direction. */
export function delta(value: number, base: number, key: string): ValueCell {
  const difference = value - base;
  if (difference === 0) return { text: '±0' };
  const { better } = metricName(key);
  if (better === null || Number.isNaN(difference)) return { text: signed(difference, key) };
  const isBetter = better === 'higher' ? difference > 0 : difference < 0;
  return { text: signed(difference, key), tone: isBetter ? 'better' : 'worse' };
}

/** Shares are apart by points of a hundred. */
function signed(difference: number, key: string): string {
  if (Number.isNaN(difference)) return 'NaN';
  const { unit } = metricName(key);
  const sign = difference < 0 ? trueMinus('-') : '+';
  const size = Math.abs(difference);
  if (unit === 'share' || unit === 'relative') return `${sign}${formatFixed(100 * size, 2)} pt`;
  return `${sign}${formatNumber(size, 3)}`;
}

/** What they took, and what they took it on. */
export function costRows(runs: readonly RunRow[]): readonly ValueRow[] {
  const row = (key: string, label: string, text: (run: RunRow) => string): ValueRow => ({
    key,
    label,
    cells: runs.map((run) => ({ text: text(run) })),
  });
  return [
    row('parameters', 'Parameters', ({ parameters }) => formatInteger(parameters)),
    row('epochs', 'Epochs', ({ progress }) => formatInteger(progress.epoch)),
    row('steps', 'Steps', ({ progress }) => formatInteger(progress.step)),
    row('time', 'Training time', (run) =>
      spentText(run, ({ elapsedMs }) => formatDuration(elapsedMs)),
    ),
    row('speed', 'Samples per second', (run) =>
      spentText(run, ({ samplesPerSecond }) => formatInteger(samplesPerSecond)),
    ),
    row('device', 'Device', deviceText),
    row('status', 'Status', ({ progress }) => progress.state),
  ];
}

export function figureGroups(
  runs: readonly RunRow[],
  baseline: RunRow | null,
): readonly ValueGroup[] {
  const against = baseline ? ', as change from baseline' : '';
  return [
    { title: `Best${against}`, rows: figureRows(runs, baseline, 'best') },
    { title: `Last${against}`, rows: figureRows(runs, baseline, 'last') },
    { title: 'Cost', rows: costRows(runs) },
  ].filter(({ rows }) => rows.length > 0);
}
