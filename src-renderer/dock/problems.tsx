/** All problems of the document, worst first, each with its place, its code and its repair. */
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
import { documentStore } from '../state/document.ts';
import { problemIndex, problemKey } from '../state/selectors.ts';
import { Button } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { Count } from '../ui/Tabs.tsx';
import '../problems/problems.css';

const ICONS = { error: 'error', warning: 'warning', info: 'info' } as const;
const TONES: Readonly<Record<Severity, string>> = { error: 'danger', warning: 'warn', info: 't3' };

function placeOf({ node, port, path }: Problem): string {
  if (node !== undefined) return port === undefined ? node : `${node}.${port}`;
  return path ?? 'document';
}

function ProblemsPanel() {
  const problems = useStore(documentStore, (state) => state.analysis.problems);
  const [current, setCurrent] = useState<string | null>(null);
  const questions = useStore(dataSources.store, (state) => state.questions);
  const unread = useDataProblems();
  const all = [...unread, ...problems];
  if (all.length === 0 && questions.length === 0) {
    return <p className="empty">No problems. The network can be trained as it is.</p>;
  }
  return (
    <>
      <DataConsent />
      <ul className="problems" aria-label="Problems">
        {all.map((problem) => {
          const key = problemKey(problem);
          const [fix] = problem.fixes ?? [];
          const show = (): void => {
            setCurrent(key);
            if (problem.node === undefined) return;
            documentStore.select({ nodes: new Set([problem.node]), wires: new Set() });
            canvasStore.setState({ bubble: key });
          };
          return (
            <li
              key={key}
              className={current === key ? 'problem current' : 'problem'}
              onDoubleClick={() => {
                if (problem.node !== undefined) reveal(problem.node);
              }}
            >
              <span className={TONES[problem.severity]} title={problem.severity}>
                <Icon name={ICONS[problem.severity]} size={14} />
              </span>
              <button type="button" className="problem-text" onClick={show}>
                <b className="ellipsis">{placeOf(problem)}</b>
                <span className="ellipsis" title={problem.explanation ?? problem.message}>
                  {problem.message}
                </span>
              </button>
              <code className="ellipsis">{problem.code}</code>
              {fix ? (
                <Button small onClick={() => applyFix(fix)}>
                  {fix.label}
                </Button>
              ) : (
                <span />
              )}
            </li>
          );
        })}
      </ul>
    </>
  );
}

function ProblemCounts() {
  const analysis = useStore(documentStore, (state) => state.analysis);
  const { error, warning } = problemIndex(analysis).counts;
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
  group: 'right',
  order: 20,
  Component: ProblemsPanel,
  badge: ProblemCounts,
});
