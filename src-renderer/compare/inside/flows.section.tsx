/** The gradient strips and update ratios of two runs on one scale, their nodes matched. */
import { useMemo, useState, type PointerEvent } from 'react';
import { useStore } from 'zustand';
import { chartColors } from '#renderer/charts/colors.ts';
import { formatUpdateRatio } from '#renderer/charts/updateRatio.ts';
import { useCanvas } from '#renderer/charts/useCanvas.ts';
import { formatExponent, formatFixed, formatInteger } from '#renderer/ui/format.ts';
import type { Compared } from '../compared.ts';
import { defineSection } from '../defineSection.ts';
import { PairChoice } from '../PairChoice.tsx';
import { onSnapshots } from '../useRecord.ts';
import { stepAt, type Alignment } from './align.ts';
import { commonLimits, drawFlows, flowAt, flowNodes, flowsHit, flowsLayout } from './drawFlows.ts';
import { InsideGate } from './InsideGate.tsx';
import { insideStore } from './insideStore.ts';
import { AlignmentChoice, PlaceSlider } from './InsideTools.tsx';
import { useInside, type Inside } from './useInside.ts';
import '#renderer/charts/NodeChart.css';
import '#renderer/dock/gradients.css';
import '#renderer/dock/tools.css';
import './inside.css';

function Flows(compared: Compared) {
  return <InsideGate compared={compared}>{(inside) => <Strips inside={inside} />}</InsideGate>;
}

interface Readout {
  readonly x: number;
  readonly y: number;
  readonly text: string;
}

function Strips({ inside }: { readonly inside: Inside }) {
  const { align, node } = useStore(insideStore);
  const [readout, setReadout] = useState<Readout | null>(null);
  const { base, other } = inside;
  const subscribe = useMemo(
    () => onSnapshots([base.session, other.session], 'telemetry'),
    [base.session, other.session],
  );
  const canvas = useCanvas(
    (surface) => drawFlows(surface, inside, align, node, chartColors()),
    [subscribe],
  );
  const hitAt = (event: PointerEvent) => {
    const bounds = canvas.ref.current?.getBoundingClientRect();
    if (!bounds) return null;
    const point = { x: event.clientX - bounds.left, y: event.clientY - bounds.top };
    const nodes = flowNodes(inside);
    const hit = flowsHit(flowsLayout(bounds, nodes.length), nodes.length, point);
    const found = hit && nodes[hit.column];
    return hit && found ? { ...hit, node: found, point, width: bounds.width } : null;
  };
  return (
    <div
      className="panel-canvas inside-canvas"
      onPointerMove={(event) => {
        const hit = hitAt(event);
        setReadout(
          hit && {
            x: Math.max(0, Math.min(hit.point.x + 10, hit.width - 220)),
            y: Math.max(0, hit.point.y - 28),
            text: describe(inside, align, hit),
          },
        );
      }}
      onPointerLeave={() => setReadout(null)}
      onPointerUp={(event) => {
        const hit = hitAt(event);
        if (hit) insideStore.setState({ node: hit.node.key });
      }}
    >
      <canvas
        ref={canvas.ref}
        className="chart-canvas"
        role="img"
        aria-label={`Gradient norms by node of ${base.run.name} and ${other.run.name}, and their updates over weights`}
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
  inside: Inside,
  align: Alignment,
  {
    node,
    side,
    share,
  }: NonNullable<ReturnType<typeof flowsHit>> & {
    readonly node: Inside['nodes'][number];
  },
): string {
  const name = inside.nameOf(node);
  if (side !== null) {
    const run = inside[side];
    const found = flowAt(run, node[side], stepAt(share * inside.length, run, align));
    return found
      ? `${name}, ${run.run.name}, step ${formatInteger(found.row.step)}: ${formatExponent(found.norm, 2)}`
      : `${name}: not in ${run.run.name}`;
  }
  const ratios = (['base', 'other'] as const).map((each) => {
    const found = flowAt(inside[each], node[each], inside[each].step);
    return formatUpdateRatio(found?.ratio ?? Number.NaN);
  });
  return `${name}: update/weight ${ratios.join(' and ')}`;
}

function Tools(compared: Compared) {
  const inside = useInside(compared);
  return (
    <>
      <PairChoice {...compared} />
      {typeof inside !== 'string' && (
        <>
          <Legend inside={inside} />
          <PlaceSlider inside={inside} />
        </>
      )}
      <AlignmentChoice />
    </>
  );
}

function Legend({ inside }: { readonly inside: Inside }) {
  const limits = commonLimits(inside);
  if (!limits) return null;
  return (
    <span className="ramp-legend" title="log10 of the norm of the loss's gradient at each node">
      <span>{formatFixed(limits[0], 1)}</span>
      <span className="ramp" aria-hidden="true" />
      <span>{formatFixed(limits[1], 1)}</span>
    </span>
  );
}

export default defineSection({
  id: 'flows',
  label: 'Gradient flow',
  icon: 'layout',
  order: 60,
  columns: 6,
  height: 300,
  Component: Flows,
  tools: Tools,
});
