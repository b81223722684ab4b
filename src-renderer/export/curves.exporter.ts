/** Curves of the run on show: the numbers as a table, or the charts as a picture. */
import { bridge } from '../bridge/index.ts';
import { chartColors } from '../charts/colors.ts';
import { contentOf } from '../charts/curveContent.ts';
import { sharedContentOf } from '../charts/sharedCurveContent.ts';
import { asPng, type CurveImage, curvesAsCsv, curvesAsSvg } from '../charts/curveExport.ts';
import { curvesStore, shownOf } from '../state/curves.ts';
import { runNetwork } from '../state/runAnalysis.ts';
import { runs, runStore, shownRun } from '../state/runs.ts';
import { shownRunView } from '../state/runView.ts';
import { measuredIn } from '../state/series.ts';
import { chartsOf } from '../training/sharedCurves.ts';
import { defineExporter } from './defineExporter.ts';

const runName = (): string => shownRun(runStore.getState())?.name ?? 'Run';

function image(): CurveImage {
  const metrics = shownOf(measuredIn(runs.series()), curvesStore.getState());
  const document = shownRunView.session()?.document;
  const charts = chartsOf(metrics, document ? runNetwork(document) : null);
  const contentAt = (width: number) =>
    charts.flatMap((chart) => {
      const content =
        typeof chart === 'string'
          ? contentOf(chart, width, shownRunView)
          : sharedContentOf(chart, width, shownRunView);
      return content && content.model.lines.length > 0 ? [content] : [];
    });
  return curvesAsSvg(runName(), contentAt, chartColors());
}

/** From the record: the page keeps no more of a long run than it can draw. */
async function table(): Promise<string> {
  const runId = runStore.getState().shownRunId;
  if (runId === null) return curvesAsCsv({});
  return curvesAsCsv((await bridge.call('runs.get', { runId })).curves);
}

export default defineExporter({
  id: 'curves',
  label: 'curves',
  about: 'Table or picture of the run',
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
  async make({ extension }) {
    if (extension === 'csv') return new Blob([await table()], { type: 'text/csv' });
    if (extension === 'png') return asPng(image());
    return new Blob([image().svg], { type: 'image/svg+xml' });
  },
});
