/** How the compared curves are looked at: smoothing, axis and scale, for all sections. */
import { useStore } from 'zustand';
import { curvesStore } from '../state/curves.ts';
import { IconButton } from '../ui/Button.tsx';
import { formatFixed } from '../ui/format.ts';
import { Menu } from '../ui/Menu.tsx';
import { compareStore, setOverlayAxis } from './compareStore.ts';
import { AXIS_TITLES, OVERLAY_AXES } from './curves/axes.ts';
import { ComparisonActions } from './report/ComparisonActions.tsx';

export function CompareTools() {
  const { smoothing, logarithmic, ignoreOutliers } = useStore(curvesStore);
  const axis = useStore(compareStore, (state) => state.axis);
  const zoom = useStore(compareStore, (state) => state.zoom);
  return (
    <div className="compare-look">
      <label className="slider-field">
        <span>Smoothing</span>
        <input
          type="range"
          className="slider"
          min={0}
          max={0.99}
          step={0.01}
          value={smoothing}
          aria-label="Smoothing"
          onChange={(event) => curvesStore.setState({ smoothing: event.target.valueAsNumber })}
          onDoubleClick={() => curvesStore.setState({ smoothing: 0.9 })}
        />
        <output className="slider-value">{formatFixed(smoothing, 2)}</output>
      </label>
      <Menu
        align="end"
        entries={OVERLAY_AXES.map((each) => ({
          kind: 'item',
          id: each,
          title: AXIS_TITLES[each],
          checked: each === axis,
          one: true,
          run: () => setOverlayAxis(each),
        }))}
      >
        <button
          type="button"
          className="button small"
          aria-label={`Horizontal axis: ${AXIS_TITLES[axis]}`}
        >
          {AXIS_TITLES[axis]}
        </button>
      </Menu>
      <Menu
        align="end"
        entries={[
          {
            kind: 'item',
            id: 'log',
            title: 'Logarithmic axes',
            checked: logarithmic,
            run: () => curvesStore.setState({ logarithmic: !logarithmic }),
          },
          {
            kind: 'item',
            id: 'outliers',
            title: 'Ignore outliers',
            checked: ignoreOutliers,
            run: () => curvesStore.setState({ ignoreOutliers: !ignoreOutliers }),
          },
          {
            kind: 'item',
            id: 'zoom',
            title: 'Show the whole runs',
            disabled: zoom === null,
            aside: 'double-click',
            run: () => compareStore.setState({ zoom: null }),
          },
        ]}
      >
        <IconButton small icon="more" label="Curve settings" />
      </Menu>
      <ComparisonActions />
    </div>
  );
}
