/** Curves of the run on show: the numbers as a table, or the charts as a picture. */
import { chartColors } from '../charts/colors.ts';
import { contentOf } from '../charts/curveContent.ts';
import { asPng, type CurveImage, curvesAsCsv, curvesAsSvg } from '../charts/curveExport.ts';
import { curvesStore, shownOf } from '../state/curves.ts';
import { runs, runStore, shownRun } from '../state/runs.ts';
import { measuredIn } from '../state/series.ts';
import { defineExporter } from './defineExporter.ts';

const runName = (): string => shownRun(runStore.getState())?.name ?? 'Run';

function image(): CurveImage {
  const metrics = shownOf(measuredIn(runs.series()), curvesStore.getState());
  const contentAt = (width: number) =>
    metrics.flatMap((metric) => {
      const content = contentOf(metric, width);
      return content && content.model.lines.length > 0 ? [content] : [];
    });
  return curvesAsSvg(runName(), contentAt, chartColors());
}

export default defineExporter({
  id: 'curves',
  label: 'curves',
  about: 'What the run measured, as a table or a picture',
  icon: 'chart',
  order: 30,
  keywords: ['metrics', 'table', 'chart', 'image', 'picture'],
  formats: [
    { extension: 'csv', label: 'CSV' },
    { extension: 'svg', label: 'SVG' },
    { extension: 'png', label: 'PNG' },
  ],
  missing() {
    const { train, validation } = runs.series();
    const any = shownRun(runStore.getState()) !== null && train.length + validation.length > 0;
    return any ? null : 'No run has curves yet: train this network first.';
  },
  fileName: () => `${runName()} curves`,
  make({ extension }) {
    if (extension === 'csv') return new Blob([curvesAsCsv(runs.series())], { type: 'text/csv' });
    if (extension === 'png') return asPng(image());
    return new Blob([image().svg], { type: 'image/svg+xml' });
  },
});
