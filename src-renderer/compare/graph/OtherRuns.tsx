/**
 * Of more than two runs: by how much the graph of each differs from the baseline's, and which of them is drawn.
 * What only another one has is not in the picture; here it is counted, one click away.
 */
import { useMemo } from 'react';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import { graphDifference } from '#engine/runs/index.ts';
import { useRovingList } from '#renderer/ui/useRovingList.ts';
import { highlights } from '../compareStore.ts';
import { pairStore, type Pair } from '../pair.ts';
import { RunDot } from '../RunDot.tsx';
import { useRunDocument } from '../useRecord.ts';
import { countsOf, SIGNS, type DifferenceCounts } from './differences.ts';

interface Props extends Pair {
  readonly runs: readonly RunRow[];
}

export function OtherRuns({ runs, base, other }: Props) {
  const roving = useRovingList<HTMLUListElement>();
  const before = useRunDocument(base.id);
  return (
    <>
      <h3 className="difference-heading">Drawn against {base.name}</h3>
      <ul {...roving} className="difference-others" aria-label="Runs against the baseline">
        {runs
          .filter((run) => run !== base)
          .map((run) => (
            <Other key={run.id} run={run} before={before} isDrawn={run === other} />
          ))}
      </ul>
    </>
  );
}

function Other(props: {
  readonly run: RunRow;
  readonly before: NetworkDocument | null;
  readonly isDrawn: boolean;
}) {
  const { run, before, isDrawn } = props;
  const after = useRunDocument(run.id);
  const counts = useMemo(
    () => before && after && countsOf(graphDifference(before, after)),
    [before, after],
  );
  return (
    <li>
      <button
        type="button"
        className="difference-other"
        aria-pressed={isDrawn}
        onClick={() => pairStore.setState({ other: run.id })}
        {...highlights(run.id)}
      >
        <RunDot run={run} />
        <span className="ellipsis" title={run.name}>
          {run.name}
        </span>
        <span className="difference-sum">{counts ? <Counts counts={counts} /> : '…'}</span>
      </button>
    </li>
  );
}

function Counts({ counts }: { readonly counts: DifferenceCounts }) {
  const kinds = (['changed', 'added', 'removed', 'renamed'] as const).filter(
    (kind) => counts[kind] > 0,
  );
  if (kinds.length === 0) return 'the same';
  return kinds.map((kind) => (
    <span key={kind} className={`difference-kind ${kind}`} title={`${counts[kind]} ${kind}`}>
      {SIGNS[kind]}
      {counts[kind]}
      <span className="visually-hidden"> {kind}</span>
    </span>
  ));
}
