/** The loss and what else is measured, over the run. */
import { useStore } from 'zustand';
import { own } from '#engine/ir/record.ts';
import { metricName } from '#engine/metrics/names.ts';
import { useCallback, useSyncExternalStore } from 'react';
import type { XAxis } from '../charts/curveModel.ts';
import { CurveChart } from '../charts/CurveChart.tsx';
import { SharedCurveChart } from '../charts/SharedCurveChart.tsx';
import { GhostContext } from '../charts/ghost.ts';
import { OutcomeLine } from '../compare/Outcome.tsx';
import { useGhost, useGhostRun } from '../compare/useGhost.ts';
import { runStore } from '../state/runs.ts';
import { viewStore } from '../state/view.ts';
import { definePanel } from '../app/definePanel.ts';
import { commandMenu } from '../commands/menus.ts';
import { choose, curvesStore, setAxis, shownOf } from '../state/curves.ts';
import { useRunNetwork } from '../state/runAnalysis.ts';
import { useRunView } from '../state/runView.ts';
import { measuredIn } from '../state/series.ts';
import { chartsOf } from '../training/sharedCurves.ts';
import { CurveStep } from '../timeline/PanelStep.tsx';
import { IconButton } from '../ui/Button.tsx';
import { formatFixed } from '../ui/format.ts';
import { Menu, type MenuEntry } from '../ui/Menu.tsx';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import { ToolSwitch } from './parts/ToolSwitch.tsx';
import './tools.css';
import './curves.css';

const AXES: readonly { readonly axis: XAxis; readonly title: string }[] = [
  { axis: 'step', title: 'Step' },
  { axis: 'epoch', title: 'Epoch' },
  { axis: 'time', title: 'Time' },
];

/** Not in the name of any node. */
const BETWEEN = '\n';

function useMeasured(): readonly string[] {
  const view = useRunView();
  // As one string, so that a component renders when the set changes.
  const key = useSyncExternalStore(
    useCallback((changed: () => void) => view.subscribeSeries(changed), [view]),
    () => measuredIn(view.series()).join(BETWEEN),
  );
  return key === '' ? [] : key.split(BETWEEN);
}

function Curves() {
  const chosen = useStore(curvesStore, (view) => view.chosen);
  const ghost = useGhost();
  const shown = shownOf(useMeasured(), { chosen });
  const charts = chartsOf(shown, useRunNetwork());
  if (charts.length === 0) return <EmptyPanel what="Curves appear" />;
  return (
    <GhostContext value={ghost}>
      <div className="curves-with-outcome">
        <div className="curves-panel" data-count={charts.length}>
          {charts.map((chart) =>
            typeof chart === 'string' ? (
              <CurveChart key={chart} metric={chart} />
            ) : (
              <SharedCurveChart key={chart.title} curves={chart} />
            ),
          )}
        </div>
        <OutcomeLine />
      </div>
    </GhostContext>
  );
}

function menuEntries(
  view: ReturnType<typeof curvesStore.getState>,
  measured: readonly string[],
): readonly MenuEntry[] {
  const shown = new Set(shownOf(measured, view));
  return [
    { kind: 'label', title: 'Show' },
    ...measured.map((metric): MenuEntry => ({
      kind: 'item',
      id: metric,
      title: metricName(metric).label,
      checked: shown.has(metric),
      run: () => choose(metric, !shown.has(metric)),
    })),
    { kind: 'line' },
    {
      kind: 'item',
      id: 'log',
      title: 'Logarithmic axes',
      checked: view.logarithmic,
      run: () => curvesStore.setState({ logarithmic: !view.logarithmic }),
    },
    {
      kind: 'item',
      id: 'outliers',
      title: 'Ignore outliers',
      checked: view.ignoreOutliers,
      run: () => curvesStore.setState({ ignoreOutliers: !view.ignoreOutliers }),
    },
    {
      kind: 'item',
      id: 'zoom',
      title: 'Show the whole run',
      disabled: view.zoom === null,
      aside: 'double-click',
      run: () => curvesStore.setState({ zoom: null }),
    },
    ...(measured.length > 0
      ? commandMenu(['-', 'export.curves.csv', 'export.curves.svg', 'export.curves.png'])
      : []),
  ];
}

/** Only where a baseline is pinned and is another run. */
function GhostSwitch() {
  const run = useGhostRun();
  const name = useStore(runStore, (state) => own(state.runs, run ?? '')?.name);
  const on = useStore(viewStore, (state) => state.ghost);
  if (name === undefined) return null;
  return (
    <ToolSwitch
      name="Baseline"
      icon="layers"
      about={`The baseline, ${name}, under the curves`}
      isOn={on}
      onChange={(ghost) => viewStore.setState({ ghost })}
    />
  );
}

function CurvesTools() {
  const view = useStore(curvesStore);
  const measured = useMeasured();
  const axis = AXES.find((each) => each.axis === view.axis);
  return (
    <>
      <CurveStep />
      <GhostSwitch />
      <label className="slider-field">
        <span className="wide-only">Smoothing</span>
        <input
          type="range"
          className="slider"
          min={0}
          max={0.99}
          step={0.01}
          value={view.smoothing}
          aria-label="Smoothing"
          onChange={(event) => curvesStore.setState({ smoothing: event.target.valueAsNumber })}
          onDoubleClick={() => curvesStore.setState({ smoothing: 0.9 })}
        />
        <output className="slider-value wide-only">{formatFixed(view.smoothing, 2)}</output>
      </label>
      <span className="hairline" />
      <Menu
        align="end"
        entries={AXES.map(({ axis: value, title }) => ({
          kind: 'item',
          id: value,
          title,
          checked: value === view.axis,
          one: true,
          run: () => setAxis(value),
        }))}
      >
        <button
          type="button"
          className="tool-button"
          aria-label={`Horizontal axis: ${axis?.title}`}
        >
          {axis?.title}
        </button>
      </Menu>
      <Menu align="end" entries={menuEntries(view, measured)}>
        <IconButton small icon="more" label="Curve settings" />
      </Menu>
    </>
  );
}

export default definePanel({
  id: 'curves',
  title: 'Curves',
  place: 'bottomLeft',
  order: 10,
  Component: Curves,
  tools: CurvesTools,
});
