/** The overlaid curves as a picture: the charts that are shown, as they are looked at now, with whose lines they are. */
import { metricName } from '#engine/metrics/names.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import type { RunCurves } from '#engine/protocol/metricColumns.ts';
import { chartColors, runColor } from '#renderer/charts/colors.ts';
import { chartsAsSvg, type CurveImage } from '#renderer/charts/curveExport.ts';
import { curvesStore, shownOf } from '#renderer/state/curves.ts';
import { appendCurves, createRunSeries, measuredIn } from '#renderer/state/series.ts';
import { compareStore } from '../compareStore.ts';
import { scaleOf } from './axes.ts';
import { overlayModel, type OverlayRun } from './overlayModel.ts';
import { OVERLAY_GRID, overlayOption, REPEATED } from './overlayOption.ts';

export interface PicturedRun {
  readonly row: RunRow;
  readonly label: string;
  readonly curves: RunCurves;
}

export function overlayPicture(
  title: string,
  runs: readonly PicturedRun[],
  baseline: string | null,
): CurveImage {
  const colors = chartColors();
  const drawn = runs.map(({ row, curves }): OverlayRun => {
    const series = createRunSeries();
    appendCurves(series, curves);
    return { id: row.id, series, scale: scaleOf(row, row.settings) };
  });
  const { axis, zoom } = compareStore.getState();
  const { smoothing, logarithmic, ignoreOutliers } = curvesStore.getState();
  const slots = runs.map(({ row }) => row.colorSlot);
  const slotOf = new Map(runs.map(({ row }) => [row.id, row.colorSlot]));
  const repeated = new Set(
    runs.filter(({ row }, i) => slots.indexOf(row.colorSlot) < i).map(({ row }) => row.id),
  );
  const metrics = shownOf(
    [...new Set(drawn.flatMap(({ series }) => measuredIn(series)))],
    curvesStore.getState(),
  );
  const colorOf = (run: string): string => runColor(colors, slotOf.get(run) ?? 0);
  return chartsAsSvg(
    title,
    (width) =>
      metrics.flatMap((metric) => {
        const options = { metric, axis, smoothing, logarithmic, ignoreOutliers, zoom, width };
        const model = overlayModel(drawn, options);
        const look = {
          ...{ metric, axis, baseline, colorOf },
          isRepeated: (run: string) => repeated.has(run),
        };
        return model.lines.length === 0
          ? []
          : [
              {
                title: metricName(metric).label,
                keys: KINDS(colors.text2),
                option: () => overlayOption(model, look, colors),
              },
            ];
      }),
    colors,
    OVERLAY_GRID,
    runs.map(({ row, label }) => ({
      text: label,
      color: colorOf(row.id),
      dash: repeated.has(row.id) ? REPEATED.train : [],
    })),
  );
}

const KINDS = (color: string) => [
  { text: 'train', color, dash: [] },
  { text: 'validation', color, dash: [4, 3] },
];
