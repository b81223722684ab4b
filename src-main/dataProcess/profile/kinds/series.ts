/** Series: lines with the parts that their steps are asked in, and some of the windows over them. */
import { type SeriesOutline, STEPS_SHOWN } from '#engine/datasets/index.ts';
import { DEFAULT_TRAINING } from '#engine/ir/trainingSettings.ts';
import type { Finding, PartName, SeriesProfile, ShownSeries } from '#engine/protocol/index.ts';
import {
  type Asked,
  classCounts,
  defineLoadedKind,
  imbalanceOf,
  noteFacts,
  type Parts,
  partsOf,
} from '../loaded.ts';

const MOST_WINDOWS = 24;

export default defineLoadedKind({
  name: 'series',
  rank: 3,
  readsStreamed: true,
  make(table, asked): SeriesProfile | null {
    const { outline } = table;
    if (outline?.kind !== 'series') return null;
    const parts = partsOf(table, asked);
    const classes = classCounts(table, parts);
    const { series, windows, columns, seriesCount, ...rest } = outline;
    return {
      kind: 'series',
      file: [
        { label: 'Windows', text: String(table.count) },
        { label: 'Series', text: String(seriesCount) },
        { label: 'Columns', text: columns.map(({ name }) => name).join(', ') },
        ...noteFacts(table),
      ],
      ...{ count: table.count, parts: parts.counts, classes, columns, seriesCount },
      ...{
        window: rest.window,
        wanted: rest.wanted,
        predict: rest.predict,
        hasDates: rest.hasDates,
      },
      series: series.map((one, at): ShownSeries => ({
        ...one,
        stretches: stretchesOf(outline, at, one.steps, parts),
      })),
      windows: shownWindows(outline, parts),
      findings: [...overlapFinding(outline, asked), ...imbalanceOf(classes, 'windows', asked)],
    };
  },
});

/** Steps by the part that most windows ask about them in; as fine as lines are drawn. */
function stretchesOf(
  { windows, wanted }: SeriesOutline,
  series: number,
  steps: number,
  parts: Parts,
): ShownSeries['stretches'] {
  const bins = Math.min(steps, STEPS_SHOWN);
  const names = ['train', 'validation', 'test'] as const satisfies readonly PartName[];
  const counts = names.map(() => new Float64Array(bins));
  windows.series.forEach((own, row) => {
    if (own !== series) return;
    const part = parts.of(row);
    const tally = part && counts[names.indexOf(part)];
    if (!tally) return;
    const start = windows.start[row] ?? 0;
    const first = Math.floor(((start + wanted.from) * bins) / steps);
    const last = Math.floor(((start + wanted.to) * bins) / steps);
    for (let bin = first; bin <= last; bin++) tally[bin] = (tally[bin] ?? 0) + 1;
  });
  const found: { part: PartName; from: number; to: number }[] = [];
  for (let bin = 0; bin < bins; bin++) {
    const tallies = counts.map((tally) => tally[bin] ?? 0);
    const most = Math.max(...tallies);
    const part = most > 0 ? names[tallies.indexOf(most)] : undefined;
    if (!part) continue;
    const from = Math.ceil((bin * steps) / bins);
    const to = Math.ceil(((bin + 1) * steps) / bins);
    const last = found.at(-1);
    if (last?.part === part && last.to === from) last.to = to;
    else found.push({ part, from, to });
  }
  return found;
}

/** Of the series that are shown, as many of each part. */
function shownWindows({ windows, series }: SeriesOutline, parts: Parts): SeriesProfile['windows'] {
  const rows = new Map<PartName | null, number[]>();
  windows.series.forEach((own, row) => {
    if (own < 0 || own >= series.length) return;
    const part = parts.of(row);
    const same = rows.get(part);
    if (same) same.push(row);
    else rows.set(part, [row]);
  });
  const each = Math.max(1, Math.floor(MOST_WINDOWS / Math.max(1, rows.size)));
  return [...rows]
    .flatMap(([part, all]) =>
      Array.from({ length: Math.min(each, all.length) }, (_, i) => {
        const row = all[Math.floor((i * all.length) / Math.min(each, all.length))] ?? 0;
        return { row, part };
      }),
    )
    .toSorted((a, b) => a.row - b.row)
    .map(({ row, part }) => ({
      series: windows.series[row] ?? 0,
      start: windows.start[row] ?? 0,
      part,
    }));
}

/** Windows that are held back share steps with windows that train, unless the split is in time or by series. */
function overlapFinding(
  { isOverlapping, seriesCount, predict }: SeriesOutline,
  { split = DEFAULT_TRAINING.split }: Asked,
): readonly Finding[] {
  const isMixed =
    split.kind === undefined || split.kind === 'random' || split.kind === 'stratified';
  if (!isOverlapping || !isMixed || (split.validation === 0 && split.test === 0)) return [];
  const fixes: Finding['fixes'] = [
    { label: 'Split by time', options: {}, split: { kind: 'byTime' } },
    ...(seriesCount > 1
      ? [{ label: 'Keep each series together', options: {}, split: { kind: 'byGroup' as const } }]
      : []),
  ];
  return [
    {
      ...{ code: 'profile.windows-overlap', severity: 'danger', columns: [] },
      message:
        'Windows that are held back lie between windows that train, and share rows with them.',
      consequence: 'The network is asked what it has seen: results are too good.',
      // What is asked of a whole series (a machine's life, its class) is asked of other ones.
      fixes: predict === 'remaining' || predict === 'class' ? fixes.toReversed() : fixes,
    },
  ];
}
