/** When a run has ended: what was changed since the one before it and what came of it, and the way to Compare. */
import { useEffect, useMemo, useState } from 'react';
import { useStore } from 'zustand';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { RunRow } from '#engine/protocol/run.ts';
import { isActive } from '#engine/protocol/runState.ts';
import {
  alignNodesOf,
  alignRuns,
  outcomeOf,
  previousRun,
  type Outcome,
} from '#engine/runs/index.ts';
import { bridge } from '../bridge/index.ts';
import { runList } from '../state/runList.ts';
import { runs, runStore } from '../state/runs.ts';
import { useShownRun } from '../state/runView.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { comparePair } from './comparePrevious.ts';
import './Outcome.css';

/** Of runs that were trained in this window: of one that was looked up nobody waits for the outcome. */
export function OutcomeLine() {
  const ended = useShownRun((run) =>
    run && !isActive(run.progress.state) && runs.wasWatched(run.id) ? run.id : null,
  );
  const [closed, setClosed] = useState<string | null>(null);
  if (ended === null || ended === closed) return null;
  return <Line key={ended} id={ended} close={() => setClosed(ended)} />;
}

function Line({ id, close }: { readonly id: string; readonly close: () => void }) {
  useEffect(() => runList.follow(), []);
  const row = useStore(runList.store, ({ byId }) => byId.get(id));
  const before = useStore(runList.store, ({ rows }) => (row ? previousRun(rows, row) : null));
  if (!row || !before) return null;
  return <Sentence row={row} before={before} close={close} />;
}

function Sentence(props: {
  readonly row: RunRow;
  readonly before: RunRow;
  readonly close: () => void;
}) {
  const { row, before, close } = props;
  const outcome = useOutcome(before, row);
  return (
    <div className="outcome" role="status">
      <p title={`Against ${before.name}, the run before it. ${outcome.text}`}>
        <b className={outcome.verdict ?? undefined}>{verdictWord(outcome)}</b>
        {outcome.text}
      </p>
      <Button small onClick={() => comparePair(before.id, row.id)}>
        Compare with previous
      </Button>
      <IconButton small icon="close" iconSize={12} label="Close the outcome" onClick={close} />
    </div>
  );
}

function verdictWord({ verdict }: Outcome): string {
  switch (verdict) {
    case 'better':
      return 'Better. ';
    case 'worse':
      return 'Worse. ';
    case 'same':
      return 'The same. ';
    case null:
      return '';
  }
}

/** Which node is which, and the wiring, is in the documents; that of the run before is read for it. */
function useOutcome(before: RunRow, after: RunRow): Outcome {
  const document = useStore(runStore, ({ shownDocument, shownRunId }) =>
    shownRunId === after.id ? shownDocument : null,
  );
  const [graph, setGraph] = useState<NetworkDocument | null>(null);
  useEffect(() => {
    let isWanted = true;
    // The settings alone are told where it cannot be read.
    bridge.call('runs.document', { runId: before.id }).then(
      (read) => isWanted && setGraph(read),
      () => undefined,
    );
    return () => {
      isWanted = false;
    };
  }, [before.id]);
  return useMemo(() => {
    const alignment = alignNodesOf([graph, document]);
    const [was = before, is = after] = alignRuns([before, after], alignment);
    return outcomeOf(was, is);
  }, [before, after, graph, document]);
}
