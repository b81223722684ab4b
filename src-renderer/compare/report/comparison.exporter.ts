/** The comparison on show as a file: a report to be read anywhere, tables, and everything as JSON. */
import type { RunRow } from '#engine/protocol/run.ts';
import {
  comparisonReport,
  curvesCsv,
  reportHtml,
  reportJson,
  runsCsv,
  valuesCsv,
  type ComparisonReport,
} from '#engine/runs/report/index.ts';
import { bridge } from '#renderer/bridge/index.ts';
import { asPng, type CurveImage } from '#renderer/charts/curveExport.ts';
import { defineExporter } from '#renderer/export/defineExporter.ts';
import { runList } from '#renderer/state/runList.ts';
import { viewStore } from '#renderer/state/view.ts';
import { overlayPicture } from '../curves/overlayPicture.ts';
import { figureIn, judgedStore } from '../judged.ts';
import { nameOfChosen } from './named.ts';

/** Of a curve in a report: many times what is drawn. */
const STRETCHES = 2000;

/** As they are on record now, in the order in which they are compared. */
async function chosenRows(): Promise<readonly RunRow[]> {
  const { chosenRuns } = viewStore.getState();
  const rows = await bridge.call('runs.rows', { runIds: chosenRuns });
  return chosenRuns.flatMap((id) => rows.find((row) => row.id === id) ?? []);
}

async function reportOf(buckets: number | undefined): Promise<ComparisonReport> {
  const rows = await chosenRows();
  const runs = await Promise.all(
    rows.map(async (row) => {
      const asked = { runId: row.id, ...(buckets !== undefined && { buckets }) };
      const { document, curves } = await bridge.call('runs.get', asked);
      return { row, document, curves };
    }),
  );
  const { figure, by } = judgedStore.getState();
  return comparisonReport(runs, {
    title: nameOfChosen() ?? `Comparison of ${rows.length} runs`,
    madeAt: new Date().toLocaleString(),
    figure: figureIn(rows, figure) ?? undefined,
    by,
    baseline: viewStore.getState().baselineRun,
  });
}

/** As the charts show them now: their axis, zoom and smoothing. */
const pictureOf = ({ title, runs, labels, baseline }: ComparisonReport): CurveImage =>
  overlayPicture(
    title,
    runs.map(({ row, curves }, i) => ({ row, curves, label: labels[i] ?? row.name })),
    baseline,
  );

export default defineExporter({
  id: 'comparison',
  label: 'comparison',
  about: 'Report, tables or JSON',
  icon: 'compare',
  order: 40,
  keywords: ['report', 'runs', 'compare', 'table', 'curves', 'statement'],
  formats: [
    { extension: 'html', label: 'HTML report' },
    { extension: 'csv', label: 'CSV of runs' },
    { extension: 'curves.csv', label: 'CSV of curves' },
    { extension: 'values.csv', label: 'CSV of values' },
    { extension: 'curves.png', label: 'PNG of curves' },
    { extension: 'curves.svg', label: 'SVG of curves' },
    { extension: 'json', label: 'JSON' },
  ],
  missing() {
    const { byId } = runList.store.getState();
    const there = viewStore.getState().chosenRuns.filter((id) => byId.has(id));
    return there.length > 1 ? null : 'Choose two runs or more in Compare first.';
  },
  fileName: () => nameOfChosen() ?? 'Comparison',
  async make({ extension }) {
    switch (extension) {
      case 'csv':
        return new Blob([runsCsv(await chosenRows())], { type: 'text/csv' });
      case 'curves.csv':
        return new Blob([curvesCsv(await reportOf(undefined))], { type: 'text/csv' });
      case 'values.csv':
        return new Blob([valuesCsv(await reportOf(STRETCHES))], { type: 'text/csv' });
      case 'curves.png':
        return asPng(pictureOf(await reportOf(STRETCHES)));
      case 'curves.svg':
        return new Blob([pictureOf(await reportOf(STRETCHES)).svg], { type: 'image/svg+xml' });
      case 'json': {
        const whole = reportJson(await reportOf(undefined), { curves: true });
        return new Blob([JSON.stringify(whole)], { type: 'application/json' });
      }
      default:
        return new Blob([reportHtml(await reportOf(STRETCHES))], { type: 'text/html' });
    }
  },
});
