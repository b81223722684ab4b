/** The curves of all compared runs over each other, one chart for each metric that was chosen. */
import { useStore } from 'zustand';
import { metricName } from '#engine/metrics/names.ts';
import { choose, curvesStore, shownOf } from '#renderer/state/curves.ts';
import { Menu } from '#renderer/ui/Menu.tsx';
import type { Compared } from '../compared.ts';
import { defineSection } from '../defineSection.ts';
import { OverlayChart } from './OverlayChart.tsx';
import { useMeasured, useSources } from './useOverlay.ts';
import './curves.css';

function Curves({ runs, baseline }: Compared) {
  const sources = useSources(runs);
  const measured = useMeasured(sources);
  const chosen = useStore(curvesStore, (state) => state.chosen);
  const shown = shownOf(measured, { chosen });
  if (shown.length === 0) {
    return (
      <p className="empty">
        {measured.length === 0
          ? 'These runs have recorded no curves yet.'
          : 'Choose a metric to see its curves.'}
      </p>
    );
  }
  return (
    <div className="overlay-charts" data-count={shown.length}>
      {shown.map((metric) => (
        <OverlayChart
          key={metric}
          metric={metric}
          sources={sources}
          baseline={baseline?.id ?? null}
        />
      ))}
    </div>
  );
}

const KEY = [
  { name: 'train', dash: undefined },
  { name: 'validation', dash: '4 3' },
] as const;

function Tools({ runs }: Compared) {
  const sources = useSources(runs);
  const measured = useMeasured(sources);
  const chosen = useStore(curvesStore, (state) => state.chosen);
  const shown = new Set(shownOf(measured, { chosen }));
  return (
    <>
      {KEY.map(({ name, dash }) => (
        <span key={name} className="overlay-key">
          <svg width="14" height="8" aria-hidden="true">
            <path d="M0 4h14" stroke="var(--t-2)" strokeWidth="1.5" strokeDasharray={dash} />
          </svg>
          {name}
        </span>
      ))}
      <Menu
        align="end"
        entries={measured.map((metric) => ({
          kind: 'item',
          id: metric,
          title: metricName(metric).label,
          checked: shown.has(metric),
          run: () => choose(metric, !shown.has(metric)),
        }))}
      >
        <button type="button" className="tool-button" disabled={measured.length === 0}>
          Metrics
        </button>
      </Menu>
    </>
  );
}

export default defineSection({
  id: 'curves',
  label: 'Curves',
  icon: 'chart',
  order: 10,
  columns: 5,
  height: 322,
  Component: Curves,
  tools: Tools,
});
