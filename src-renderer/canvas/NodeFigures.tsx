/** The line of figures at the foot of a card: size and cost, or what is wrong. */
import { useSyncExternalStore } from 'react';
import { splitCounts } from '#engine/ir/batches.ts';
import type { NodeAnalysis } from '#engine/check/analysis.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { sourceOf } from '../charts/dataSource.ts';
import { SilentUnits } from '../charts/SilentUnits.tsx';
import { dataPreviews } from '../app/services.ts';
import { useDocument } from '../state/documentSession.ts';
import { useIsRunOfDocument } from '../state/runOfDocument.ts';
import { formatCompact, formatFlops, formatParameters } from '../ui/format.ts';
import { Icon } from '../ui/Icon.tsx';
import './NodeFigures.css';

/** The first part of a problem's code, in a word that fits the card. */
function problemWord(problem: Problem): string {
  return problem.code.split('.')[0] ?? '';
}

/** What two lines of a card hold. */
const LONGEST_WARNING = 38;

/** The warning itself where the card has room for all of it; half of one says nothing. */
export function warningText({ message }: Problem): string {
  return message.length <= LONGEST_WARNING ? message : 'Warning, see Problems';
}

export function NodeFigures(props: {
  readonly node: NodeAnalysis;
  readonly problem: Problem | undefined;
  readonly bypassed: boolean;
}) {
  const { node, problem, bypassed } = props;
  const role = node.definition?.role;
  if (bypassed) return <footer className="card-figures">bypassed</footer>;
  if (problem?.severity === 'warning') {
    return (
      <footer className="card-figures warn" title={problem.message}>
        <Icon name="warning" size={12} />
        {warningText(problem)}
      </footer>
    );
  }
  const broken = problem?.severity === 'error';
  return (
    <footer className="card-figures">
      {role === 'data' ? (
        <DataCounts node={node} />
      ) : node.definition?.whenSilent ? (
        <SilentUnits id={node.id} />
      ) : (
        node.parameterCount > 0 && <span>{formatParameters(node.parameterCount)}</span>
      )}
      {broken ? (
        <span className="end danger">
          <Icon name="error" size={12} />
          {problemWord(problem)}
        </span>
      ) : role === 'loss' ? (
        <LossFigure />
      ) : (
        node.flopsPerSample > 0 && <span className="end">{formatFlops(node.flopsPerSample)}</span>
      )}
    </footer>
  );
}

function LossFigure() {
  const shown = useIsRunOfDocument();
  return <span className="end">{shown ? 'train loss' : 'not trained yet'}</span>;
}

function DataCounts({ node }: { readonly node: NodeAnalysis }) {
  const split = useDocument((state) => state.document.training.split);
  const reference = sourceOf(node);
  const description = useSyncExternalStore(dataPreviews.subscribe, () =>
    reference ? dataPreviews.get(reference.source, reference.options) : null,
  );
  if (!description) return null;
  const counts = splitCounts(description.counts, split);
  if (!counts) return <span>{formatCompact(description.counts.total)} samples</span>;
  const { train, validation } = counts;
  return (
    <>
      <span>{formatCompact(train)} train</span>
      <span className="end">{formatCompact(validation)} val</span>
    </>
  );
}
