/** What is wrong at a wire, why, and the buttons that repair it. Opens by itself for the newest error. */
import { useStore as useFlow } from '@xyflow/react';
import { useEffect } from 'react';
import { useStore } from 'zustand';
import type { NetworkDocument } from '#engine/ir/document.ts';
import type { Problem } from '#engine/ir/problem.ts';
import { applyFix } from '../problems/fixes.ts';
import type { DocumentStore } from '../state/document.ts';
import { useDocument, useDocuments } from '../state/documentSession.ts';
import { documentNode, problemIndex, problemKey, wireOf } from '../state/selectors.ts';
import { Button, IconButton } from '../ui/Button.tsx';
import { Icon } from '../ui/Icon.tsx';
import { canvasStoreOf } from './canvasStore.ts';
import { CARD, type Point } from '#engine/drawing/geometry.ts';
import { routesOf } from './routes.ts';
import { useCanvasState, useCanvasStore } from './useCanvasState.ts';
import type { Route } from '#engine/drawing/routing.ts';
import './ProblemBubble.css';

/** Errors that sit on a wire, by the wire's key. */
function wireErrors(documents: DocumentStore): ReadonlyMap<string, Problem> {
  const { analysis, document } = documents.getState();
  const wired = new Set(document.wires.map(({ to }) => `${to.node}.${to.port}`));
  return new Map([...problemIndex(analysis).byInput].filter(([key]) => wired.has(key)));
}

/** Opens the bubble for an error that an edit has just made; not for those of a document just opened. */
export function watchNewErrors(documents: DocumentStore): () => void {
  const canvasStore = canvasStoreOf(documents);
  let known = new Set([...wireErrors(documents).values()].map(problemKey));
  let generation = documents.getState().generation;
  return documents.subscribe((state, before) => {
    if (state.analysis === before.analysis) return;
    const errors = [...wireErrors(documents).values()].map(problemKey);
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
  const bubble = useCanvasState((state) => state.bubble);
  const analysis = useDocument((state) => state.analysis);
  if (bubble === null) return null;
  for (const [key, problem] of problemIndex(analysis).byInput) {
    if (problemKey(problem) === bubble) return <Bubble wire={key} problem={problem} />;
  }
  return null;
}

/** Below the two cards where they stand in a row, so that neither is covered; else at the badge. */
function bubblePlace({ middle }: Route, key: string, document: NetworkDocument): Point {
  const wire = wireOf(document, key);
  const ends = [wire?.from.node, wire?.to.node].flatMap((id) =>
    id === undefined ? [] : (documentNode(document, id)?.position ?? []),
  );
  const bottom = Math.max(...ends.map(({ y }) => y + CARD.height));
  const inRow = bottom > middle.y && bottom - middle.y < CARD.height;
  return { x: middle.x, y: inRow ? bottom : middle.y + 6 };
}

function Bubble({ wire, problem }: { readonly wire: string; readonly problem: Problem }) {
  const documents = useDocuments();
  const canvasStore = useCanvasStore();
  const route = useStore(routesOf(documents), (state) => state.routes.get(wire));
  const [x, y, zoom] = useFlow((flow) => flow.transform);
  const document = useDocument((state) => state.document);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key === 'Escape') canvasStore.setState({ bubble: null });
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [canvasStore]);
  if (!route) return null;
  const place = bubblePlace(route, wire, document);
  const fixes = problem.fixes ?? [];
  return (
    <div
      className="bubble"
      style={{ left: place.x * zoom + x - 28, top: place.y * zoom + y + 12 }}
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
              onClick={() => applyFix(documents, fix)}
            >
              {fix.label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
