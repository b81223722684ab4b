/** What is wrong at a wire, why, and the buttons that repair it. Opens by itself for the newest error. */
import { useStore as useFlow } from '@xyflow/react';
import { useEffect, useRef } from 'react';
import { useStore } from 'zustand';
import type { Problem } from '#engine/ir/problem.ts';
import { applyFix } from '../problems/fixes.ts';
import { documentStore } from '../state/document.ts';
import { problemIndex, problemKey } from '../state/selectors.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { canvasStore } from './canvasStore.ts';
import { routesStore } from './routes.ts';

/** Errors that sit on a wire, by the wire's key. */
function wireErrors(): ReadonlyMap<string, Problem> {
  const { analysis, document } = documentStore.getState();
  const wired = new Set(document.wires.map(({ to }) => `${to.node}.${to.port}`));
  return new Map([...problemIndex(analysis).byInput].filter(([key]) => wired.has(key)));
}

/** Opens the bubble for an error that an edit has just made; not for those of a document just opened. */
export function watchNewErrors(): () => void {
  let known = new Set([...wireErrors().values()].map(problemKey));
  let generation = documentStore.getState().generation;
  return documentStore.subscribe((state, before) => {
    if (state.analysis === before.analysis) return;
    const errors = [...wireErrors().values()].map(problemKey);
    const opened = state.generation !== generation;
    generation = state.generation;
    const fresh = opened ? undefined : errors.find((key) => !known.has(key));
    known = new Set(errors);
    const { bubble } = canvasStore.getState();
    if (fresh !== undefined) canvasStore.setState({ bubble: fresh });
    else if (bubble !== null && !known.has(bubble)) canvasStore.setState({ bubble: null });
  });
}

export function ProblemBubble() {
  const bubble = useStore(canvasStore, (state) => state.bubble);
  const analysis = useStore(documentStore, (state) => state.analysis);
  if (bubble === null) return null;
  for (const [key, problem] of problemIndex(analysis).byInput) {
    if (problemKey(problem) === bubble) return <Bubble wire={key} problem={problem} />;
  }
  return null;
}

function Bubble({ wire, problem }: { readonly wire: string; readonly problem: Problem }) {
  const route = useStore(routesStore, (state) => state.routes.get(wire));
  const [x, y, zoom] = useFlow((flow) => flow.transform);
  const root = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') canvasStore.setState({ bubble: null });
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, []);
  if (!route) return null;
  const fixes = problem.fixes ?? [];
  return (
    <div
      ref={root}
      className="bubble"
      style={{ left: route.middle.x * zoom + x - 28, top: route.middle.y * zoom + y + 16 }}
      role="alert"
    >
      <header>
        <Icon name="error" size={14} />
        <b>{problem.message}</b>
        <IconButton
          icon="close"
          label="Hide"
          small
          iconSize={12}
          onClick={() => canvasStore.setState({ bubble: null })}
        />
      </header>
      {problem.explanation !== undefined && <p>{problem.explanation}</p>}
      {fixes.length > 0 && (
        <div className="bubble-fixes">
          {fixes.map((fix, index) => (
            <Button
              key={fix.label}
              small
              variant={index === 0 ? 'primary' : 'default'}
              onClick={() => applyFix(fix)}
            >
              {fix.label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
