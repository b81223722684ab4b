/**
 * All problems: of the run on show, why it failed first, then of the document, worst first; each with its
 * place, its code and its repair. The one chosen, and the reason a run failed, tell why and offer every fix.
 */
import { useState } from 'react';
import { useStore } from 'zustand';
import type { Problem, Severity } from '#engine/ir/problem.ts';
import { definePanel } from '../app/definePanel.ts';
import { dataSources } from '../app/services.ts';
import { reveal } from '../canvas/gestures.ts';
import { canvasStore } from '../canvas/canvasStore.ts';
import { applyFix } from '../problems/fixes.ts';
import { DataConsent } from '../inspector/DataConsent.tsx';
import { useDataProblems } from '../inspector/useDataProblems.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { countProblems, dismissRunProblem } from '../state/runProblems.ts';
import { documentNode, problemKey } from '../state/selectors.ts';
import { useRunProblems } from '../state/useRunProblems.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Count } from '../ui/Count.tsx';
import { Icon } from '../ui/Icon.tsx';
import './problems.css';

const ICONS = { error: 'error', warning: 'warning', info: 'info' } as const;
const TONES: Readonly<Record<Severity, string>> = { error: 'danger', warning: 'warn', info: 't3' };

function placeOf({ node, port, path }: Problem): string {
  if (node !== undefined) return port === undefined ? node : `${node}.${port}`;
  // What is wrong says which setting; where in the file it stands is in the tooltip.
  if (path?.startsWith('training') === true) return 'Training';
  return path ?? 'document';
}

function ProblemsPanel() {
  const ofDocument = useDocument((state) => state.analysis.problems);
  const ofRun = useRunProblems();
  const [current, setCurrent] = useState<string | null>(null);
  const questions = useStore(dataSources.store, (state) => state.questions);
  const unread = useDataProblems();
  const others = [...unread, ...ofDocument];
  if (others.length + ofRun.length === 0 && questions.length === 0) {
    return <p className="empty">No problems. The network can be trained as it is.</p>;
  }
  const line = (problem: Problem, onDismiss?: () => void) => {
    const key = problemKey(problem);
    return (
      <ProblemLine
        key={key}
        problem={problem}
        current={current === key}
        open={current === key || (onDismiss !== undefined && problem.severity === 'error')}
        onChoose={() => setCurrent(key)}
        {...(onDismiss ? { onDismiss } : {})}
      />
    );
  };
  return (
    <>
      <DataConsent />
      <ul className="problems" aria-label="Problems">
        {ofRun.map((problem) => line(problem, () => dismissRunProblem(problem)))}
        {others.map((problem) => line(problem))}
      </ul>
    </>
  );
}

function ProblemLine(props: {
  readonly problem: Problem;
  readonly current: boolean;
  readonly open: boolean;
  readonly onChoose: () => void;
  /** Of a run's problems, which no edit need ever end. */
  readonly onDismiss?: () => void;
}) {
  const { problem, current, open, onChoose, onDismiss } = props;
  const { node, explanation, fixes = [] } = problem;
  const documents = useDocuments();
  const show = (): void => {
    onChoose();
    if (node === undefined || !documentNode(documents.getState().document, node)) return;
    documents.select({ nodes: new Set([node]), wires: new Set() });
    canvasStore.setState({ bubble: problemKey(problem) });
  };
  return (
    <li
      className={current ? 'problem current' : 'problem'}
      onDoubleClick={() => {
        if (node !== undefined) reveal(documents, node);
      }}
    >
      <span className={TONES[problem.severity]} title={problem.severity}>
        <Icon name={ICONS[problem.severity]} size={14} />
      </span>
      <button type="button" className="problem-text" aria-expanded={open} onClick={show}>
        <b className="ellipsis" title={problem.path}>
          {placeOf(problem)}
        </b>
        <span className={open ? undefined : 'ellipsis'} title={explanation ?? problem.message}>
          {problem.message}
        </span>
      </button>
      <code className="ellipsis">{problem.code}</code>
      <span className="problem-actions">
        {!open && fixes[0] && <FixButton fix={fixes[0]} />}
        {onDismiss && (
          <IconButton icon="close" small label="Put away" tip="Put away" onClick={onDismiss} />
        )}
      </span>
      {open && (explanation !== undefined || fixes.length > 0) && (
        <div className="problem-more">
          {explanation !== undefined && <p>{explanation}</p>}
          {fixes.map((fix) => (
            <FixButton key={fix.label} fix={fix} />
          ))}
        </div>
      )}
    </li>
  );
}

function FixButton({ fix }: { readonly fix: NonNullable<Problem['fixes']>[number] }) {
  const documents = useDocuments();
  return (
    <Button small onClick={() => applyFix(documents, fix)}>
      {fix.label}
    </Button>
  );
}

function ProblemCounts() {
  const analysis = useDocument((state) => state.analysis);
  const { error, warning } = countProblems(analysis, useRunProblems());
  return (
    <>
      <Count value={error} tone="danger" label={`${error} errors`} />
      <Count value={warning} tone="warn" label={`${warning} warnings`} />
    </>
  );
}

export default definePanel({
  id: 'problems',
  title: 'Problems',
  place: 'bottomRight',
  order: 20,
  Component: ProblemsPanel,
  badge: ProblemCounts,
});
