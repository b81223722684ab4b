/** Curves of the run on show, as files. */
import { download } from '../app/download.ts';
import { chartColors } from '../charts/colors.ts';
import { contentOf } from '../charts/curveContent.ts';
import { asPng, type CurveImage, curvesAsCsv, curvesAsSvg } from '../charts/curveExport.ts';
import { defineCommand } from '../commands/defineCommand.ts';
import { curvesStore, shownOf } from '../state/curves.ts';
import { runs, runStore, shownRun } from '../state/runs.ts';
import { measuredIn } from '../state/series.ts';

const hasCurves = (): boolean => {
  const { train, validation } = runs.series();
  return shownRun(runStore.getState()) !== null && train.length + validation.length > 0;
};
const runName = (): string => shownRun(runStore.getState())?.name ?? 'Run';
/** What no file system takes becomes a dash. */
const fileName = (extension: string): string =>
  `${runName().replaceAll(/[\\/:*?"<>|]+/g, '-')} curves.${extension}`;

function image(): CurveImage {
  const metrics = shownOf(measuredIn(runs.series()), curvesStore.getState());
  const contentAt = (width: number) =>
    metrics.flatMap((metric) => {
      const content = contentOf(metric, width);
      return content && content.model.lines.length > 0 ? [content] : [];
    });
  return curvesAsSvg(runName(), contentAt, chartColors());
}

export default [
  defineCommand({
    id: 'curves.csv',
    title: 'Save the curves as CSV',
    group: 'Training',
    keywords: ['export', 'metrics', 'table', 'download'],
    when: hasCurves,
    run: () =>
      download(fileName('csv'), new Blob([curvesAsCsv(runs.series())], { type: 'text/csv' })),
  }),
  defineCommand({
    id: 'curves.svg',
    title: 'Save the curves as SVG',
    group: 'Training',
    keywords: ['export', 'chart', 'image', 'download'],
    when: hasCurves,
    run: () => download(fileName('svg'), new Blob([image().svg], { type: 'image/svg+xml' })),
  }),
  defineCommand({
    id: 'curves.png',
    title: 'Save the curves as PNG',
    group: 'Training',
    keywords: ['export', 'chart', 'image', 'download'],
    when: hasCurves,
    run: async () => download(fileName('png'), await asPng(image())),
  }),
];
