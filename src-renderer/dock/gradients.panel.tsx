/** Gradient strip and update ratios: where learning happens, and where it vanishes or explodes. */
import { useCallback, useState, useSyncExternalStore, type PointerEvent } from 'react';
import { definePanel } from '../app/definePanel.ts';
import { chartColors } from '../charts/colors.ts';
import {
  drawGradientFlow,
  gradientFlowOf,
  flowHit,
  flowLayout,
  gradientLimits,
  type GradientFlow,
} from '../charts/gradientFlow.ts';
import { formatUpdateRatio } from '../charts/updateRatio.ts';
import { useCanvas } from '../charts/useCanvas.ts';
import { useHasFrames, useLive, useOnFrame } from '../charts/useLive.ts';
import type { DocumentStore } from '../state/document.ts';
import { useDocuments } from '../state/documentSession.ts';
import type { GradientRow } from '../state/gradientRows.ts';
import type { LiveView } from '../state/live.ts';
import { selectNode } from '../state/selectNode.ts';
import { PanelStep } from '../timeline/PanelStep.tsx';
import { formatExponent, formatFixed, formatInteger } from '../ui/format.ts';
import { EmptyPanel } from './parts/EmptyPanel.tsx';
import '../charts/NodeChart.css';
import './tools.css';
import './gradients.css';

function flowOf(live: LiveView, documents: DocumentStore): GradientFlow {
  const { document, selection } = documents.getState();
  const names = new Map(document.nodes.map(({ id, name }) => [id, name]));
  return gradientFlowOf(live, (id) => names.get(id) ?? id, selection.nodes);
}

interface Readout {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

function Gradients() {
  const present = useHasFrames();
  return present ? <Strip /> : <EmptyPanel what="Gradients appear" kind="telemetry" />;
}

function Strip() {
  const live = useLive();
  const documents = useDocuments();
  const flow = (): GradientFlow => flowOf(live, documents);
  const [readout, setReadout] = useState<Readout | null>(null);
  const onSelection = useCallback(
    (redraw: () => void) =>
      documents.subscribe((state, before) => {
        if (state.selection !== before.selection || state.document !== before.document) redraw();
      }),
    [documents],
  );
  const canvas = useCanvas(
    (surface) => drawGradientFlow(surface, flow(), chartColors()),
    [useOnFrame(), onSelection],
  );
  const hitAt = (event: PointerEvent<HTMLElement>) => {
    const bounds = event.currentTarget.getBoundingClientRect();
    const point = { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
    const { columns, rows } = flow();
    const hit = flowHit(flowLayout(bounds, columns.length), columns.length, rows.length, point);
    return hit && { ...hit, point, width: bounds.width };
  };
  const onMove = (event: PointerEvent<HTMLElement>): void => {
    const hit = hitAt(event);
    setReadout(
      hit && {
        x: Math.min(hit.point.x + 10, hit.width - 190),
        y: Math.max(0, hit.point.y - 28),
        text: describe(flow(), hit.column, hit.row),
      },
    );
  };
  const onClick = (event: PointerEvent<HTMLElement>): void => {
    const hit = hitAt(event);
    const id = hit && live.gradientColumns[hit.column];
    if (typeof id === 'string') selectNode(id, documents);
  };
  return (
    <div
      className="panel-canvas"
      onPointerMove={onMove}
      onPointerLeave={() => setReadout(null)}
      onPointerUp={onClick}
    >
      <canvas
        ref={canvas.ref}
        className="chart-canvas"
        role="img"
        aria-label="Gradient norm by node and step, and update to weight ratio by node"
      />
      {readout && (
        <div className="readout" style={{ left: readout.x, top: readout.y }}>
          {readout.text}
        </div>
      )}
    </div>
  );
}

function describe(
  { rows, names, ratios, step }: GradientFlow,
  column: number,
  rowIndex: number | null,
): string {
  const name = names[column] ?? '';
  const row = rowIndex === null ? undefined : rows[rowIndex];
  if (row) {
    const norm = 10 ** (row.logNorm[column] ?? Number.NaN);
    return `${name}, step ${formatInteger(row.step)}: ${formatExponent(norm, 2)}`;
  }
  const ratio = ratios[column] ?? Number.NaN;
  return Number.isNaN(ratio)
    ? `${name}: no weights`
    : `${name}: update/weight ${formatUpdateRatio(ratio)} at step ${formatInteger(step)}`;
}

/** The limits of the colours in words. Asked for several times a frame, computed once. */
const limitsTexts = new WeakMap<GradientRow, string>();
function limitsText({ gradientRows }: LiveView): string {
  const row = gradientRows.at(-1);
  if (!row) return '';
  let text = limitsTexts.get(row);
  if (text === undefined) {
    const limits = gradientLimits(gradientRows);
    text = limits?.map((limit) => formatFixed(limit, 1)).join(' ') ?? '';
    limitsTexts.set(row, text);
  }
  return text;
}

function Tools() {
  return (
    <>
      <Legend />
      <PanelStep kind="telemetry" />
    </>
  );
}

function Legend() {
  const live = useLive();
  const [low, high] = useSyncExternalStore(useOnFrame(), () => limitsText(live)).split(' ');
  if (!low || !high) return null;
  return (
    <span className="ramp-legend" title="log10 of the norm of the loss's gradient at each node">
      <span className="wide-only">log₁₀ |∂L/∂y|</span>
      <span>{low}</span>
      <span className="ramp" aria-hidden="true" />
      <span>{high}</span>
    </span>
  );
}

export default definePanel({
  id: 'gradients',
  title: 'Gradient flow',
  place: 'bottomMiddle',
  order: 10,
  Component: Gradients,
  tools: Tools,
});
