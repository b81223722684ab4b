/**
 * `netloom compare`: in what runs differ, what came of it, and whether that is more than seeds make; for
 * people, for programs, and as files. The first run, or the group that it is of, is what the others are
 * compared with.
 */
import { inputError } from '#engine/ir/index.ts';
import { nearest } from '#engine/ir/readAttrs.ts';
import { own } from '#engine/ir/record.ts';
import { inListOrder, metricName, ofSamples } from '#engine/metrics/names.ts';
import { writeAtomic } from '#engine/platform/nodeWriting.ts';
import { METRIC_SPLITS, type RunRow } from '#engine/protocol/index.ts';
import {
  formatCount,
  figureName,
  type FigureName,
  figureOf,
  figureWords,
  settingPath,
  settingText,
  SHORT_SETTING_NAMES,
  trainingSeconds,
} from '#engine/runs/index.ts';
import {
  comparisonReport,
  type ComparisonReport,
  curvesCsv,
  figureLabel,
  reportHtml,
  reportJson,
  runsCsv,
} from '#engine/runs/report/index.ts';
import { type Command, Option } from 'commander';
import { namedRun } from './findRun.ts';
import { EXIT, note, print, printJson } from './output.ts';
import { filteredRuns, withRuns } from './runs.ts';

export interface CompareOptions {
  readonly filter?: string;
  readonly metric?: string;
  readonly by?: string;
  readonly json?: true;
  readonly html?: string;
  readonly csv?: string;
  readonly curves?: string;
}

/** Of a curve in a report: many times what is drawn. */
const STRETCHES = 2000;

export function addCompare(program: Command, done: (code: number) => void): void {
  program
    .command('compare')
    .description(
      'what differs between runs, what came of it, and whether it is more than seeds make; the first is the baseline',
    )
    .argument('[run...]', 'ids, the first characters of them, or names; two at least')
    .option('--filter <expression>', 'those that fit as well, as for runs, oldest first')
    .option(
      '--metric <name>',
      'what decides: accuracy, test.f1, train.loss; else what the runs are headed by',
    )
    .option('--by <setting>', 'groups by this setting instead of by all but the seed')
    .option('--html <file>', 'write a report that opens without a network')
    .option('--csv <file>', 'write a table with a row for each run')
    .option('--curves <file>', 'write every point of every curve as CSV')
    .addOption(new Option('--json', 'print one JSON object on stdout'))
    .action(async (targets: readonly string[], options: CompareOptions) => {
      done(await compare(targets, options));
    });
}

export function compare(targets: readonly string[], options: CompareOptions): Promise<number> {
  return withRuns(async (service) => {
    const rows = chosen(service.rows(), targets, options.filter);
    const figure = options.metric === undefined ? undefined : measured(rows, options.metric);
    const by = options.by === undefined ? null : varied(rows, options.by);
    const runs = rows.map((row) => {
      const { document, curves } = service.detail(row.id, undefined, STRETCHES);
      return { row, document, curves };
    });
    const madeAt = new Date().toISOString().slice(0, 16).replace('T', ' ');
    const title = `Comparison of ${formatCount(rows.length, 'run')}`;
    const baseline = rows[0]?.id ?? null;
    const report = comparisonReport(runs, { title, madeAt, figure, by, baseline });
    const wholeCurves = () =>
      runs.map((run) => ({ ...run, curves: service.detail(run.row.id).curves }));
    const files = [
      [options.html, () => reportHtml(report)],
      [options.csv, () => runsCsv(rows)],
      [options.curves, () => curvesCsv({ runs: wholeCurves() })],
    ] as const;
    for (const [path, make] of files) {
      if (path === undefined) continue;
      await writeAtomic(path, make());
      if (!options.json) note(`${path} written.`);
    }
    if (options.json) printJson(reportJson(report));
    else for (const line of textOf(report)) print(line);
    return EXIT.success;
  });
}

/** As they are named, then those that a filter finds in the order in which they were begun; each once. */
function chosen(
  all: readonly RunRow[],
  targets: readonly string[],
  filter: string | undefined,
): readonly RunRow[] {
  const named = targets.map((target) => namedRun(all, target));
  const found = filter === undefined ? [] : filteredRuns(all, filter).toReversed();
  const rows = [...new Map([...named, ...found].map((row) => [row.id, row])).values()];
  if (rows.length >= 2) return rows;
  throw inputError(
    'compare.too-few',
    `To compare takes two runs at least; ${rows.length === 0 ? 'none is' : 'one is'} named. netloom runs lists them.`,
  );
}

function measured(rows: readonly RunRow[], name: string): FigureName {
  const figure = figureName(name);
  if (rows.some((row) => figureOf(row, figure) !== undefined)) return figure;
  const known = METRIC_SPLITS.flatMap((split) =>
    rows
      .flatMap(({ last }) => Object.keys(ofSamples(last?.[split]?.values ?? {})))
      .map((key) => (split === 'validation' ? key : `${split}.${key}`)),
  );
  const near = nearest(name, known);
  throw inputError(
    'compare.unknown-metric',
    `None of these runs has measured "${name}"${near === undefined ? '' : `; did you mean ${near}?`} There are ${[...new Set(known)].join(', ') || 'none'}.`,
  );
}

function varied(rows: readonly RunRow[], name: string): string {
  const path = settingPath(name);
  if (rows.some(({ settings }) => own(settings, path) !== undefined)) return path;
  const known = rows.flatMap(({ settings }) => Object.keys(settings));
  const near = nearest(name, [...SHORT_SETTING_NAMES, ...known]);
  throw inputError(
    'compare.unknown-setting',
    `None of these runs has a setting "${name}"${near === undefined ? '.' : `; did you mean ${near}?`}`,
  );
}

function textOf(report: ComparisonReport): readonly string[] {
  const { runs, labels, aligned, differences, sameSettings, statements, figure } = report;
  const same = `${formatCount(sameSettings, 'setting')} the same in all.`;
  const settings =
    differences.length === 0
      ? ['No setting differs.']
      : table([
          ['', ...labels],
          ...differences.map(({ name, path }) => [
            name,
            ...aligned.map(({ settings: set }) => settingText(own(set, path))),
          ]),
        ]);
  const said = statements.flatMap(({ text, notes }) => [text, ...notes]);
  return [
    ...settings,
    same,
    '',
    ...table([['', ...labels], ...figureRows(runs.map(({ row }) => row))]),
    ...(said.length === 0 || figure === null ? [] : ['', `By ${figureLabel(figure)}:`, ...said]),
  ];
}

function figureRows(rows: readonly RunRow[]): readonly (readonly string[])[] {
  const names = METRIC_SPLITS.toReversed().flatMap((split) =>
    inListOrder(
      new Set(rows.flatMap(({ last }) => Object.keys(ofSamples(last?.[split]?.values ?? {})))),
    ).map((key): FigureName => {
      const hasBest = split !== 'train' && metricName(key).better !== null;
      return { key, split, which: hasBest ? 'best' : 'last' };
    }),
  );
  return [
    ...names.map((name) => [
      `${name.which} ${name.split}.${name.key}`,
      ...rows.map((row) => {
        const value = figureOf(row, name);
        return value === undefined ? '–' : figureWords(name.key, value);
      }),
    ]),
    ['parameters', ...rows.map(({ parameters }) => String(parameters))],
    ['seconds', ...rows.map((row) => trainingSeconds(row)?.toFixed(1) ?? '–')],
  ];
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((text, i) => (i === 0 ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}
