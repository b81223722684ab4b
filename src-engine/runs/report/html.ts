/**
 * A comparison as one HTML file: what is said of it, figures, curves, settings and graphs, to be read without
 * Netloom, without a network and on paper. It holds no script and may load nothing, and all that people or
 * files called something is written as text. Pure.
 */
import type { JsonValue } from '#engine/ir/attrs.ts';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { own } from '#engine/ir/record.ts';
import { inListOrder, metricName, ofSamples } from '#engine/metrics/names.ts';
import { METRIC_SPLITS } from '#engine/protocol/metricColumns.ts';
import type { RunRow } from '#engine/protocol/index.ts';
import { figureOf, type FigureName } from '../figures.ts';
import { FEW_RUNS } from '../importance.ts';
import { shortName } from '../settings.ts';
import { spreadOf } from '../statistics.ts';
import { formatCount, formatDuration, formatFixed } from '../numberText.ts';
import { apartWords, figureWords, settingText, spentText } from '../words.ts';
import { groupCurvesSvg, runCurvesSvg, slotClass } from './curvesSvg.ts';
import { analyse } from '#engine/check/analyse.ts';
import { drawGraph } from '#engine/drawing/graph.ts';
import { graphDifferenceWords } from './graphWords.ts';
import { escaped } from '#engine/drawing/markup.ts';
import { chartedMetrics, figureLabel, splitWords, type ComparisonReport } from './report.ts';
import { REPORT_GRAPH_THEME, REPORT_STYLE } from './style.ts';
import { formatInteger } from '../numberText.ts';

/** Nothing may be loaded from anywhere, whatever stands in the file. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export function reportHtml(report: ComparisonReport): string {
  const { title, madeAt, runs, notes } = report;
  const sections = [
    statements(report),
    figures(report),
    curves(report),
    settings(report),
    importance(report),
    graphs(report),
    allRuns(report),
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${escaped(POLICY)}">`,
    '<meta name="viewport" content="width=device-width,initial-scale=1">',
    `<meta name="generator" content="Netloom"><title>${escaped(title)}</title>`,
    `<style>${REPORT_STYLE}</style></head><body><main>`,
    `<h1>${escaped(title)}</h1>`,
    `<p class="soft">${formatCount(runs.length, 'run')} compared, ${escaped(madeAt)}</p>`,
    ...(notes === '' ? [] : [`<p>${lines(notes)}</p>`]),
    ...sections,
    '</main></body></html>',
    '',
  ].join('\n');
}

const lines = (text: string): string => escaped(text).replaceAll('\n', '<br>');

const section = (title: string, content: string): string =>
  content === '' ? '' : `<section><h2>${escaped(title)}</h2>${content}</section>`;

const dot = (slot: number): string => `<span class="dot ${slotClass(slot)}"></span>`;

function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numeric: (column: number) => boolean = () => false,
): string {
  const cellOf = (tag: string) => (text: string, i: number) =>
    `<${tag}${numeric(i) ? ' class="number"' : ''}>${text}</${tag}>`;
  const body = rows.map((row) => `<tr>${row.map(cellOf('td')).join('')}</tr>`).join('');
  return `<div class="wide"><table><thead><tr>${head.map(cellOf('th')).join('')}</tr></thead><tbody>${body}</tbody></table></div>`;
}

const runHeads = ({ runs, labels, baseline }: ComparisonReport): readonly string[] =>
  runs.map(({ row }, i) => {
    const base = row.id === baseline ? ' <span class="faint">baseline</span>' : '';
    return `${dot(row.colorSlot)}${escaped(labels[i] ?? row.name)}${base}`;
  });

function statements({ statements: all, groups, figure }: ComparisonReport): string {
  if (figure === null) return '';
  const said = all.map(
    ({ text, notes }) =>
      `<p class="statement">${escaped(text)}</p>${notes.map((note) => `<p class="faint">${escaped(note)}</p>`).join('')}`,
  );
  const method =
    all.length === 0
      ? ''
      : `<p class="faint">By ${escaped(figureLabel(figure))}. A permutation test of the difference of means, with the interval that it does not refuse.</p>`;
  const some = groups.some(({ group }) => group.runs.length > 1);
  const rows = groups.map(({ group, values }) => {
    const spread = spreadOf(values);
    const write = (value: number | undefined): string =>
      value === undefined || Number.isNaN(value) ? '' : escaped(figureWords(figure.key, value));
    return [
      `${dot(group.runs[0]?.colorSlot ?? 0)}${escaped(group.label)}`,
      String(values.length),
      ...[spread?.mean, spread?.deviation, spread?.min, spread?.max].map(write),
    ];
  });
  const spreads = some
    ? table(['Group', 'Runs', 'Mean', 'Deviation', 'Least', 'Greatest'], rows, (i) => i > 0)
    : '';
  return section('What came of it', said.join('') + method + spreads);
}

/** Best and last of each metric, and what it took; beside them how far from the baseline. */
function figures(report: ComparisonReport): string {
  const { runs, baseline } = report;
  const rows = runs.map(({ row }) => row);
  const base = rows.find(({ id }) => id === baseline);
  const names = METRIC_SPLITS.toReversed().flatMap((split): FigureName[] => {
    const keys = inListOrder(
      new Set(rows.flatMap(({ last }) => Object.keys(ofSamples(last?.[split]?.values ?? {})))),
    );
    return keys.flatMap((key): FigureName[] =>
      split === 'train' || metricName(key).better === null
        ? [{ key, split, which: 'last' as const }]
        : [
            { key, split, which: 'best' as const },
            { key, split, which: 'last' as const },
          ],
    );
  });
  const measured = names.map((name) => [
    escaped(`${splitWords[name.split]}: ${metricName(name.key).label}, ${name.which}`),
    ...rows.map((row) => figureCell(row, base, name)),
  ]);
  const cost: readonly (readonly [string, (row: RunRow) => string])[] = [
    ['Parameters', ({ parameters }) => formatInteger(parameters)],
    ['Training time', (row) => spentText(row, ({ elapsedMs }) => formatDuration(elapsedMs))],
    ['Steps', ({ progress }) => formatInteger(progress.step)],
    [
      'Samples per second',
      (row) => spentText(row, ({ samplesPerSecond }) => formatInteger(samplesPerSecond)),
    ],
  ];
  const spent = cost.map(([name, of]) => [name, ...rows.map((row) => escaped(of(row)))]);
  return section(
    'Figures',
    table(['', ...runHeads(report)], [...measured, ...spent], (i) => i > 0),
  );
}

function figureCell(row: RunRow, base: RunRow | undefined, name: FigureName): string {
  const value = figureOf(row, name);
  if (value === undefined) return '–';
  const text = escaped(figureWords(name.key, value));
  const from = base && base !== row ? figureOf(base, name) : undefined;
  if (from === undefined || !Number.isFinite(value - from)) return text;
  const delta = value - from;
  const { better } = metricName(name.key);
  const good =
    better === null || delta === 0 ? '' : delta > 0 === (better === 'higher') ? 'better' : 'worse';
  const [apart] = apartWords(name.key, [delta]);
  return `${text} <span class="${good}">(${delta > 0 ? '+' : ''}${escaped(apart ?? '')})</span>`;
}

function curves(report: ComparisonReport): string {
  const { runs, labels, groups, figure } = report;
  const legend = `<ul class="legend">${runHeads(report)
    .map((head) => `<li>${head}</li>`)
    .join(
      '',
    )}<li class="faint">solid: training, mean over its spikes; dashed: validation; dotted: test</li></ul>`;
  const drawn = chartedMetrics(report).flatMap((metric) => {
    const svg = runCurvesSvg(runs, labels, metric);
    return svg === null ? [] : [`<h3>${escaped(metricName(metric).label)}</h3>${svg}`];
  });
  const several = groups.filter(({ group }) => group.runs.length > 1).length > 0;
  const byId = new Map(runs.map((run) => [run.row.id, run]));
  const grouped =
    figure !== null && several
      ? groupCurvesSvg(
          groups.map(({ group }) => ({
            label: group.label,
            slot: group.runs[0]?.colorSlot ?? 0,
            runs: group.runs.flatMap(({ id }) => byId.get(id) ?? []),
          })),
          figure.key,
          figure.split,
        )
      : null;
  const bands =
    grouped === null || figure === null
      ? ''
      : `<h3>${escaped(metricName(figure.key).label)} by group</h3><p class="faint">Mean of each group (${groups.map(({ group }) => `${escaped(group.label)}: ${formatCount(group.runs.length, 'run')}`).join('; ')}), band from the least to the greatest.</p>${grouped}`;
  return section('Curves', drawn.length === 0 ? '' : bands + legend + drawn.join(''));
}

function settings(report: ComparisonReport): string {
  const { differences, sameSettings, runs, aligned } = report;
  const same = `<p class="faint">The same in all: ${formatCount(sameSettings, 'setting')}.</p>`;
  if (differences.length === 0) return section('Settings', `<p>No setting differs.</p>${same}`);
  const baseAt = Math.max(
    0,
    runs.findIndex(({ row }) => row.id === report.baseline),
  );
  const rows = differences.map(({ name, path, values }) => [
    `<span class="mono" title="${escaped(path)}">${escaped(name)}</span>`,
    ...values.map((value, i) => {
      const other = JSON.stringify(value) !== JSON.stringify(values[baseAt] ?? null);
      const text = escaped(settingText(own(aligned[i]?.settings, path)));
      return other ? `<span class="other">${text}</span>` : text;
    }),
  ]);
  return section(
    'Settings that differ',
    table(['Setting', ...runHeads(report)], rows, (i) => i > 0) + same,
  );
}

function importance({ importance: found, figure }: ComparisonReport): string {
  if (
    !found ||
    figure === null ||
    found.settings.every(({ share, correlation }) => share === 0 && correlation === null)
  ) {
    return '';
  }
  const rows = found.settings.map(({ path, share, correlation }) => [
    `<span class="mono">${escaped(shortName(path))}</span>`,
    `<div class="bar" style="width:${formatFixed(100 * share, 1)}%"></div>`,
    `${formatFixed(100 * share, 0)} %`,
    correlation === null ? '–' : escaped(formatFixed(correlation, 2)),
  ]);
  const hint = found.n < FEW_RUNS ? ' Few runs: read it as a hint.' : '';
  return section(
    'What settings count for',
    `${table(['Setting', 'Importance', '', 'Correlation'], rows, (i) => i > 1)}<p class="faint">For ${escaped(figureLabel(figure))}, ${formatCount(found.n, 'run')}. Importance: what shuffling a setting costs a random forest, which explains ${formatFixed(100 * found.explained, 0)} % of the variance. Correlation: Spearman.${hint}</p>`,
  );
}

/** One picture for all runs of the same graph. */
function graphs({ runs, labels, aligned, baseline, differences }: ComparisonReport): string {
  const found = new Map<string, { document: NetworkDocument; names: string[]; run: number }>();
  const base = runs.find(({ row }) => row.id === baseline) ?? runs[0];
  runs.forEach(({ document }, i) => {
    const { nodes, wires } = document;
    const key = JSON.stringify([
      nodes.map(({ id, type, bypassed }): JsonValue => [id, type, bypassed ?? false]),
      wires,
    ]);
    const known = found.get(key);
    const name = labels[i] ?? '';
    if (known) known.names.push(name);
    else found.set(key, { document, names: [name], run: i });
  });
  const pictures = [...found.values()].map(({ document, names, run }) => {
    // Settings are told by one name for each node, which may not be its own.
    const told = new Map(
      Object.entries(aligned[run]?.called ?? {}).map(([name, id]) => [id, name]),
    );
    const framed = new Set(
      document.nodes
        .filter(({ id }) => {
          const name = told.get(id) ?? id;
          return differences.some(({ path }) => path === name || path.startsWith(`${name}.`));
        })
        .map(({ id }) => id),
    );
    return `<h3>${escaped(names.join(', '))}</h3>${graphPicture(document, framed)}${graphWords(base, document)}`;
  });
  const framed = differences.some(({ path }) => !path.startsWith('training.'))
    ? '<p class="faint">Framed: what is not set the same in all runs.</p>'
    : '';
  return section(found.size === 1 ? 'Graph' : 'Graphs', pictures.join('') + framed);
}

/** `framed`: nodes that are not the same in all runs. */
function graphPicture(document: NetworkDocument, framed: ReadonlySet<string>): string {
  if (document.nodes.length === 0) return '';
  return drawGraph({
    ...{ document, analysis: analyse(document), theme: REPORT_GRAPH_THEME, framed },
    withFigures: true,
    attributes: { 'aria-label': `Graph of ${document.nodes.length} nodes` },
  }).svg;
}

/** Against the baseline's; what differs in settings of nodes alone is in the table of these. */
function graphWords(base: ComparisonReport['runs'][number] | undefined, document: NetworkDocument) {
  if (!base || base.document === document) return '';
  const words = graphDifferenceWords(base.document, document);
  if (words.length === 0) return '';
  const items = words.map((line) => `<li>${escaped(line)}</li>`).join('');
  return `<p class="faint">Against ${escaped(base.row.name)}:</p><ul class="mono plain">${items}</ul>`;
}

function allRuns({ runs, labels }: ComparisonReport): string {
  const rows = runs.map(({ row }, i) => {
    const reason = row.progress.reason === undefined ? '' : ` (${row.progress.reason})`;
    return [
      `${dot(row.colorSlot)}${escaped(labels[i] ?? row.name)}`,
      `<span class="mono">${escaped(row.id)}</span>`,
      escaped(row.projectName),
      escaped(`${row.progress.state}${reason}`),
      escaped(row.createdAt.slice(0, 16).replace('T', ' ')),
      escaped(row.device),
      escaped(row.tags.join(', ')),
      lines(row.notes),
    ];
  });
  const heads = ['Run', 'Id', 'Project', 'Status', 'Begun', 'Device', 'Tags', 'Notes'];
  const details = runs.map(({ row }, i) => {
    const all = Object.entries(row.settings).map(([path, value]) => [
      `<span class="mono">${escaped(path)}</span>`,
      escaped(settingText(value)),
    ]);
    return `<details><summary>All settings of ${escaped(labels[i] ?? row.name)}</summary>${table(['Setting', 'Value'], all)}</details>`;
  });
  return section('Runs', table(heads, rows) + details.join(''));
}
