/**
 * A comparison as tables and as an object for programs: a row for each run with all that it was set to and
 * came to, every point of every curve, and the whole as JSON. Numbers are as measured, unrounded. Pure.
 */
import { csvText } from '#engine/ir/csv.ts';
import type { JsonValue } from '#engine/ir/attrs.ts';
import { own } from '#engine/ir/record.ts';
import { inListOrder, ofSamples } from '#engine/metrics/names.ts';
import { METRIC_SPLITS, pointsOf } from '#engine/protocol/metricColumns.ts';
import type { RunRow } from '#engine/protocol/index.ts';
import { spreadOf } from '../statistics.ts';
import { trainingSeconds } from '../words.ts';
import { graphDifferenceWords } from './graphWords.ts';
import type { ComparisonReport } from './report.ts';

const cell = (value: JsonValue | undefined): string => {
  if (value === undefined || value === null) return '';
  if (typeof value === 'number') return Number.isNaN(value) ? '' : String(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
};

type Column = readonly [title: string, of: (row: RunRow) => JsonValue | undefined];

/** A row for each run. */
export function runsCsv(rows: readonly RunRow[]): string {
  const columns = [...factColumns, ...settingColumns(rows), ...metricColumnsOf(rows)];
  const cells = rows.map((row) => columns.map(([, of]) => cell(of(row))));
  return csvText([columns.map(([title]) => title), ...cells], '\r\n');
}

const factColumns: readonly Column[] = [
  ['id', ({ id }) => id],
  ['name', ({ name }) => name],
  ['project', ({ projectName }) => projectName],
  ['status', ({ progress }) => progress.state],
  ['created', ({ createdAt }) => createdAt],
  ['parent', ({ parent }) => parent?.run],
  ['tags', ({ tags }) => tags.join('; ')],
  ['notes', ({ notes }) => notes],
  ['device', ({ device }) => device],
  ['parameters', ({ parameters }) => parameters],
  ['seconds', trainingSeconds],
  ['steps', ({ progress }) => progress.step],
  ['epochs', ({ progress }) => progress.epoch],
];

function settingColumns(rows: readonly RunRow[]): readonly Column[] {
  const paths = new Set(rows.flatMap(({ settings }) => Object.keys(settings)));
  return [...paths].map((path) => [path, ({ settings }) => own(settings, path)]);
}

function metricColumnsOf(rows: readonly RunRow[]): readonly Column[] {
  return METRIC_SPLITS.flatMap((split) => {
    const keys = inListOrder(
      new Set(rows.flatMap(({ last }) => Object.keys(ofSamples(last?.[split]?.values ?? {})))),
    );
    return keys.flatMap((key): Column[] => [
      ...(split === 'train'
        ? []
        : [
            [
              `best(${split}.${key})`,
              ({ bests }: RunRow) => own(bests?.[split], key)?.value,
            ] as const,
          ]),
      [`last(${split}.${key})`, ({ last }) => own(last?.[split]?.values, key)],
    ]);
  });
}

/** A row for each figure and a column for each run, as values stand side by side. */
export function valuesCsv({ runs, labels }: Pick<ComparisonReport, 'runs' | 'labels'>): string {
  const rows = runs.map(({ row }) => row);
  const costs: readonly Column[] = factColumns.filter(([title]) => COSTS.has(title));
  const cells = [...metricColumnsOf(rows), ...costs].map(([title, of]) => [
    title,
    ...rows.map((row) => cell(of(row))),
  ]);
  return csvText([['value', ...labels], ...cells], '\r\n');
}

const COSTS: ReadonlySet<string> = new Set(['parameters', 'seconds', 'steps', 'epochs']);

/** A row for each point of each run, in the order of their steps. */
export function curvesCsv({ runs }: Pick<ComparisonReport, 'runs'>): string {
  const names = inListOrder(
    new Set(
      runs.flatMap(({ curves }) =>
        Object.values(curves).flatMap(({ values }) => Object.keys(values)),
      ),
    ),
  );
  const rows = runs.flatMap(({ row: { id, name }, curves }) =>
    pointsOf(curves).map(({ split, step, epoch, timeMs, values }) => [
      ...[id, name, split],
      ...[step, epoch, timeMs / 1000].map(cell),
      ...names.map((key) => cell(own(values, key))),
    ]),
  );
  return csvText([['run', 'name', 'split', 'step', 'epoch', 'seconds', ...names], ...rows], '\r\n');
}

/** Everything but the curves, which `curves` adds. JSON has no NaN: what is not finite is null. */
export function reportJson(report: ComparisonReport, { curves = false } = {}) {
  const { title, madeAt, notes, runs, labels, baseline, figure, differences } = report;
  const base = runs.find(({ row }) => row.id === baseline) ?? runs[0];
  return {
    ...{ title, made: madeAt, notes, baseline },
    metric: figure === null ? null : `${figure.split}.${figure.key}`,
    runs: runs.map(({ row, curves: own }, i) => ({
      ...{ id: row.id, name: row.name, label: labels[i], status: row.progress.state },
      ...{ created: row.createdAt, device: row.device, parameters: row.parameters },
      ...{ tags: row.tags, notes: row.notes, data: row.dataFingerprint },
      seconds: trainingSeconds(row),
      steps: row.progress.step,
      settings: row.settings,
      metrics: {
        best: row.bests ?? {},
        last: Object.fromEntries(
          Object.entries(row.last ?? {}).map(([split, { values }]) => [split, ofSamples(values)]),
        ),
      },
      ...(curves && { curves: pointsOf(own) }),
    })),
    differences,
    sameSettings: report.sameSettings,
    groups: report.groups.map(({ group, values, members, leftOut }) => {
      const { n, mean, deviation, min, max } = spreadOf(values) ?? { n: 0 };
      return {
        label: group.label,
        ...{ n, mean, deviation, min, max },
        runs: members.map(({ run, value }) => ({ id: run.id, value })),
        leftOut: leftOut.map(({ run, why }) => ({ id: run.id, why })),
      };
    }),
    graphs: runs.map(({ row, document }) => ({
      run: row.id,
      differences: base === undefined ? [] : graphDifferenceWords(base.document, document),
    })),
    statements: report.statements,
    importance: report.importance,
  };
}
