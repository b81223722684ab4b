/** What the compared runs came to, in figures: at the crosshair of the curves, best, last, and what they cost. */
import { memo, useLayoutEffect, useMemo, useRef } from 'react';
import { useStore } from 'zustand';
import { curvesStore, shownOf } from '#renderer/state/curves.ts';
import { atReadingPace } from '#renderer/ui/atReadingPace.ts';
import type { Compared } from '../compared.ts';
import { compareStore, onPointed, useIsHighlighted } from '../compareStore.ts';
import { AXIS_TITLES, formatPlace, type OverlayAxis } from '../curves/axes.ts';
import {
  useMeasured,
  useOnSeries,
  useSeriesVersion,
  useSources,
  type OverlaySource,
} from '../curves/useOverlay.ts';
import { valuesAt } from '../curves/valuesAt.ts';
import { defineSection } from '../defineSection.ts';
import { figureClass, tableClass } from '../figureClass.ts';
import { GroupRow, RunHeads } from '../RunHeads.tsx';
import { CrosshairCells, type CellTexts } from './crosshairCells.ts';
import { crosshairRows, figureGroups, type CrosshairRow, type ValueGroup } from './valueRows.ts';
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
    <table className={tableClass(runs.length)}>
      <colgroup>
        <col />
        {runs.map(({ id }) => (
          <Column key={id} id={id} />
        ))}
      </colgroup>
      <RunHeads {...compared} title="Metric" />
      <AtCrosshair runs={runs} />
      {groups.map((group) => (
        <Group key={group.title} group={group} runs={runs} />
      ))}
    </table>
  );
}

/** The column of the run that is pointed at, without drawing its cells anew. */
function Column({ id }: { readonly id: string }) {
  const isHighlighted = useIsHighlighted(id);
  return <col data-highlighted={isHighlighted || undefined} />;
}

function AtCrosshair({ runs }: Pick<Compared, 'runs'>) {
  const sources = useSources(runs);
  useSeriesVersion(sources);
  const measured = useMeasured(sources);
  const chosen = useStore(curvesStore, (state) => state.chosen);
  const body = useRef<HTMLTableSectionElement>(null);
  const metrics = shownOf(measured, { chosen });
  const rows = metrics.flatMap((metric) => crosshairRows(metric, valuesAt(sources, metric, null)));
  const onSeries = useOnSeries(sources);
  // The cells are as many as before where their names are; what stands in them React does not know.
  const key = [...rows.map((row) => row.key), ...runs.map(({ id }) => id)].join(' ');
  const now = useRef({ rows, sources });
  useLayoutEffect(() => {
    now.current = { rows, sources };
  });
  useLayoutEffect(() => {
    if (!body.current) return;
    const cells = new CrosshairCells(body.current, () => {
      const { rows, sources } = now.current;
      return textsAt(rows, sources);
    });
    const stops = [
      atReadingPace(onPointed, { inTurns: true })(cells.move),
      atReadingPace(onSeries)(cells.move),
      curvesStore.subscribe(cells.move),
      compareStore.subscribe((state, before) => {
        if (state.axis !== before.axis) cells.move();
      }),
    ];
    return () => {
      for (const stop of stops) stop();
      cells.dispose();
    };
  }, [key, onSeries]);
  if (rows.length === 0) return null;
  return (
    <tbody ref={body}>
      <GroupRow runs={runs} />
      {rows.map(({ key: row, label }) => (
        <tr key={row}>
          <th scope="row">{label}</th>
          {runs.map(({ id }) => (
            <td key={id} className="num" />
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function textsAt(rows: readonly CrosshairRow[], sources: readonly OverlaySource[]): CellTexts {
  const { crosshair, axis } = compareStore.getState();
  const place = placeText(crosshair, axis);
  return {
    title: place === null ? 'At the end of the curves' : `At ${place}`,
    text: (i, column) => {
      const row = rows[i];
      const of = row && valuesAt(sources, row.metric, crosshair)[column];
      return of ? row.text(of) : '';
    },
  };
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
              className={tone === undefined ? figureClass(text) : `num ${tone}`}
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
