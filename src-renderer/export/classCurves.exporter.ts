/** ROC, precision-recall and calibration of the run on show: every threshold as a table, one class as a picture. */
import { allCounts, decidedClass } from '../charts/decidedClasses.ts';
import { areaTexts } from '../charts/areaTexts.ts';
import { classCurvesAsCsv, classCurvesAsSvg } from '../charts/classCurveExport.ts';
import { chartColors, runColor } from '../charts/colors.ts';
import { asPng, type CurveImage } from '../charts/curveExport.ts';
import { chosenHead } from '../dock/parts/HeadChoice.tsx';
import { decisionStore } from '../state/decision.ts';
import { runStore, shownRun } from '../state/runs.ts';
import { shownRunView } from '../state/runView.ts';
import { defineExporter } from './defineExporter.ts';

const runName = (): string => shownRun(runStore.getState())?.name ?? 'Run';

const counts = () => chosenHead(allCounts(shownRunView.live.shown('confusion')));

function image(): CurveImage {
  const shown = counts();
  const decided = shown && decidedClass(shown, decisionStore.getState());
  if (!decided) throw new Error('this run has no scores');
  const colors = chartColors();
  const slot = shownRun(runStore.getState())?.colorSlot ?? 0;
  return classCurvesAsSvg(
    {
      ...decided,
      title: `${runName()}: ${decided.name}`,
      color: runColor(colors, slot),
      figures: areaTexts(decided.scores),
    },
    colors,
  );
}

export default defineExporter({
  id: 'classCurves',
  label: 'curves of classes',
  about: 'ROC, PR and calibration',
  icon: 'chart',
  order: 35,
  keywords: ['ROC', 'AUC', 'precision', 'recall', 'calibration', 'threshold', 'picture'],
  formats: [
    { extension: 'csv', label: 'CSV' },
    { extension: 'svg', label: 'SVG' },
    { extension: 'png', label: 'PNG' },
  ],
  missing: () =>
    counts()?.scores ? null : 'No scores of classes yet: train a network that tells classes apart.',
  fileName: () => `${runName()} curves of classes`,
  make({ extension }) {
    const shown = counts();
    if (extension === 'csv') {
      return new Blob([shown ? classCurvesAsCsv(shown) : ''], { type: 'text/csv' });
    }
    if (extension === 'png') return asPng(image());
    return new Blob([image().svg], { type: 'image/svg+xml' });
  },
});
