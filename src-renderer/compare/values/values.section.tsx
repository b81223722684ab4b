/** What the compared runs came to, in figures: at the crosshair of the curves, best, last, and what they cost. */
import { memo, useMemo } from 'react';
import { useStore } from 'zustand';
import { curvesStore, shownOf } from '#renderer/state/curves.ts';
import type { Compared } from '../compared.ts';
import { compareStore, usePointed } from '../compareStore.ts';
import { AXIS_TITLES, formatPlace, type OverlayAxis } from '../curves/axes.ts';
import { overlayValues } from '../curves/overlayModel.ts';
import { overlayRuns, useMeasured, useSeriesVersion, useSources } from '../curves/useOverlay.ts';
import { defineSection } from '../defineSection.ts';
import { GroupRow, RunHeads } from '../RunHeads.tsx';
import { crosshairRows, figureGroups, type ValueGroup } from './valueRows.ts';
import '../tables.css';

/** `step 1,872`, `2.5 epochs`: where the crosshair stands, in words. */
function placeText(crosshair: number | null, axis: OverlayAxis): string | null {
  if (crosshair === null) return null;
  const place = formatPlace(crosshair, axis);
  return axis === 'clock' || axis === 'time'
    ? place
    : `${AXIS_TITLES[axis].toLowerCase()} ${place}`;
}

function Values(compared: Compared) {
  const { runs, baseline } = compared;
  // These follow from the runs alone, whatever is pointed at.
  const groups = useMemo(() => figureGroups(runs, baseline), [runs, baseline]);
  return (
    <table className="compare-table">
      <HighlightedColumn runs={runs} />
      <RunHeads {...compared} title="Metric" />
      <AtCrosshair runs={runs} />
      {groups.map((group) => (
        <Group key={group.title} group={group} runs={runs} />
      ))}
    </table>
  );
}

/** The column of the run that is pointed at, without drawing its cells anew. */
function HighlightedColumn({ runs }: Pick<Compared, 'runs'>) {
  const { highlighted } = usePointed();
  return (
    <colgroup>
      <col />
      {runs.map(({ id }) => (
        <col key={id} data-highlighted={id === highlighted || undefined} />
      ))}
    </colgroup>
  );
}

function AtCrosshair({ runs }: Pick<Compared, 'runs'>) {
  const sources = useSources(runs);
  useSeriesVersion(sources);
  const measured = useMeasured(sources);
  const { crosshair } = usePointed();
  const axis = useStore(compareStore, (state) => state.axis);
  const chosen = useStore(curvesStore, (state) => state.chosen);
  const smoothing = useStore(curvesStore, (state) => state.smoothing);
  const rows = shownOf(measured, { chosen }).flatMap((metric) =>
    crosshairRows(
      metric,
      overlayValues(overlayRuns(sources, metric), { metric, axis, smoothing }, crosshair),
    ),
  );
  if (rows.length === 0) return null;
  const place = placeText(crosshair, axis);
  const title = place === null ? 'At the end of the curves' : `At ${place}`;
  return <Group group={{ title, rows }} runs={runs} />;
}

const Group = memo(function Group(props: {
  readonly group: ValueGroup;
  readonly runs: Compared['runs'];
}) {
  const { group, runs } = props;
  return (
    <tbody>
      <GroupRow runs={runs} title={group.title} />
      {group.rows.map(({ key, label, cells }) => (
        <tr key={key}>
          <th scope="row">{label}</th>
          {cells.map(({ text, tone, title }, i) => (
            <td
              key={runs[i]?.id}
              className={tone === undefined ? 'num' : `num ${tone}`}
              title={
                title === undefined
                  ? undefined
                  : `${title}${tone ? `, ${tone} than the baseline` : ''}`
              }
            >
              {text}
              {tone && <span className="visually-hidden"> {tone}</span>}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
});

export default defineSection({
  id: 'values',
  label: 'Values',
  icon: 'grid',
  order: 20,
  columns: 4,
  height: 322,
  Component: Values,
});
