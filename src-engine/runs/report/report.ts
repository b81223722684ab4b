/**
 * A comparison of runs as it leaves Netloom: everything that is known of them, put together once, so that the
 * page and the command line write the same HTML, JSON and CSV from it. Pure.
 */
import type { NetworkDocument } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import { chartedByDefault, headline, inSentence, metricName } from '#engine/metrics/names.ts';
import type { MetricSplit, RunRow } from '#engine/protocol/index.ts';
import type { RunCurves } from '#engine/protocol/metricColumns.ts';
import { alignNodesOf, alignRuns, type Aligned } from '../alignRuns.ts';
import { settingDifferences, type SettingDifference } from '../difference.ts';
import { figureName, figureOf, type FigureName } from '../figures.ts';
import {
  compareGroups,
  groupFigures,
  groupRuns,
  SEED_SETTING,
  type GroupBy,
  type GroupFigures,
} from '../groups.ts';
import { importanceOf, type ImportanceReport } from '../importance.ts';
import { statementOf, type Statement } from '../statement.ts';

export interface ReportRun {
  readonly row: RunRow;
  readonly document: NetworkDocument;
  /** Whole, or decimated for drawing. */
  readonly curves: RunCurves;
}

export interface ReportOptions {
  readonly title: string;
  /** When it was made, for people. */
  readonly madeAt: string;
  /** What decides; absent: what the runs are headed by. */
  readonly figure?: FigureName | undefined;
  readonly by?: GroupBy;
  readonly baseline?: string | null;
  readonly notes?: string;
}

export interface ComparisonReport {
  readonly title: string;
  readonly madeAt: string;
  readonly notes: string;
  readonly runs: readonly ReportRun[];
  /** Run by run, once in the whole report: names alone may be the same. */
  readonly labels: readonly string[];
  /** As they are compared: each node by one name, and the wiring among the settings. */
  readonly aligned: readonly (RunRow & Aligned)[];
  readonly baseline: string | null;
  /** Null where no run has measured anything. */
  readonly figure: FigureName | null;
  readonly differences: readonly SettingDifference[];
  /** How many settings are the same in all of them. */
  readonly sameSettings: number;
  readonly groups: readonly GroupFigures[];
  readonly statements: readonly Statement[];
  readonly importance: ImportanceReport | null;
}

export function comparisonReport(
  runs: readonly ReportRun[],
  { title, madeAt, figure: asked, by = null, baseline = null, notes = '' }: ReportOptions,
): ComparisonReport {
  const raw = runs.map(({ row }) => row);
  const base = Math.max(
    0,
    raw.findIndex(({ id }) => id === baseline),
  );
  const graphs = runs.map(({ document }) => document);
  const rows = alignRuns(raw, alignNodesOf(graphs, base));
  const figure = asked ?? usualFigure(rows);
  const differences = settingDifferences(rows);
  const all = settingDifferences(rows, { all: true });
  const groups = figure === null ? [] : baselineFirst(groupsOf(rows, figure, by), baseline);
  const comparisons = compareGroups(groups);
  return {
    ...{ title, madeAt, notes, runs, baseline, figure, differences, groups },
    labels: labelsOf(rows),
    aligned: rows,
    sameSettings: all.length - differences.length,
    statements:
      figure === null
        ? []
        : comparisons.map((each) => statementOf(figure.key, each, comparisons.length)),
    importance: figure === null ? null : importanceIn(rows, differences, figure),
  };
}

export const groupsOf = (
  rows: readonly RunRow[],
  figure: FigureName,
  by: GroupBy,
): readonly GroupFigures[] => groupRuns(rows, by).map((group) => groupFigures(group, figure));

/** The group that the others are compared with is that of the baseline, else the first. */
export function baselineFirst(
  groups: readonly GroupFigures[],
  baseline: string | null,
): readonly GroupFigures[] {
  const has = ({ group }: GroupFigures): boolean => group.runs.some(({ id }) => id === baseline);
  return [...groups.filter(has), ...groups.filter((group) => !has(group))];
}

/** What most runs are headed by: of validation, else of the test part, else of training. */
export function usualFigure(rows: readonly RunRow[]): FigureName | null {
  for (const split of ['validation', 'test', 'train'] as const) {
    const counts = new Map<string, number>();
    for (const { last } of rows) {
      const key = last?.[split] ? headline(last[split].values) : null;
      if (key !== null) counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    const [most] = [...counts].sort(([, a], [, b]) => b - a);
    if (most) return figureName(`${split}.${most[0]}`);
  }
  return null;
}

/** Above this many runs a forest grows slowly, and what it says no longer changes. */
const MOST_FOR_IMPORTANCE = 500;

/** The seed is no setting that one would choose by what came of it. */
export function importanceIn(
  rows: readonly RunRow[],
  differences: readonly SettingDifference[],
  figure: FigureName,
): ImportanceReport | null {
  const kept = rows.slice(0, MOST_FOR_IMPORTANCE);
  const columns = differences
    .filter(({ path }) => path !== SEED_SETTING)
    .map(({ path }) => ({ path, values: kept.map(({ settings }) => own(settings, path)) }));
  if (kept.length < 3 || columns.length === 0) return null;
  const figures = kept.map((row) => figureOf(row, figure));
  const isLogarithmic =
    metricName(figure.key).scale === 'logarithmic' &&
    figures.every((value) => value === undefined || !(value <= 0));
  const told = isLogarithmic ? figures.map((value) => value && Math.log10(value)) : figures;
  return importanceOf(columns, told);
}

/** `denoise`, or `denoise (3f2a91b0)` where another is called the same. */
function labelsOf(rows: readonly RunRow[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { name } of rows) counts.set(name, (counts.get(name) ?? 0) + 1);
  return rows.map(({ id, name }) =>
    (counts.get(name) ?? 0) > 1 ? `${name} (${id.slice(0, 8)})` : name,
  );
}

/** What is drawn: what charts show of these runs, what decides first. */
export function chartedMetrics({ runs, figure }: ComparisonReport): readonly string[] {
  const keys = new Set(
    runs.flatMap(({ curves }) =>
      Object.values(curves).flatMap(({ values }) => Object.keys(values)),
    ),
  );
  const charted = chartedByDefault(keys);
  const decides = figure !== null && keys.has(figure.key) ? [figure.key] : [];
  return [...new Set([...decides, ...charted])];
}

export const splitWords: Readonly<Record<MetricSplit, string>> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
};

/** `Validation accuracy, best`. */
export function figureLabel({ key, split, which }: FigureName): string {
  const { label, better } = metricName(key);
  const best = which === 'best' && split !== 'train' && better !== null;
  return `${splitWords[split]} ${inSentence(label)}, ${best ? 'best' : 'last'}`;
}
