/** The drawn difference of two graphs: the baseline's and another run's on one canvas, the list beside it. */
import { useEffect, useMemo } from 'react';
import { useStore } from 'zustand';
import type { NetworkDocument } from '#engine/ir/document.ts';
import { graphDifference, hasDifference } from '#engine/runs/index.ts';
import { IconButton } from '#renderer/ui/Button.tsx';
import type { Compared } from '../compared.ts';
import { defineSection } from '../defineSection.ts';
import { usePair, type Pair } from '../pair.ts';
import { useRunDocument } from '../useRecord.ts';
import { DifferenceCanvas } from './DifferenceCanvas.tsx';
import { placeDifference } from './differenceLayout.ts';
import { DifferenceList } from './DifferenceList.tsx';
import { OtherRuns } from './OtherRuns.tsx';
import { countDifferences, listDifferences, SIGNS } from './differences.ts';
import { differenceCamera, graphStore, OfAllContext } from './graphStore.ts';
import { valuesOfAll } from './valuesOfAll.ts';
import './graph.css';

function Graph(compared: Compared) {
  const pair = usePair(compared);
  const { runs } = compared;
  const ofAll = useMemo(() => (runs.length > 2 ? valuesOfAll(runs) : () => []), [runs]);
  return (
    pair && (
      <OfAllContext value={ofAll}>
        <OfPair {...pair} runs={runs} />
      </OfAllContext>
    )
  );
}

type OfRuns = Pair & Pick<Compared, 'runs'>;

function OfPair({ base, other, runs }: OfRuns) {
  const before = useRunDocument(base.id);
  const after = useRunDocument(other.id);
  if (!before || !after) {
    return (
      <div className="empty">
        <p>Reading the graphs of both runs.</p>
      </div>
    );
  }
  return <Drawn {...{ base, other, runs, before, after }} />;
}

function Drawn(
  props: OfRuns & { readonly before: NetworkDocument; readonly after: NetworkDocument },
) {
  const { base, other, runs, before, after } = props;
  const { difference, placed, list } = useMemo(() => {
    const difference = graphDifference(before, after);
    const placed = placeDifference(difference, before, after);
    return { difference, placed, list: listDifferences(difference, placed) };
  }, [before, after]);
  useEffect(() => {
    graphStore.setState({ list, current: null });
    return () => graphStore.setState({ list: [], current: null });
  }, [list]);
  const from = `From ${base.name} to ${other.name}`;
  return (
    <div className="graph-difference">
      <DifferenceCanvas placed={placed} list={list} label={`${from}: difference of the graphs`} />
      <div className="difference-side scroll">
        {runs.length > 2 && <OtherRuns {...{ base, other, runs }} />}
        {!hasDifference(difference) && (
          <p className="difference-same">
            {list.length === 0
              ? 'Both runs trained the same graph.'
              : 'Both runs trained the same network; only ids differ.'}
          </p>
        )}
        <DifferenceList list={list} />
      </div>
    </div>
  );
}

function Tools() {
  const list = useStore(graphStore, (state) => state.list);
  const counts = countDifferences(list);
  const shown = (['changed', 'added', 'removed', 'renamed'] as const).filter(
    (kind) => kind !== 'renamed' || counts.renamed > 0,
  );
  return (
    <>
      {shown.map((kind) => (
        <span key={kind} className="difference-count">
          <span className={`difference-sign ${kind}`} aria-hidden="true">
            {SIGNS[kind]}
          </span>
          {counts[kind]} {kind}
        </span>
      ))}
      <IconButton
        small
        icon="minus"
        label="Zoom out of the graphs"
        onClick={() => differenceCamera()?.zoomBy(1 / 1.3)}
      />
      <IconButton
        small
        icon="plus"
        label="Zoom into the graphs"
        onClick={() => differenceCamera()?.zoomBy(1.3)}
      />
      <IconButton
        small
        icon="fit"
        label="Show both graphs whole"
        onClick={() => {
          graphStore.setState({ current: null });
          differenceCamera()?.fit();
        }}
      />
    </>
  );
}

export default defineSection({
  id: 'graph',
  label: 'Graph difference',
  icon: 'link',
  order: 40,
  columns: 12,
  height: 320,
  Component: Graph,
  tools: Tools,
});
